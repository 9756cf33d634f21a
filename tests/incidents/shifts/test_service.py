"""Planning shifts, and who is on shift, on a real database."""

from datetime import datetime, timedelta

import pytest

from incidents.shifts import service
from incidents.shifts.tables import ShiftRow
from telemetry.access import Role
from telemetry.cities import City
from telemetry.errors import BadInput, Conflict
from telemetry.scopes import DEMO, LIVE
from telemetry.store import Change, Store
from telemetry.visibility import Visibility
from tests.builders import NOON, live

pytestmark = pytest.mark.both_databases

DOBELE = City("dobele")
HOUR = timedelta(hours=1)
TOWN = live(DOBELE)


def plan(
    store: Store,
    person: str = "ilze",
    *,
    begins: datetime = NOON,
    hours: float = 8,
    role: Role = Role.COORDINATOR,
    city: City = DOBELE,
) -> ShiftRow:
    with store.write() as work:
        return service.plan(
            work, city, LIVE, person=person, role=role, begins=begins, ends=begins + hours * HOUR, by="head", now=NOON
        )


def there(store: Store, at: datetime, visible: Visibility = TOWN) -> list[str]:
    with store.read() as session:
        return [row.person for row in service.on_shift(session, visible, at)]


def test_a_shift_holds_from_its_first_moment_until_its_end(store: Store) -> None:
    plan(store)
    moments = (NOON - timedelta(seconds=1), NOON, NOON + 8 * HOUR - timedelta(seconds=1), NOON + 8 * HOUR)
    assert [there(store, at) for at in moments] == [[], ["ilze"], ["ilze"], []]


def test_coordinators_are_named_first_and_then_whose_shift_began_first(store: Store) -> None:
    plan(store, "head", role=Role.SUPERVISOR, hours=20)
    plan(store, "late", begins=NOON + HOUR)
    plan(store, "early")
    assert there(store, NOON + 2 * HOUR) == ["early", "late", "head"]


def test_another_town_and_an_exercise_have_shifts_of_their_own(store: Store) -> None:
    plan(store)
    assert there(store, NOON, live(City("siauliai"))) == []
    assert there(store, NOON, Visibility(frozenset({DOBELE}), DEMO)) == []


@pytest.mark.parametrize(
    ("begins", "hours", "words"),
    [(NOON, 0, "ends before it begins"), (NOON, 25, "at most 24 hours"), (NOON - 9 * HOUR, 8, "over already")],
)
def test_a_shift_that_cannot_be_meant_is_refused(store: Store, begins: datetime, hours: float, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        plan(store, begins=begins, hours=hours)


def test_two_shifts_of_one_person_do_not_overlap_but_may_touch(store: Store) -> None:
    plan(store)
    with pytest.raises(Conflict, match="ilze has a shift there already"):
        plan(store, begins=NOON + 7 * HOUR)
    plan(store, begins=NOON + 8 * HOUR)


def test_one_person_may_watch_two_towns_at_night(store: Store) -> None:
    for city in (DOBELE, City("siauliai")):
        plan(store, city=city)
    assert there(store, NOON, live(DOBELE, City("siauliai"))) == ["ilze", "ilze"]


def test_a_shift_to_come_goes_and_one_that_has_begun_ends(store: Store) -> None:
    heard: list[Change] = []
    coming = plan(store, begins=NOON + 10 * HOUR)
    begun = plan(store, "janis")
    store.listen(heard.extend)
    for shift in (coming, begun):
        with store.write() as work:
            row = service.get(work.session, shift.id, live(DOBELE))
            service.cancel(work, row, now=NOON + HOUR)
    assert [(change.kind, change.data is None) for change in heard] == [("shift", True), ("shift", False)]
    assert there(store, NOON + 30 * timedelta(minutes=1)) == ["janis"]
    assert there(store, NOON + HOUR) == []


def test_a_shift_that_is_over_stays_on_record(store: Store) -> None:
    shift = plan(store)
    with store.write() as work, pytest.raises(Conflict, match="stays on record"):
        row = service.get(work.session, shift.id, live(DOBELE))
        service.cancel(work, row, now=NOON + 9 * HOUR)
