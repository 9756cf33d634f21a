"""A copy that can be broken off at any byte."""

import hashlib
from pathlib import Path

import pytest

from telemetry.errors import BadMedia, Conflict
from telemetry.store import MediaStore, resumable_copy
from telemetry.store.resumable_copy import copy_resumed, sha256_of

CONTENT = bytes(range(251)) * 2
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(resumable_copy, "PART_BYTES", 100)
    path = tmp_path / "source"
    path.write_bytes(CONTENT)
    return path


def test_what_an_earlier_run_left_at_any_byte_is_gone_on_with(source: Path, tmp_path: Path) -> None:
    for left in range(len(CONTENT) + 1):
        target = tmp_path / f"copy{left}"
        target.with_name(f"{target.name}.offload.part").write_bytes(CONTENT[:left])
        copied: list[int] = []
        assert copy_resumed(source, target, DIGEST, copied.append)
        assert target.read_bytes() == CONTENT
        assert copied == [*range(left + 100, len(CONTENT), 100), *([len(CONTENT)] if left < len(CONTENT) else [])]


@pytest.mark.parametrize("left", [b"x" * 50, CONTENT + b"more", CONTENT[:-1] + b"x"])
def test_a_part_with_other_bytes_is_begun_anew(source: Path, tmp_path: Path, left: bytes) -> None:
    (tmp_path / "copy.offload.part").write_bytes(left)
    assert copy_resumed(source, tmp_path / "copy", DIGEST)
    assert (tmp_path / "copy").read_bytes() == CONTENT
    assert not (tmp_path / "copy.offload.part").exists()


def test_what_is_there_is_not_copied_and_what_is_damaged_is(source: Path, tmp_path: Path) -> None:
    media = MediaStore(tmp_path / "media")
    assert media.take(source, sha256_of(source))
    assert not media.take(source, DIGEST)
    (kept,) = (tmp_path / "media").rglob(DIGEST)
    kept.write_bytes(CONTENT[:-1])
    assert media.take(source, DIGEST)
    assert media.get(DIGEST) == CONTENT


def test_a_source_that_gives_other_bytes_is_told_and_nothing_is_kept(source: Path, tmp_path: Path) -> None:
    with pytest.raises(BadMedia, match="gives other bytes each time"):
        copy_resumed(source, tmp_path / "copy", "0" * 64)
    assert not (tmp_path / "copy").exists()


def test_two_do_not_copy_the_same_file_at_once(source: Path, tmp_path: Path) -> None:
    def another(_: int) -> None:
        with pytest.raises(Conflict, match="being copied by another process"):
            copy_resumed(source, tmp_path / "copy", DIGEST)

    assert copy_resumed(source, tmp_path / "copy", DIGEST, another)
