"""Files that were cut off, and indexes that were lost: both come right out of the file itself."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vision.clips import START
from tests.vision.packets import camera_clip
from tests.vision.recording.kept import record
from vision.recording.files import index_of, mend, read_parts
from vision.recording.storage_layout import kept


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    record(folder / "kept", camera_clip(folder, seconds=4), START)
    return kept(folder / "kept")[0].path


def copy(path: Path, folder: Path, *, size: int | None = None, rows: bytes | None = None) -> Path:
    """The file in `folder`, `size` bytes of it, with `rows` as its index."""
    made = folder / path.name
    made.write_bytes(path.read_bytes()[:size])
    index_of(made).write_bytes(index_of(path).read_bytes() if rows is None else rows)
    return made


def test_a_lost_index_is_read_out_of_the_file_again_to_the_last_bit(whole: Path, tmp_path: Path) -> None:
    known = read_parts(whole, START)
    made = copy(whole, tmp_path, rows=b"")
    index_of(made).unlink()
    assert np.array_equal(read_parts(made, START), known)
    assert mend(made, START) == 0
    assert index_of(made).read_bytes() == index_of(whole).read_bytes()


@given(size=st.integers(0, 60_000), rows=st.integers(0, 400), noise=st.binary(max_size=40))
def test_wherever_a_file_was_cut_its_whole_parts_are_there_and_the_rest_is_cut_off(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, size: int, rows: int, noise: bytes
) -> None:
    known, length = read_parts(whole, START), whole.stat().st_size
    size = min(size, length)
    made = copy(whole, tmp_path_factory.mktemp("cut"), size=size, rows=index_of(whole).read_bytes()[:rows])
    if not rows:
        index_of(made).write_bytes(noise[: len(noise) % 32])
    expected = known[known["begin"] + known["size"] <= size]
    assert np.array_equal(read_parts(made, START), expected)
    cut = mend(made, START)
    assert made.stat().st_size == size - cut
    assert np.array_equal(read_parts(made, START), expected)
    assert index_of(made).stat().st_size == expected.nbytes


def test_an_index_of_another_file_is_not_believed_past_the_files_end(whole: Path, tmp_path: Path) -> None:
    made = copy(whole, tmp_path, size=2_000)
    assert (read_parts(made, START)["begin"] + read_parts(made, START)["size"] <= 2_000).all()


def test_a_file_that_is_gone_is_no_surprise(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_parts(tmp_path / "12-00-00.000000Z.mp4", START)


def test_reading_while_it_is_written_gives_whole_parts_only(whole: Path, tmp_path: Path) -> None:
    made = copy(whole, tmp_path)
    with made.open("ab") as file:
        file.write(b"\x00\x00\x40\x00moof")
        file.flush()
        os.fsync(file.fileno())
    assert np.array_equal(read_parts(made, START), read_parts(whole, START))
