"""Footage off a body camera: killed at many points and repeated, nothing is lost, doubled or changed."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mapserver.cli.custody import app
from mobile_units.custody.dock_folder import DockStatus, FootageFacts, facts_of, read_status
from mobile_units.custody.offload import OffloadRecord, offload, record_folder
from telemetry.clock import SystemClock
from telemetry.errors import BadInput
from telemetry.store import MediaStore
from tests.telemetry.logs.samples import sample

PART = 64 * 1024
NOT_KNOWN = DockStatus(None, None, None, None, None)
FILES = {"DCIM/100/A 1.MP4": 5 * PART + 7, "DCIM/100/B.MP4": 0, "DCIM/101/C.MP4": 3 * PART, "track.gpx": 1}
DYING = f"""
import os, signal, sys
from pathlib import Path
from mobile_units.custody.dock_folder import DockStatus
from mobile_units.custody.offload import offload
from telemetry.clock import SystemClock
from telemetry.store import MediaStore, resumable_copy

resumable_copy.PART_BYTES = {PART}
dock, data, last = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
steps = 0


def dying(_):
    global steps
    steps += 1
    if steps == last:
        os.kill(os.getpid(), signal.SIGKILL)


offload(
    dock, "BODY-1", media=MediaStore(data / "media"), records=data / "custody",
    status=DockStatus(None, None, None, None, None), now=SystemClock().now, on_progress=dying,
)
"""


@pytest.fixture
def dock(tmp_path: Path) -> Path:
    folder = tmp_path / "dock"
    chosen = random.Random(3)
    for name, size in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(chosen.randbytes(size))
    (folder / "status.json").write_text('{"battery": 83, "free_gib": 12.5, "clock_offset_s": 3.5}')
    (folder / ".Trashes").write_text("hidden")
    return folder


def run(dock: Path, data: Path, status: DockStatus = NOT_KNOWN) -> list[OffloadRecord]:
    return offload(
        dock, "BODY-1", media=MediaStore(data / "media"), records=data / "custody", status=status,
        now=SystemClock().now,
    )  # fmt: skip


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("last", [1, 2, 4, 6, 7, 8, 10, 12, 14, 15, 16])
def test_killed_at_any_point_and_repeated_everything_is_there_once(dock: Path, tmp_path: Path, last: int) -> None:
    data = tmp_path / "data"
    died = subprocess.run([sys.executable, "-c", DYING, dock, data, str(last)], check=False)
    assert died.returncode == -signal.SIGKILL
    whole = {
        path: path.stat().st_ino for path in (data / "media").rglob("*") if path.is_file() and len(path.name) == 64
    }
    records = run(dock, data)
    assert {record.name: record.sha256 for record in records} == {name: digest(dock / name) for name in FILES}
    kept = [path for path in (data / "media").rglob("*") if path.is_file()]
    assert sorted(path.name for path in kept) == sorted(record.sha256 for record in records)
    assert all(digest(path) == path.name for path in kept)
    assert {path: path.stat().st_ino for path in whole} == whole
    noted = [json.loads(path.read_text("utf-8")) for path in record_folder(data / "custody", "BODY-1").iterdir()]
    assert sorted(one["name"] for one in noted) == sorted(FILES)


def test_what_is_there_is_skipped_and_a_second_name_is_kept(dock: Path, tmp_path: Path) -> None:
    run(dock, tmp_path / "data")
    os.link(dock / "DCIM/101/C.MP4", dock / "DCIM/101/D.MP4")
    assert all(record.was_there for record in run(dock, tmp_path / "data"))
    noted = json.loads((tmp_path / "data/custody/BODY-1" / f"{digest(dock / 'DCIM/101/C.MP4')}.json").read_text())
    assert noted["names"] == ["DCIM/101/C.MP4", "DCIM/101/D.MP4"]


def test_a_link_out_of_the_dock_is_not_followed(dock: Path, tmp_path: Path) -> None:
    (dock / "passwords").symlink_to("/etc/passwd")
    assert "passwords" not in {record.name for record in run(dock, tmp_path / "data")}


@pytest.mark.parametrize(
    ("typed", "battery", "free"),
    [
        ([], (0.83, "status.json"), (12.5, "status.json")),
        (["--battery", "91"], (0.91, "typed"), (12.5, "status.json")),
        (["--free-gib", "3"], (0.83, "status.json"), (3.0, "typed")),
    ],
)
def test_charge_and_storage_say_where_they_come_from(
    dock: Path, tmp_path: Path, typed: list[str], battery: tuple[float, str], free: tuple[float, str]
) -> None:
    command = ["offload", str(dock), "--camera", "BODY-1", "--data", str(tmp_path / "data"), *typed]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["battery"], told["battery_from"]) == battery
    assert (told["free_bytes"] / 1024**3, told["free_from"]) == free
    assert [(one["clock_offset_s"], one["clock_offset_from"]) for one in told["files"]] == [(3.5, "status.json")] * 4


@pytest.mark.parametrize("content", ["{", "[]", '{"battery": "full"}', '{"battery": 400}'])
def test_a_status_that_cannot_be_read_is_told_with_what_to_do(dock: Path, content: str) -> None:
    (dock / "status.json").write_text(content)
    with pytest.raises(BadInput, match="type --battery and --free-gib"):
        read_status(dock, battery=None, free_gib=None)


def test_a_dock_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not a folder"):
        run(tmp_path / "nowhere", tmp_path / "data")


def test_a_clock_that_is_an_hour_ahead_is_found_by_the_gps() -> None:
    at = datetime(2026, 12, 1, 9, tzinfo=UTC)
    facts = FootageFacts(recorded_at=at, gps_at=at.replace(hour=8), lat=56.6, lon=23.3)
    assert facts.clock_offset_s == 3_600


def test_a_gopro_says_where_and_when_it_was() -> None:
    facts = facts_of(sample("video/gpmf/max-heromode.mp4"))
    told: dict[str, Any] = facts.public()
    assert told == {
        "recorded_at": "2019-11-18T15:45:32.000Z",
        "gps_at": "2019-11-18T23:45:14.000Z",
        "lat": pytest.approx(33.1268, abs=1e-4),
        "lon": pytest.approx(-117.3273, abs=1e-4),
    }
    assert facts.clock_offset_s == pytest.approx(-28_782, abs=1)
