"""`vanagas schedule`: what it writes, what it refuses, and how it is interrupted."""

import json
import signal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mapserver.cli import app
from mapserver.cli.schedule import interruptible
from mission.schedule.answer import Schedule
from mission.schedule.verify import violations
from telemetry.errors import BadInput
from tests.mission.schedule.builders import request, zone

ASKED = request(zone("a", window=(10, 60)), zone("far", 90_000, window=(10, 60)))


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    path = tmp_path / "request.json"
    path.write_text(ASKED.model_dump_json())
    return path


def test_a_schedule_is_written_and_its_numbers_printed(asked: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["schedule", str(asked), "-o", str(tmp_path / "out.json")])
    answer = Schedule.model_validate_json((tmp_path / "out.json").read_text())
    summary = json.loads(done.stdout)
    assert list(violations(ASKED, answer)) == []
    assert (done.exit_code, summary["visits_served"], summary["proven"]) == (0, 1, True)
    assert [(u["zone_id"], bool(u["explanation"])) for u in summary["unserved"]] == [("far", True)]


def test_a_schedule_without_a_place_to_go_is_printed_whole(asked: Path) -> None:
    done = CliRunner().invoke(app, ["schedule", str(asked)])
    assert list(violations(ASKED, Schedule.model_validate_json(done.stdout))) == []


def test_a_zone_whose_windows_lie_outside_the_horizon_is_told(asked: Path, tmp_path: Path) -> None:
    asked.write_text(request(zone("a"), zone("later", window=(20_000, 20_060))).model_dump_json())
    done = CliRunner().invoke(app, ["schedule", str(asked), "-o", str(tmp_path / "out.json")])
    assert json.loads(done.stdout)["without_visits"] == ["later"]


def test_the_schema_is_printed_and_says_what_each_part_and_field_is() -> None:
    parts = json.loads(CliRunner().invoke(app, ["schedule", "--schema"]).stdout)["$defs"]
    assert {"ScheduleZone", "Unit", "Person", "Commitment"} <= parts.keys()
    for part in ("Unit", "ScheduleBattery", "ScheduleZone"):
        said = [field for field in parts[part]["properties"].values() if "description" in field]
        assert len(said) >= len(parts[part]["properties"]) / 2
    dwell = parts["ScheduleZone"]["properties"]["dwell_min"]
    assert dwell["description"].startswith("Minutes a visit takes at the least.")


@pytest.mark.parametrize(
    "text", ["{}", "no JSON", ASKED.model_copy(update={"zones": ASKED.zones * 2}).model_dump_json()]
)
def test_a_request_that_cannot_be_used_leaves_nothing_behind(asked: Path, tmp_path: Path, text: str) -> None:
    asked.write_text(text)
    done = CliRunner().invoke(app, ["schedule", str(asked), "-o", str(tmp_path / "out.json")])
    assert isinstance(done.exception, BadInput)
    assert [path.name for path in tmp_path.iterdir()] == ["request.json"]


def test_the_first_interrupt_asks_for_the_best_so_far_and_the_second_ends_it() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs begin without
    try:
        with pytest.raises(KeyboardInterrupt), interruptible() as cancelled:
            signal.raise_signal(signal.SIGINT)
            assert cancelled()
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
