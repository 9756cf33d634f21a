"""`vanagas briefing` as a pilot types it, from any plan file, and what it refuses."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mapserver.cli import main
from mission.formats import dump
from tests.mission.briefing.builders import plan

Vanagas = Callable[..., tuple[int, str, str]]

ZONES = {
    "title": "zones for a test",
    "synthetic": True,
    "features": [
        {
            "identifier": "T1", "country": "LVA", "name": "Tower <zone>", "type": "COMMON",
            "restriction": "PROHIBITED", "reason": ["AIR_TRAFFIC"],
            "applicability": [{"permanent": "YES"}],
            "zoneAuthority": [{"name": "Tower", "phone": "+371 1", "purpose": "AUTHORIZATION"}],
            "geometry": [{
                "uomDimensions": "M", "lowerLimit": 0, "lowerVerticalReference": "AGL",
                "upperLimit": 100, "upperVerticalReference": "AGL",
                "horizontalProjection": {"type": "Circle", "center": [23.285, 56.6215], "radius": 150},
            }],
        }
    ],
}  # fmt: skip


@pytest.fixture
def vanagas(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Vanagas:
    """Runs the command line in this process, which spares its start; gives status, output and complaint."""

    def run(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["vanagas", *args])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "u.plan").write_bytes(dump(plan(), "plan").content)
    (tmp_path / "u.waypoints").write_bytes(dump(plan(fence=(), rally=()), "waypoints").content)
    (tmp_path / "zones.json").write_text(json.dumps(ZONES))
    return tmp_path


def test_a_plan_and_zones_become_one_sheet_with_the_zone_on_it(folder: Path, vanagas: Vanagas) -> None:
    (folder / "vanagas.toml").write_text('[towns.dobele.operator]\nname = "Dobele"\nphone = "+371 6300"\n')
    out = folder / "sheet.html"
    status, said, complaint = vanagas(
        "briefing", str(folder / "u.plan"), "-o", str(out), "--zones", str(folder / "zones.json"),
        "--at", "2026-06-01T10:00Z", "--pilot", "Anna", "--data", str(folder),
    )  # fmt: skip
    assert status == 0, complaint
    told, text = json.loads(said), out.read_text("utf-8")
    assert told["worst"] == "block"
    assert told["fingerprint"] in text
    assert "Tower &lt;zone&gt;" in text
    assert "+371 6300" in text
    assert "Mon 01 Jun 2026 13:00 EEST" in text


def test_the_same_flight_from_another_format_makes_a_sheet_too(folder: Path, vanagas: Vanagas) -> None:
    status, _, complaint = vanagas(
        "briefing", str(folder / "u.waypoints"), "-o", str(folder / "sheet.html"), "--simulated", "--data", str(folder)
    )
    assert status == 0, complaint
    assert "SIMULATED" in (folder / "sheet.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("none.plan",), "none.plan cannot be read"),
        (("u.plan", "--zones", "u.waypoints"), "u.waypoints"),
        (("u.plan", "--at", "noon"), "--at"),
        (("u.plan", "--weather", "snow=1"), "snow"),
    ],
)
def test_what_cannot_be_used_is_named_and_nothing_is_written(
    folder: Path, vanagas: Vanagas, args: tuple[str, ...], words: str
) -> None:
    paths = [str(folder / arg) if "." in arg else arg for arg in args]
    status, _, complaint = vanagas("briefing", *paths, "-o", str(folder / "sheet.html"))
    assert (status, words in complaint) == (2, True), complaint
    assert not (folder / "sheet.html").exists()


def test_the_towns_own_ground_stands_in_for_a_terrain_file(folder: Path, vanagas: Vanagas) -> None:
    (folder / "vanagas.toml").write_text("[towns.dobele.terrain]\nground_m = [60, 85]\n")
    out = folder / "sheet.html"
    asked = ("briefing", str(folder / "u.plan"), "-o", str(out), "--data", str(folder))
    assert vanagas(*asked)[0] == 0
    assert "height above the sea not known: between 60 and 85 m" in out.read_text()
    assert vanagas(*asked, "--ground", "70,72")[0] == 0
    assert "height above the sea not known: between 70 and 72 m" in out.read_text()
