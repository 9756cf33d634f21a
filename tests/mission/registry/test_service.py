"""The register: the newest entry is in force, the older ones stay."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

from mission.registry import service
from mission.registry.tables import RegisterRow
from mission.registry.values import Papers
from telemetry.cities import City
from telemetry.scopes import LIVE
from telemetry.store import Store
from telemetry.visibility import EVERYTHING
from tests.builders import live
from tests.mission.checks.builders import papers

NOW = datetime(2026, 6, 22, tzinfo=UTC)
GOOD = papers()


def enter(store: Store, holder: str, values: service.Holding, city: City = City("dobele")) -> None:
    with store.write() as work:
        service.enter(work, holder, values, city=city, by="supervisor", at=NOW, scope=LIVE)


def held(session: Session) -> Papers:
    return service.papers_for(session, city=City("dobele"), scope=LIVE, pilot="pilot.dobele", unit_id="DRN-1")


def test_papers_of_a_flight_are_gathered_from_three_holders(store: Store) -> None:
    with store.read() as session:
        assert held(session) == Papers()
    assert GOOD.operator
    assert GOOD.pilot
    assert GOOD.drone
    enter(store, City("dobele"), GOOD.operator)
    enter(store, "pilot.dobele", GOOD.pilot)
    enter(store, "DRN-1", GOOD.drone)
    with store.read() as session:
        found = held(session)
        assert (found.operator, found.pilot, found.drone) == (GOOD.operator, GOOD.pilot, GOOD.drone)
        assert found.version == "operator entry 1, pilot entry 2, drone entry 3"
        assert [row["holder"] for row in service.listed(session, EVERYTHING)] == ["dobele", "pilot.dobele", "DRN-1"]
        assert service.listed(session, live(City("siauliai"))) == []


def test_a_later_entry_takes_the_place_of_an_earlier_which_stays_to_be_read(store: Store) -> None:
    assert GOOD.drone
    enter(store, "DRN-1", GOOD.drone)
    later = GOOD.drone.model_copy(update={"maintenance_due": date(2028, 1, 1)})
    enter(store, "DRN-1", later)
    with store.read() as session:
        assert held(session).drone == later
        assert service.newest(session, live(City("dobele"))) == 2
        assert len(session.exec(select(RegisterRow)).all()) == 2


def test_history_cannot_be_rewritten(store: Store) -> None:
    assert GOOD.drone
    enter(store, "DRN-1", GOOD.drone)
    with pytest.raises(DatabaseError, match="append-only"), store.write() as work:
        work.session.delete(work.session.exec(select(RegisterRow)).one())
        work.session.flush()
