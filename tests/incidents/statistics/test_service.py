"""Counts and response times out of a real database, and the spread of delays."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.merging import State, default_rules
from incidents.statistics import service
from incidents.statistics.response import ResponseTimes, response_times
from incidents.statistics.service import DelaySpread
from incidents.timeline import repository
from incidents.timeline import service as timeline
from incidents.timeline.acceptance import accept
from incidents.timeline.transitions import Transition
from telemetry.cities import City
from telemetry.errors import BadInput
from telemetry.observations import Observation, SourceKind
from telemetry.store import Store
from tests.builders import NOON, live, observation, place

MINUTE = timedelta(minutes=1)
DOBELE = live(City("dobele"))
DAY = (NOON - timedelta(hours=12), NOON + timedelta(hours=12))


def take_in(store: Store, seen: Observation, at: datetime = NOON) -> str:
    with store.write() as work:
        return accept(work, [seen], now=at, rules=default_rules())[0].incident_id or ""


def move(store: Store, incident: str, transition: Transition, minutes: float) -> None:
    with store.write() as work:
        row = repository.get(work.session, incident, DOBELE)
        timeline.take(work, row, transition, by="ilze", reason="done", now=NOON + minutes * MINUTE)


def times_of(store: Store, incident: str) -> ResponseTimes:
    with store.read() as session:
        return response_times(session, [incident])[incident]


@pytest.mark.both_databases
def test_the_times_of_a_response_are_those_of_its_timeline(store: Store) -> None:
    incident = take_in(store, observation())
    assert times_of(store, incident) == ResponseTimes(told=NOON)
    move(store, incident, Transition.ACKNOWLEDGE, 2)
    move(store, incident, Transition.DISPATCH, 3)
    by_inspector = observation("2", kind=SourceKind.INSPECTOR, source="janis", after_s=480)
    assert take_in(store, by_inspector, NOON + 8 * MINUTE) == incident
    move(store, incident, Transition.RESOLVE, 10)
    assert times_of(store, incident) == ResponseTimes(
        told=NOON,
        decided=NOON + 2 * MINUTE,
        on_the_way=NOON + 3 * MINUTE,
        there=None,
        seen=NOON + 8 * MINUTE,
        closed=NOON + 10 * MINUTE,
    )


@pytest.mark.both_databases
def test_incidents_are_counted_by_category_town_and_the_towns_hour(store: Store) -> None:
    first = take_in(store, observation(category="fight"))
    take_in(store, observation("2", category="noise", source="other", position=place(north_m=2_000)))
    take_in(store, observation("3", category="noise", source="siauliai", city=City("siauliai")))
    move(store, first, Transition.FALSE_ALARM, 4)
    with store.read() as session:
        found = service.counted(session, live(City("dobele"), City("siauliai")), *DAY)
        of_dobele = service.counted(session, DOBELE, *DAY)
    said = service.statistics(found)
    assert (said["all"]["incidents"], said["all"]["open"], said["all"]["false_alarms"]) == (3, 2, 1)
    assert [(one["category"], one["incidents"]) for one in said["by_category"]] == [("noise", 2), ("fight", 1)]
    assert {one["city"]: one["incidents"] for one in said["by_town"]} == {"dobele": 2, "siauliai": 1}
    local = NOON.astimezone(City("dobele").facts.zone).hour
    assert [one["hour"] for one in said["by_hour"] if one["incidents"]] == [local]
    assert said["all"]["closed"] == {"known": 1, "median_s": 240.0, "p90_s": 240.0}
    assert len(of_dobele) == 2


def test_what_began_at_another_time_is_not_counted(store: Store) -> None:
    take_in(store, observation())
    with store.read() as session:
        assert service.counted(session, DOBELE, NOON + MINUTE, NOON + timedelta(days=1)) == []
        assert service.counted(session, DOBELE, NOON - timedelta(days=1), NOON) == []


@pytest.mark.parametrize(
    ("until", "words"), [(NOON, "nothing|no time|empty|between|before|late"), (NOON + timedelta(days=367), "366 days")]
)
def test_a_time_that_is_none_or_too_long_is_refused(store: Store, until: datetime, words: str) -> None:
    with store.read() as session, pytest.raises(BadInput, match=words):
        service.counted(session, DOBELE, NOON, until)


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_half_took_no_longer_than_the_median_and_nine_of_ten_no_longer_than_p90(delays: list[float]) -> None:
    spread = DelaySpread.of(delays)
    assert spread.median_s is not None
    assert spread.p90_s is not None
    assert sum(one <= spread.median_s for one in delays) * 2 >= len(delays)
    assert sum(one <= spread.p90_s for one in delays) * 10 >= 9 * len(delays)
    assert spread.median_s <= spread.p90_s
    assert spread.p90_s in delays


def test_of_no_delays_nothing_is_known() -> None:
    assert DelaySpread.of([]) == DelaySpread(0, None, None)


def test_a_town_counts_hours_on_its_own_clock_in_summer_too() -> None:
    began = datetime(2026, 7, 1, 21, 30, tzinfo=UTC)
    one = service.CountedIncident(City("dobele"), "noise", State.NEW, began, ResponseTimes(told=began))
    assert one.hour == 0
