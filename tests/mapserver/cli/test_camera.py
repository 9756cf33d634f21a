"""`vanagas camera`, on a data folder: ten verbs, and no source file."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mapserver.cli import camera
from mapserver.core.settings import new_secret
from telemetry.errors import BadInput, NotFound
from tests.vision.packets import camera_clip
from vision.simulator import SimulatedCamera

Run = Callable[..., str]
PLACE = ("--city", "dobele", "--name", "Gate", "--lat", "56.62", "--lon", "23.28", "--azimuth", "120", "--hfov", "70",
         "--range", "80")  # fmt: skip
PASSWORD = "S3cr3t-Word"


@pytest.fixture
def folder(migrated: Path, tmp_path: Path) -> Path:
    """A data folder with an empty database and a secret key in its settings."""
    shutil.copy(migrated, tmp_path / "vanagas.db")
    (tmp_path / "vanagas.toml").write_text(f'secret_key = "{new_secret()}"\n', encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    """Runs `vanagas camera …` and gives what it prints."""

    def command(*arguments: str, given: str | None = None, fails: int = 0) -> str:
        result = CliRunner().invoke(camera.app, [*arguments, "--data", str(folder)], input=given)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == fails, result.output
        return result.output

    return command


def shown(run: Run, id: str = "G1") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("show", id))
    return found


def test_a_camera_is_added_changed_moved_renamed_retired_and_removed(run: Run) -> None:
    address = f"rtsp://operator:{PASSWORD}@10.0.0.7/main"
    run("add", "G1", *PLACE, "--main", "-", "--device-name", "gate", "--make", "Axis", given=f"{address}\n")
    assert shown(run)["streams"]["main"] == "rtsp://10.0.0.7/main"
    run("change", "G1", "--range", "60", "--without", "make", "--plates")
    run("move", "G1", "--lat", "56.63", "--lon", "23.29")
    run("rename", "G1", "North gate")
    found = shown(run)
    assert (found["range_m"], found["make"], found["reads_plates"], found["name"]) == (60, None, True, "North gate")
    assert (found["position"], found["device_names"]) == ({"lat": 56.63, "lon": 23.29}, ["gate"])
    run("retire", "G1")
    assert "G1" not in run("list")
    assert "no longer used since" in run("list", "--retired")
    run("retire", "G1", "--undo")
    assert "rtsp://10.0.0.7/main" in run("list")
    assert run("remove", "G1") == "G1: removed\n"
    with pytest.raises(NotFound):
        run("show", "G1")


def test_no_password_is_printed_or_on_the_disk(run: Run, folder: Path) -> None:
    printed = run("add", "G1", *PLACE, "--main", f"rtsp://operator:{PASSWORD}@10.0.0.7/main")
    printed += run("change", "G1", "--sub", f"rtsp://operator:{PASSWORD}@10.0.0.7/sub")
    printed += run("show", "G1") + run("list", "--json") + run("export")
    with pytest.raises(BadInput) as refused:
        run("change", "G1", "--main", f"nothing://operator:{PASSWORD}@10.0.0.7/main")
    printed += refused.value.message
    assert PASSWORD not in printed
    for file in folder.rglob("*"):
        assert not file.is_file() or PASSWORD.encode() not in file.read_bytes(), file


def test_a_camera_is_tried_and_its_picture_written(run: Run, tmp_path: Path) -> None:
    with SimulatedCamera(camera_clip(tmp_path)) as simulated:
        run("add", "G1", *PLACE, "--main", simulated.address)
        out = tmp_path / "gate.jpg"
        assert run("test", "G1", "--out", str(out)).startswith("G1 sends h264, ")
        assert out.read_bytes().startswith(b"\xff\xd8")


def test_a_list_goes_out_and_comes_in(run: Run, tmp_path: Path) -> None:
    run("add", "G1", *PLACE)
    file = tmp_path / "cameras.csv"
    run("export", "--semicolons", "-o", str(file))
    run("remove", "G1")
    assert "would add 1, change 0" in run("import", str(file), "--dry-run")
    assert run("list") == "no camera is registered\n"
    assert "added 1, changed 0" in run("import", str(file))
    assert "added 0, changed 0, as they were 1" in run("import", str(file))


def test_bad_lines_are_named_and_nothing_is_imported(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "cameras.csv"
    heading = "id,city,name,lat,lon,azimuth_deg,hfov_deg,range_m"
    file.write_text(f"{heading}\nG1,dobele,Gate,56.62,23.28,0,60,50\nG2,dobele,Yard,23.28,56.62,0,60,50\n", "utf-8")
    said = run("import", str(file), fails=2)
    assert "line 3: latitude 23.28 and longitude 56.62 are exchanged" in said
    assert "nothing was imported: 1 line is to be mended" in said
    assert run("list") == "no camera is registered\n"


def test_a_mistyped_position_is_refused(run: Run) -> None:
    run("add", "G1", *PLACE)
    with pytest.raises(BadInput, match="are exchanged"):
        run("move", "G1", "--lat", "23.28", "--lon", "56.62")
