"""Towns of a database: added, changed, refused."""

from datetime import UTC, datetime
from typing import Any

import pytest

from telemetry.access import Principal, Role
from telemetry.audit import service as audit
from telemetry.cities import City, known_towns
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.scopes import LIVE
from telemetry.store import Store
from telemetry.towns import service
from telemetry.towns.service import TownWish
from telemetry.units.tables import UnitKind, UnitRow
from telemetry.visibility import EVERYTHING

ADMIN = Principal("admin", Role.ADMIN, None)
AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
JONISKIS = {
    "name": "Joniškis",
    "country": "LT",
    "law": "EU",
    "languages": ["lt"],
    "zone": "Europe/Vilnius",
    "lat": 56.24,
    "lon": 23.61,
}


def add(store: Store, id: str = "joniskis", **other: Any) -> None:
    with store.write() as work:
        service.add(work, id, {**JONISKIS, **other}, by=ADMIN, at=AT)


def test_an_added_town_stands_last_and_is_on_the_audit_trail(store: Store) -> None:
    add(store)
    service.load(store)
    assert [str(town) for town in known_towns()] == ["siauliai", "dobele", "joniskis"]
    assert City("joniskis").facts.name == "Joniškis"
    with store.read() as session:
        entry = audit.latest(session, EVERYTHING, limit=1)[0]
    assert (entry["who"], entry["action"], entry["subject"]) == ("admin", "add_town", "town joniskis")


@pytest.mark.both_databases
def test_a_fresh_database_lists_the_towns_that_ship(store: Store) -> None:
    with store.read() as session:
        assert [town["id"] for town in service.listed(session)] == ["siauliai", "dobele"]


def test_a_changed_town_keeps_what_was_not_said(store: Store) -> None:
    with store.write() as work:
        service.change(work, "dobele", TownWish(languages=("lv", "en"), lat=56.63), by=ADMIN, at=AT)
    service.load(store)
    facts = City("dobele").facts
    assert (facts.languages, facts.lat, facts.lon, facts.name) == (("lv", "en"), 56.63, 23.28, "Dobele")


def test_a_town_that_is_not_listed_cannot_be_changed(store: Store) -> None:
    with store.write() as work, pytest.raises(NotFound, match="there are siauliai, dobele"):
        service.change(work, "riga", TownWish(lat=57.0), by=ADMIN, at=AT)


def test_a_town_is_added_once(store: Store) -> None:
    with pytest.raises(Conflict, match="dobele is listed already"):
        add(store, "dobele")


@pytest.mark.parametrize("id", ["J", "Joniskis", "joniškis", "a,b", "../x", "1st", "x" * 41, ""])
def test_an_id_that_could_be_no_folder_name_is_refused(store: Store, id: str) -> None:
    with pytest.raises(BadInput, match="cannot be a town's id"):
        add(store, id)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", " ", "printable characters"),
        ("country", "XX", "no country where the law EU holds"),
        ("country", "lt", "no country where the law EU holds"),
        ("law", "US", "the checks know no law “US”; there is EU"),
        ("languages", ["lt", "et"], "one or more languages of en, lt, lv; these are none: “et”"),
        ("languages", [], "one or more languages of en, lt, lv"),
        ("zone", "Europe/Joniskis", "no IANA time zone"),
        ("lat", 91.0, "no place on the globe"),
        ("lon", float("nan"), "no place on the globe"),
    ],
)
def test_facts_that_cannot_be_so_are_refused(store: Store, field: str, value: Any, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        add(store, **{field: value})
    with store.read() as session:
        assert len(service.listed(session)) == 2


def test_two_towns_have_two_names(store: Store) -> None:
    with pytest.raises(Conflict, match="the town dobele is called Dobele already"):
        add(store, name="Dobele")


@pytest.mark.both_databases
def test_a_town_that_nothing_is_about_is_removed(store: Store) -> None:
    add(store)
    with store.write() as work:
        service.remove(work, "joniskis", by=ADMIN, at=AT)
    with store.read() as session:
        assert [town["id"] for town in service.listed(session)] == ["siauliai", "dobele"]
        entry = audit.latest(session, EVERYTHING, limit=1)[0]
    assert (entry["action"], entry["subject"]) == ("remove_town", "town joniskis")
    assert "Joniškis" in entry["detail"]


@pytest.mark.both_databases
def test_a_town_that_rows_are_about_stays_and_they_are_counted(store: Store) -> None:
    with store.write() as work:
        work.session.add_all([a_unit("one", "siauliai"), a_unit("two", "dobele", lent_to="siauliai")])
    with store.write() as work, pytest.raises(Conflict, match=r"rows about it \(units 2\)"):
        service.remove(work, "siauliai", by=ADMIN, at=AT)


def test_the_only_town_stays(store: Store) -> None:
    with store.write() as work:
        service.remove(work, "siauliai", by=ADMIN, at=AT)
        with pytest.raises(Conflict, match="the only town"):
            service.remove(work, "dobele", by=ADMIN, at=AT)


def test_a_town_that_is_not_listed_cannot_be_removed(store: Store) -> None:
    with store.write() as work, pytest.raises(NotFound, match="there are siauliai, dobele"):
        service.remove(work, "riga", by=ADMIN, at=AT)


def a_unit(id: str, town: str, lent_to: str | None = None) -> UnitRow:
    return UnitRow(id=id, city=town, scope=LIVE, kind=UnitKind.TOWER, name=id, lent_to=lent_to)
