"""Zones in the database: drawn, listed by urgency, kept apart by town, archived without being lost."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from mission.zones import service
from mission.zones.attention import Attention
from mission.zones.tables import ZoneRow
from telemetry.cities import City
from telemetry.errors import BadGeometry, BadInput, Conflict, NotFound
from telemetry.scopes import LIVE
from telemetry.store import Change, Store
from telemetry.visibility import EVERYTHING
from tests.builders import live
from tests.mission.areas import RECTANGLE, SQUARE, geojson

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
YARD = geojson(RECTANGLE)


def draw(store: Store, name: str = "Yard", city: City = City("dobele"), priority: int = 3) -> ZoneRow:
    with store.write() as work:
        return service.draw(
            work, city=city, name=name, polygon=YARD, at=AT, by="pilot.dobele", priority=priority, scope=LIVE
        )


def test_a_zone_is_told_to_the_map_of_its_town(store: Store) -> None:
    heard: list[Change] = []

    def listen(changes: Sequence[Change]) -> None:
        heard.extend(changes)

    store.listen(listen)
    zone = draw(store)
    assert [(c.kind, c.id, c.cities) for c in heard] == [("zone", zone.id, frozenset({City("dobele")}))]
    assert heard[0].data is not None
    assert heard[0].data["polygon"]["type"] == "Polygon"


def test_the_most_urgent_comes_first_and_a_stranger_sees_none(store: Store) -> None:
    draw(store, "Later", priority=1)
    draw(store, "Now", priority=5)
    with store.read() as session:
        assert [zone.name for zone in service.listed(session, EVERYTHING)] == ["Now", "Later"]
        assert service.listed(session, live(City("siauliai"))) == []


def test_an_archived_zone_leaves_the_list_but_can_still_be_found(store: Store) -> None:
    zone = draw(store)
    with store.write() as work:
        service.archive(work, service.get(work.session, zone.id, EVERYTHING), AT)
        assert work.changes[-1].data is None
    with store.read() as session:
        assert service.listed(session, EVERYTHING) == []
        assert service.get(session, zone.id, EVERYTHING).archived_at == AT


def test_a_zone_of_the_other_town_does_not_exist_for_a_stranger(store: Store) -> None:
    zone = draw(store)
    with store.read() as session, pytest.raises(NotFound, match=zone.id):
        service.get(session, zone.id, live(City("siauliai")))


def test_a_zone_far_from_its_town_is_refused_with_the_distance(store: Store) -> None:
    with pytest.raises(BadGeometry, match="lies 77 km from Šiauliai"):
        draw(store, city=City("siauliai"))


@pytest.mark.parametrize(("name", "priority"), [("  ", 3), ("x" * 121, 3), ("Yard", 0), ("Yard", 6)])
def test_an_empty_name_or_a_wrong_priority_is_refused(store: Store, name: str, priority: int) -> None:
    with pytest.raises(BadInput):
        draw(store, name, priority=priority)


def changed(store: Store, zone_id: str, **facts: Any) -> ZoneRow:
    wanted = {"name": "Yard", "polygon": YARD, "kind": "other", "priority": 3, "notes": "", "attention": Attention()}
    with store.write() as work:
        zone = service.get(work.session, zone_id, EVERYTHING)
        service.edit(work, zone, **{"version": zone.version, "at": AT, "by": "pilot.dobele", **wanted, **facts})
        return zone


def test_an_edited_zone_keeps_its_id_and_counts_its_changes(store: Store) -> None:
    zone = draw(store)
    edited = changed(store, zone.id, name="Big yard", polygon=geojson(SQUARE), attention=Attention(dwell_min=40))
    assert (edited.id, edited.version, edited.updated_by) == (zone.id, 2, "pilot.dobele")
    assert service.attention_of(edited).dwell_min == 40
    assert edited.polygon != zone.polygon


def test_a_change_of_what_somebody_else_changed_meanwhile_is_refused(store: Store) -> None:
    zone = draw(store)
    changed(store, zone.id, name="Mine")
    with pytest.raises(Conflict, match=r"pilot\.dobele has changed Mine since you opened it"):
        changed(store, zone.id, name="Yours", version=1)


def test_an_archived_zone_cannot_be_edited(store: Store) -> None:
    zone = draw(store)
    with store.write() as work:
        service.archive(work, service.get(work.session, zone.id, EVERYTHING), AT)
    with pytest.raises(Conflict, match="archived"):
        changed(store, zone.id)
