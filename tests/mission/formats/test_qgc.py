"""QGroundControl plans: what is written is read back equal, real files are read, broken ones refused by place."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mission.formats import PlanFile, dump, load, read
from mission.formats.document import HAS_POSITION, PLAIN_FRAME
from mission.plans.files import plan_file_of
from mission.routes import plan_survey
from mission.routes.mission_items import items_of
from mission.routes.survey import SurveyRequest
from telemetry.errors import BadPlan
from telemetry.positions import Position
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.plan_difference import first_difference
from tests.mission.areas import U_SHAPE, area
from tests.mission.routes.test_mission_items import any_items

SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "drone" / "plan"
HOME = Position(lat=56.62, lon=23.28, alt_m=61.5)
WAYPOINT = {"type": "SimpleItem", "command": 16, "frame": 3, "params": [0, 0, 0, None, 56.62, 23.28, 40]}


def plan(*items: Any, **changes: Any) -> str:
    root = json.loads(dump(PlanFile("x", (), HOME), "plan").content) | changes
    if "mission" not in changes:
        root["mission"]["items"] = list(items)
    return json.dumps(root)


def text_read(text: str) -> PlanFile:
    return read(text.encode(), "x.plan")


@given(
    st.lists(
        any_items.filter(lambda item: item.command not in HAS_POSITION | {177} and item.frame not in PLAIN_FRAME),
        max_size=5,
    )
)
def test_what_is_written_is_read_back_equal(items: list[MissionItem]) -> None:
    again = read(dump(PlanFile("x", tuple(items), HOME, speed_m_s=8), "plan").content, "again.plan")
    assert first_difference(items, again.items) is None
    assert (again.home, again.speed_m_s) == (HOME, 8)


def test_a_route_is_written_and_read_back_with_every_item() -> None:
    route = plan_survey(area(U_SHAPE), SurveyRequest(spacing_m=40), home=HOME)
    written = dump(plan_file_of(route, "u"), "plan")
    assert first_difference(items_of(route), read(written.content, "u.plan").items) is None


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside the clone")
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("mavsdk_python_example-mission.plan", 5),
        ("mavsdk_qgroundcontrol_sample.plan", 6),
        ("mavsdk_qgroundcontrol_sample_with_digicam_control.plan", 1),
        ("mavsdk_qgroundcontrol_sample_with_survey.plan", 13),
        ("mavsdk_qgroundcontrol_sample_with_survey_missing_items.plan", 13),
        ("mavsdk_qgroundcontrol_sample_with_structured_scan.plan", 19),
    ],
)
def test_real_plans_are_read(name: str, count: int) -> None:
    assert len(load(SAMPLES / name).items) == count


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside the clone")
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("with_survey_wrong_version", r"mission\.items\[1\]: survey has version 9"),
        ("without_mission", "holds no mission"),
        ("wrong_mission_version", "mission has version 7"),
        ("wrong_overall_version", "has version 42"),
    ],
)
def test_real_broken_plans_are_refused_by_file_place_and_reason(name: str, sentence: str) -> None:
    file = f"mavsdk_qgroundcontrol_sample_{name}.plan"
    with pytest.raises(BadPlan, match=rf"^{file}.*{sentence}"):
        load(SAMPLES / file)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{ not json", r"x\.plan is not JSON: line 1, column 3"),
        ("[" * 100_000, r"x\.plan is not JSON that can be read: it is nested too deeply"),
        ("[]", 'fileType is not "Plan"'),
        ('{"fileType": "Plan", "version": NaN}', "holds the number NaN"),
        ('{"fileType": "Plan", "version": 1' + "0" * 5000 + "}", r"x\.plan is not JSON"),
        (plan(mission={"version": 2, "items": {}}), r"mission\.items: not a list"),
        (plan(7), r"mission\.items\[0\]: not an object"),
        (plan({"type": "Magic"}), "its type is Magic"),
        (plan(WAYPOINT | {"params": [0, 0]}), r"items\[0\]\.params: not a list of seven"),
        (plan(WAYPOINT, WAYPOINT | {"command": True}), r"items\[1\]\.command: not a whole number"),
        (plan(WAYPOINT | {"doJumpId": []}, WAYPOINT | {"command": 177}), "doJumpId 0, which no item has"),
        (plan(WAYPOINT | {"frame": 99}), r"frame: not a whole number from 0 to 21"),
        (plan(WAYPOINT | {"params": [0, 0, 0, 0, None, 23.28, 40]}), "command 16 needs a latitude"),
        (plan(WAYPOINT | {"params": [0, 0, 0, 0, 156.6, 23.28, 40]}), "off the globe: latitude 156.6"),
        (plan(WAYPOINT | {"params": [0, 0, "1", 0, 56, 23, 40]}), r"params\[2\]: not a number"),
        (plan(mission={"version": 2, "items": [], "plannedHomePosition": [99, 0, 0]}), "plannedHomePosition is off"),
    ],
)
def test_broken_text_is_refused_by_place_and_reason(text: str, sentence: str) -> None:
    with pytest.raises(BadPlan, match=sentence):
        text_read(text)


def test_null_is_as_the_vehicle_likes() -> None:
    assert math.isnan(text_read(plan(WAYPOINT)).items[0].param4)


def test_a_file_that_is_missing_huge_or_not_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "odd.plan"
    with pytest.raises(BadPlan, match=r"odd\.plan cannot be read: No such file"):
        load(path)
    path.write_bytes(b"\xff\xfe{}")
    with pytest.raises(BadPlan, match=r"odd\.plan is not JSON: it is not UTF-8"):
        load(path)
    path.write_bytes(b" " * 20_000_001)
    with pytest.raises(BadPlan, match=r"odd\.plan is larger than 20 MB"):
        load(path)
