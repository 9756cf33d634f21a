"""What of a plan goes on board: whole missions, fences and rally points in the vehicle's words."""

import pytest

from mission.flights.onboard_items import fence_items, items_done, mission_on_board
from mission.formats.document import DO_JUMP, FenceArea, PlanFile
from telemetry.errors import BadPlan
from telemetry.positions import Position, moved
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem

HERE = Position(lat=56.62, lon=23.28)
POINT = MissionItem(Command.WAYPOINT, lat=56.621, lon=23.281, alt_m=35)


def test_a_bare_path_gets_a_take_off_and_a_return_and_says_so() -> None:
    items, added = mission_on_board(PlanFile("p", (POINT, MissionItem(DO_JUMP, AltitudeFrame.NO_POSITION, 0, 2))), HERE)
    assert [item.command for item in items] == [22, 16, DO_JUMP, 20]
    assert (items[0].alt_m, items[0].lat, items[2].param1) == (35, HERE.lat, 1)
    assert len(added) == 2


def test_a_whole_plan_is_flown_as_it_is_and_nowhere_becomes_a_place() -> None:
    plan = PlanFile("p", (MissionItem(Command.TAKEOFF, alt_m=20), POINT, MissionItem(Command.LAND)))
    items, added = mission_on_board(plan, HERE)
    assert (added, items[1]) == ([], POINT)
    assert [(item.lat, item.lon) for item in items] == [
        (HERE.lat, HERE.lon),
        (POINT.lat, POINT.lon),
        (POINT.lat, POINT.lon),
    ]


def test_a_plan_of_nothing_is_refused() -> None:
    with pytest.raises(BadPlan, match="nothing to fly"):
        mission_on_board(PlanFile("p", ()), HERE)


HOMEWARD = [POINT, MissionItem(Command.LAND), POINT, MissionItem(20)]
RALLY = Position(lat=56.63, lon=23.29)


@pytest.mark.parametrize("stands", [HERE, moved(HERE, east_m=9, north_m=-9), RALLY])
def test_a_return_whose_last_word_was_lost_is_done_where_it_leads(stands: Position) -> None:
    assert items_done(HOMEWARD, 3, stands=stands, homes=[HERE, RALLY]) == 4


def test_a_return_that_ends_in_a_field_is_not_done() -> None:
    assert items_done(HOMEWARD, 3, stands=moved(HERE, east_m=30, north_m=0), homes=[HERE]) == 3


@pytest.mark.parametrize("counted", [0, 1, 2])
def test_what_was_not_reached_before_the_return_is_never_claimed(counted: int) -> None:
    assert items_done(HOMEWARD, counted, stands=HERE, homes=[HERE]) == counted


@pytest.mark.parametrize(
    "landing", [MissionItem(Command.LAND), MissionItem(Command.LAND, lat=POINT.lat, lon=POINT.lon)]
)
def test_a_landing_is_done_at_its_place_or_below_the_last_one(landing: MissionItem) -> None:
    there = Position(lat=POINT.lat, lon=POINT.lon)
    assert items_done([POINT, landing], 1, stands=there, homes=[HERE]) == 2
    assert items_done([POINT, landing], 1, stands=HERE, homes=[HERE]) == 1


def test_a_mission_that_does_not_land_is_done_as_far_as_it_counted() -> None:
    assert items_done([POINT, POINT], 1, stands=HERE, homes=[HERE]) == 1


def test_a_fence_tells_its_corners_or_its_radius() -> None:
    ring = ((56.6, 23.2), (56.6, 23.3), (56.7, 23.3))
    areas = [FenceArea(ring), FenceArea(((56.65, 23.25),), inclusion=False, radius_m=40)]
    assert [(item.command, item.param1) for item in fence_items(areas)] == [(5001, 3)] * 3 + [(5004, 40)]
