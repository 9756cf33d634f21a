"""What is kept is for the program's own user alone, also what an earlier version left open."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from telemetry.store.private import FOR_OTHERS, open_private, repair_modes


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_written_after_opening_a_private_folder_is_for_nobody_else(tmp_path: Path) -> None:
    open_private(tmp_path / "data")
    (tmp_path / "data" / "a").write_text("a")
    (tmp_path / "data" / "media").mkdir()
    assert [mode(tmp_path / "data" / name) for name in (".", "a", "media")] == [0o700, 0o600, 0o700]


def test_what_was_open_is_repaired_and_links_lead_nowhere(tmp_path: Path) -> None:
    data, outside = tmp_path / "data", tmp_path / "outside"
    (data / "media").mkdir(parents=True)
    for file in (data / "a", data / "media" / "b", outside):
        file.write_text("x")
        file.chmod(0o664)
    (data / "link").symlink_to(outside)
    assert repair_modes(data) == 4
    assert [mode(path) for path in (data, data / "media", data / "a", data / "media" / "b")] == [
        0o700,
        0o700,
        0o600,
        0o600,
    ]
    assert mode(outside) == 0o664
    assert repair_modes(data) == 0


def test_a_program_that_may_be_run_stays_one(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("#!/bin/sh")
    (tmp_path / "run").chmod(0o755)
    repair_modes(tmp_path)
    assert mode(tmp_path / "run") & ~FOR_OTHERS == 0o700
