"""Heights keep their reference through every file, as the ground stations that read it understand it."""

import json
from pathlib import Path
from typing import Any

import pytest

from mission.formats import PlanFile, dump, load, read
from telemetry.transfer.mission_items import MissionItem

CASES = Path(__file__).parents[4] / "shared/samples/cases/planning"
ROWS = """QGC WPL 110
# made by hand

0\t1\t0\t16\t0\t0\t0\t0\t57.05\t23.04\t10\t1
  # the way out
1\t0\t3\t22\t0\t0\t0\t0\t0\t0\t40\t1
2\t0\t3\t16\t0\t0\t0\t0\t57.051\t23.04\t40\t1
3\t0\t0\t16\t0\t0\t0\t0\t57.052\t23.04\t60\t1
4\t0\t10\t16\t0\t0\t0\t0\t57.053\t23.04\t40\t1
5\t0\t0\t179\t0\t0\t0\t0\t57.054\t23.04\t12.5\t1
6\t0\t3\t179\t1\t0\t0\t0\t0\t0\t0\t1
"""


def as_qgroundcontrol_reads(item: dict[str, Any]) -> tuple[int, float]:
    """Frame and height: SimpleMissionItem.cc takes AltitudeMode where there is one, else relative or absolute."""
    if "AltitudeMode" not in item:
        return (3 if item["frame"] == 3 else 0), item["params"][6]
    return {1: 3, 2: 0, 4: 10}[item["AltitudeMode"]], item["Altitude"]


def written(plan: PlanFile) -> dict[str, Any]:
    return dict(json.loads(dump(plan, "plan").content)["mission"])


def test_a_height_above_terrain_stays_so_in_qgroundcontrol() -> None:
    plan = read(ROWS.encode(), "rows.waypoints")
    mission = written(plan)
    assert [as_qgroundcontrol_reads(item) for item in mission["items"]] == [
        (item.frame, item.alt_m) for item in plan.items
    ]
    assert mission["globalPlanAltitudeMode"] == 0


@pytest.mark.parametrize(("frame", "mode"), [(3, 1), (0, 2), (10, 4)])
def test_a_plan_of_one_frame_says_so_as_a_whole(frame: int, mode: int) -> None:
    plan = PlanFile("x", (MissionItem(16, frame, lat=57, lon=23, alt_m=40),))
    assert written(plan)["globalPlanAltitudeMode"] == mode


def test_comments_and_empty_lines_of_a_waypoint_list_say_nothing() -> None:
    bare = "\n".join(line for line in ROWS.splitlines() if line.strip() and "#" not in line)
    assert read(ROWS.encode(), "a.waypoints").items == read(bare.encode(), "a.waypoints").items


@pytest.mark.parametrize("format", ["plan", "waypoints", "geojson"])
def test_set_home_goes_into_each_format_and_back(format: str) -> None:
    plan = read(ROWS.encode(), "rows.waypoints")
    back = read(dump(plan, format).content, f"rows.{format}")
    assert back.items == plan.items
    assert [(item.lat, item.alt_m) for item in back.items if item.command == 179] == [(57.054, 12.5), (0, 0)]


@pytest.mark.skipif(not CASES.is_dir(), reason="the samples are not beside the clone")
def test_the_ground_stations_own_files_are_read() -> None:
    assert len(load(CASES / "mp_comment.waypoints").items) == 1
    plan = load(CASES / "qgc10596_frames.waypoints")
    assert as_qgroundcontrol_reads(written(plan)["items"][3]) == (10, 40)
