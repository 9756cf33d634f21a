"""`vanagas check` as a person at a terminal meets it: a plan file, zones, a time, the weather, a verdict."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mapserver.cli import app
from mission import formats
from mission.formats.document import PlanFile
from telemetry.errors import BadInput
from telemetry.transfer.mission_items import MissionItem
from tests.mission.checks.builders import HOME, RETURN, at, fence, take_off
from tests.mission.flights.builders import ed269
from tests.process.running import vanagas

FINE = "wind=4,gust=7,rain=0,visibility=9000,temperature=15"
NOON = "2026-06-22T10:00Z"


def plan(folder: Path, *, height_m: float = 60) -> Path:
    items = (take_off(height_m), at(0, 150, height_m), MissionItem(206, 2, 20.0, 0, 1), at(80, 150, height_m), RETURN)
    path = folder / "plan.plan"
    path.write_bytes(formats.dump(PlanFile("plan", items, HOME, (fence(),), speed_m_s=8), ".plan").content)
    return path


def zones(folder: Path, restriction: str = "PROHIBITED", **changes: Any) -> Path:
    path = folder / "zones.json"
    zone = ed269("LVP1", HOME.lon, HOME.lat, restriction) | changes
    path.write_text(json.dumps({"features": [zone]}))
    return path


def check(*arguments: object) -> tuple[int, Any]:
    """Exit status and what was printed, parsed; for a refusal 2 and its sentence, as the program's end makes of it."""
    done = CliRunner().invoke(app, ["check", *map(str, arguments), "--json"])
    if isinstance(done.exception, BadInput):
        return 2, done.exception.message
    return done.exit_code, json.loads(done.stdout)


def by(told: Any, level: str) -> dict[str, str]:
    return {verdict["check"]: verdict["message"] for verdict in told["verdicts"] if verdict["level"] == level}


def test_a_plan_by_day_in_good_weather_may_be_flown(tmp_path: Path) -> None:
    status, told = check(plan(tmp_path), "--at", NOON, "--weather", FINE)
    assert (status, told["blocked"]) == (0, False)
    assert {verdict["check"] for verdict in told["verdicts"]} >= {"papers", "height", "energy", "crew_duty"}
    assert "not known here" in by(told, "warn")["papers"]


def test_a_prohibited_zone_or_too_much_height_blocks_and_is_named(tmp_path: Path) -> None:
    status, told = check(plan(tmp_path), "--at", NOON, "--weather", FINE, "--zones", zones(tmp_path))
    assert status == 1
    assert "zone LVP1 LVP1 (SENSITIVE) is PROHIBITED" in by(told, "block")["zones"]
    status, told = check(plan(tmp_path, height_m=130), "--at", NOON, "--weather", FINE)
    assert status == 1
    assert "130 m above ground" in by(told, "block")["height"]


def test_a_condition_is_acknowledged_by_its_name_and_a_permit_is_not(tmp_path: Path) -> None:
    conditional = zones(tmp_path, "CONDITIONAL", restrictionConditions="Call the tower")
    status, told = check(plan(tmp_path), "--at", NOON, "--zones", conditional)
    assert (status, "Call the tower" in by(told, "acknowledge")["zones"]) == (0, True)
    status, told = check(plan(tmp_path), "--at", NOON, "--zones", conditional, "--acknowledge", "LVP1")
    assert "acknowledged on the command line" in by(told, "pass")["zones"]
    status, told = check(plan(tmp_path), "--at", NOON, "--zones", zones(tmp_path, "REQ_AUTHORISATION"))
    assert (status, "LVP1" in by(told, "permit")["permits"]) == (1, True)


def test_a_towns_policy_is_followed(tmp_path: Path) -> None:
    policy = tmp_path / "town.toml"
    policy.write_text('max_height_m = 50\nprivacy_notice = "town hall"\n')
    status, told = check(plan(tmp_path), "--at", NOON, "--policy", policy)
    assert (status, by(told, "acknowledge")) == (1, {})
    assert "the limit is 50 m" in by(told, "block")["height"]


def test_people_read_a_table(tmp_path: Path) -> None:
    done = vanagas("check", str(plan(tmp_path, height_m=130)), "--at", NOON, "--weather", FINE)
    assert done.returncode == 1
    assert "✗ block" in done.stdout
    assert "not to be flown" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--at", "noon"), "no time; write it as"),
        (("--at", "2026-06-22T10:00"), "has no time zone"),
        (("--weather", "wind=fast"), "wind is 'fast', which is no number"),
        (("--weather", "wind=nan"), "--weather: wind_m_s"),
        (("--weather", "gust=5"), "give the wind at least"),
        (("--weather", "wind=5,snow=2"), "'snow' is not known; there are wind, gust"),
        (("--acknowledge", "LVP1"), "nothing called LVP1 waits"),
        (("--zones", "nowhere.json"), "nowhere.json cannot be read"),
        (("--policy", "nowhere.toml"), "nowhere.toml cannot be read"),
        (("--home", "here"), "--home 'here' is no place"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    status, told = check(plan(tmp_path), *arguments)
    assert (status, words in told) == (2, True), told
