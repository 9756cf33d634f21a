"""What `vanagas fly` refuses, what it lets pass on the pilot's word, and what it says it did not look at."""

from datetime import UTC, datetime

import pytest

from mission.flights.clearance import Clearance, Terms, clearance
from mission.flights.onboard_items import mission_on_board
from mission.formats.document import PlanFile
from telemetry.errors import BadInput, FlightBlocked
from telemetry.positions import LocalFrame, Position
from telemetry.transfer.mission_items import Command, MissionItem

ZURICH, CANBERRA = Position(lat=47.397742, lon=8.545594, alt_m=488), Position(lat=-35.363261, lon=149.16523, alt_m=584)
DAY, NIGHT = datetime(2027, 6, 1, 11, tzinfo=UTC), datetime(2027, 12, 1, 1, tzinfo=UTC)


def judged(
    home: Position, *, north_m: float = 60, up_m: float = 20, at: datetime = DAY, here: Position | None = None,
    despite: frozenset[str] = frozenset(),
) -> Clearance:  # fmt: skip
    """A square from `home`, judged where the vehicle stands."""
    local = LocalFrame(home.lat, home.lon)
    corners = [local.to_degrees(east, north) for east, north in ((0, north_m), (50, north_m), (50, 0))]
    plan = PlanFile("square", tuple(MissionItem(Command.WAYPOINT, lat=a, lon=o, alt_m=up_m) for a, o in corners), home)
    items, _ = mission_on_board(plan, here or home)
    return clearance(plan, items, here or home, now=at, terms=Terms(despite=despite))


@pytest.mark.parametrize("home", [ZURICH, CANBERRA])
@pytest.mark.parametrize("at", [DAY, NIGHT])
def test_a_small_plan_near_its_vehicle_flies_anywhere_at_any_hour(home: Position, at: datetime) -> None:
    found = judged(home, at=at)
    found.require()
    assert any("give the authority's zone file" in said for said in found.as_json()["not_checked"])


def test_too_high_is_refused_with_the_word_that_would_clear_it() -> None:
    with pytest.raises(FlightBlocked, match=r"150 m above ground.*--despite height"):
        judged(ZURICH, up_m=150).require()


def test_a_block_passed_over_by_name_is_on_record() -> None:
    found = judged(ZURICH, up_m=150, despite=frozenset({"height"}))
    found.require()
    assert found.as_json()["despite"][0].startswith("height: 150 m above ground")


def test_beyond_sight_goes_on_the_pilots_word() -> None:
    found = judged(ZURICH, north_m=900)
    found.require()
    assert any(said.startswith("sight: ") for said in found.as_json()["on_your_word"])


def test_another_places_plan_is_refused_before_anything_is_counted() -> None:
    with pytest.raises(FlightBlocked, match=r"start: the plan goes 16,\d+ km away .*--despite start"):
        judged(ZURICH, here=CANBERRA).require()


def test_no_range_is_left_for_a_plan_that_empties_the_battery() -> None:
    with pytest.raises(FlightBlocked, match=r"energy: .*--despite energy"):
        judged(ZURICH, north_m=4_900).require()


def test_a_check_that_does_not_exist_is_not_passed_over() -> None:
    with pytest.raises(BadInput, match="there is no check 'everything'; there are papers, category, height"):
        Terms(despite=frozenset({"everything"}))
