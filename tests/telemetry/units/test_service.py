"""Units: reports, loans, and who may see them."""

from datetime import timedelta

import pytest

from telemetry.cities import City
from telemetry.errors import NotFound
from telemetry.scopes import LIVE
from telemetry.store import Change, Store
from telemetry.units import service
from telemetry.units.service import UnitReport
from telemetry.units.tables import UnitKind, UnitRow
from telemetry.visibility import EVERYTHING
from tests.builders import NOON, live, place

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def tower(store: Store) -> None:
    with store.write() as work:
        work.session.add(UnitRow(id="TWR-1", city=City("siauliai"), kind=UnitKind.TOWER, name="Tower 1", scope=LIVE))


def test_a_report_moves_the_unit_and_tells_its_town(store: Store) -> None:
    heard: list[Change] = []
    store.listen(heard.extend)
    with store.write() as work:
        unit = service.get(work.session, "TWR-1", EVERYTHING)
        service.report(work, unit, UnitReport(NOON, place(east_m=5), battery=0.5))
    assert heard[0].cities == {City("siauliai")}
    assert heard[0].data is not None
    assert heard[0].data["battery"] == 0.5


def test_a_report_older_than_the_last_changes_nothing(store: Store) -> None:
    with store.write() as work:
        unit = service.get(work.session, "TWR-1", EVERYTHING)
        service.report(work, unit, UnitReport(NOON, battery=0.5))
        service.report(work, unit, UnitReport(NOON - timedelta(seconds=1), battery=0.9))
        assert unit.battery == 0.5


def test_a_lent_unit_is_seen_by_both_towns_and_works_for_the_borrower(store: Store) -> None:
    with store.write() as work:
        unit = service.get(work.session, "TWR-1", EVERYTHING)
        service.lend(work, unit, City("dobele"))
        assert service.get(work.session, "TWR-1", live(City("dobele"))).id == "TWR-1"
        assert service.duty_city(unit) == City("dobele")


def test_taking_it_back_makes_it_disappear_from_the_borrowers_map(store: Store) -> None:
    heard: list[Change] = []
    with store.write() as work:
        service.lend(work, service.get(work.session, "TWR-1", EVERYTHING), City("dobele"))
    store.listen(heard.extend)
    with store.write() as work:
        service.lend(work, service.get(work.session, "TWR-1", EVERYTHING), None)
    told = [(sorted(c.cities), c.data is None) for c in heard]
    assert told == [([City("siauliai")], False), ([City("dobele")], True)]


def test_the_other_towns_unit_is_not_found(store: Store) -> None:
    with store.read() as session, pytest.raises(NotFound, match="TWR-1"):
        service.get(session, "TWR-1", live(City("dobele")))
