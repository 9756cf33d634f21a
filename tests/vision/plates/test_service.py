"""The watch list: every change has its bounds and is in the audit trail."""

from datetime import timedelta

import pytest
from sqlmodel import select

from telemetry.access import Principal, Role
from telemetry.audit.tables import AuditRow
from telemetry.cities import City
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.store import Store
from tests.builders import NOON, live
from vision.plates import service
from vision.plates.tables import WatchEntryRow

RITA = Principal("rita", Role.COORDINATOR, City("dobele"))
WEEK = timedelta(days=7)


def watched(
    store: Store, plate: str = "KV-2417", city: City = City("dobele"), lasts: timedelta = WEEK
) -> WatchEntryRow:
    with store.write() as work:
        return service.add(work, city=city, plate=plate, reason="stolen", expires_at=NOON + lasts, by=RITA, now=NOON)


def listed(store: Store, city: City = City("dobele"), after: timedelta = timedelta()) -> list[str]:
    with store.read() as session:
        return [row.plate for row in service.listed(session, live(city), now=NOON + after)]


def trail(store: Store) -> list[tuple[str, str, str]]:
    with store.read() as session:
        return [(row.who, row.action, row.detail) for row in session.exec(select(AuditRow))]


def test_an_entry_is_of_its_town_until_it_expires(store: Store) -> None:
    watched(store)
    assert (listed(store), listed(store, City("siauliai")), listed(store, after=WEEK)) == (["KV2417"], [], [])


def test_the_next_to_expire_comes_first(store: Store) -> None:
    watched(store, "ABC 123", lasts=2 * WEEK)
    watched(store, "KV-2417")
    assert listed(store) == ["KV2417", "ABC123"]


def test_adding_prolonging_and_removing_are_in_the_audit_trail(store: Store) -> None:
    row = watched(store)
    with store.write() as work:
        entry = service.get(work.session, row.id, live(City("dobele")))
        service.prolong(work, entry, NOON + 2 * WEEK, by=RITA, now=NOON)
        service.remove(work, entry, by=RITA, now=NOON)
    assert trail(store) == [
        ("rita", "watch_plate", "KV2417 until 29 Nov 2026 12:00\xa0UTC: stolen"),
        ("rita", "prolong_watch", "KV2417: 29 Nov 2026 12:00\xa0UTC → 06 Dec 2026 12:00\xa0UTC"),
        ("rita", "unwatch_plate", "KV2417"),
    ]
    assert listed(store) == []


def test_what_was_removed_cannot_be_changed(store: Store) -> None:
    row = watched(store)
    with store.write() as work:
        entry = service.get(work.session, row.id, live(City("dobele")))
        service.remove(work, entry, by=RITA, now=NOON)
        with pytest.raises(Conflict, match="taken off the watch list by rita already"):
            service.prolong(work, entry, NOON + WEEK, by=RITA, now=NOON)


@pytest.mark.parametrize("lasts", [timedelta(), -WEEK, timedelta(days=366)])
def test_an_end_that_is_past_or_too_far_is_refused(store: Store, lasts: timedelta) -> None:
    with pytest.raises(BadInput, match="365 days from now at most"):
        watched(store, lasts=lasts)


def test_a_plate_without_a_reason_is_refused(store: Store) -> None:
    with store.write() as work, pytest.raises(BadInput, match="with a reason"):
        service.add(work, city=City("dobele"), plate="ABC123", reason=" ", expires_at=NOON + WEEK, by=RITA, now=NOON)


def test_an_entry_of_the_other_town_is_not_there(store: Store) -> None:
    row = watched(store, city=City("siauliai"))
    with store.read() as session, pytest.raises(NotFound):
        service.get(session, row.id, live(City("dobele")))
