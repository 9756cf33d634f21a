"""`vanagas plates`: one JSON line a picture, and a sentence for what cannot be read."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from benchmarks._rendered_plates import draw
from mapserver.cli import app
from telemetry.errors import VanagasError

PLACE = (200, 300, 160, 34)


@pytest.fixture
def yard(tmp_path: Path) -> Path:
    """A picture with a plate at PLACE."""
    picture = np.full((480, 640, 3), 90, np.uint8)
    left, top, wide, high = PLACE
    plate = cv2.resize(draw("KV-2417", country="LV"), (wide, high), interpolation=cv2.INTER_AREA)
    picture[top : top + high, left : left + wide] = plate
    cv2.imwrite(str(tmp_path / "yard.png"), picture)
    return tmp_path / "yard.png"


def run(*arguments: str) -> list[dict[str, Any]]:
    done = CliRunner().invoke(app, ["plates", *arguments], catch_exceptions=True)
    if isinstance(done.exception, VanagasError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_plate_in_a_given_box_is_read(yard: Path) -> None:
    (line,) = run(str(yard), "--box", ",".join(map(str, PLACE)))
    assert (line["image"], line["text"], line["country"], line["box"]) == (str(yard), "KV2417", "LV", list(PLACE))
    assert (0.5 < line["confidence"] <= 1, line["cpu_ms"] > 0) == (True, True)


def test_without_a_box_plates_are_looked_for(yard: Path) -> None:
    (line,) = run(str(yard))
    left, top, wide, high = line["box"]
    assert line["text"] == "KV2417"
    assert left < PLACE[0] + 80 < left + wide
    assert top < PLACE[1] + 17 < top + high


def test_pictures_of_one_vehicle_vote_and_an_empty_one_has_no_say(yard: Path, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "empty.png"), np.full((60, 200, 3), 90, np.uint8))
    lines = run(str(yard), str(tmp_path / "empty.png"), str(yard), "--same-vehicle")
    assert [line["text"] for line in lines] == ["KV2417", None, "KV2417", "KV2417"]
    assert (lines[-1]["reads"], lines[-1]["agreeing"]) == (2, 2)


@pytest.mark.parametrize(
    ("name", "box", "words"),
    [
        ("yard.png", "1,2,3", "is not four whole numbers"),
        ("yard.png", "620,0,60,20", "does not lie in the picture, which has 640 x 480"),
        ("none.png", None, "there is no file"),
        ("text.png", None, "the picture cannot be read"),
    ],
)
def test_what_cannot_be_read_is_said(yard: Path, name: str, box: str | None, words: str) -> None:
    yard.with_name("text.png").write_text("no picture")
    with pytest.raises(VanagasError, match=words):
        run(str(yard.with_name(name)), *(["--box", box] if box else []))
