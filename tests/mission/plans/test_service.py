"""Plans in the database: made for a zone, found again, kept apart by town."""

import json
from datetime import UTC, datetime

import pytest

from mission.plans import service
from mission.plans.drafting import draft
from mission.plans.tables import PlanRow
from mission.routes.drones import DEFAULT_DRONE, drone_named
from mission.routes.mission_items import items_of
from mission.zones import service as zones
from telemetry.cities import City
from telemetry.errors import Conflict, NotFound
from telemetry.positions import Position
from telemetry.scopes import DEMO
from telemetry.store import Store
from telemetry.transfer.plan_difference import first_difference
from telemetry.visibility import EVERYTHING
from tests.builders import live
from tests.mission.areas import RECTANGLE, geojson

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOME = Position(lat=56.6195, lon=23.279)


def make_plan(store: Store, *, archived: bool = False, home: Position = HOME) -> PlanRow:
    with store.write() as work:
        zone = zones.draw(
            work, city=City("dobele"), name="Yard", polygon=geojson(RECTANGLE), at=AT, by="pilot", scope=DEMO
        )
        if archived:
            zones.archive(work, zone, AT)
        made = draft("survey", zone.polygon, {"altitude_m": 50}, home=home, drone=drone_named(DEFAULT_DRONE))
        return service.keep(work, zone, made, at=AT, by="pilot.dobele")


def test_a_plan_keeps_route_items_and_numbers_and_is_json(store: Store) -> None:
    made = make_plan(store)
    with store.read() as session:
        plan = service.get(session, made.id, EVERYTHING)
        shown = json.loads(json.dumps(service.public(plan), allow_nan=False))
        wish = {"altitude_m": 50}
        route = draft("survey", geojson(RECTANGLE), wish, home=HOME, drone=drone_named(DEFAULT_DRONE)).route
        assert first_difference(items_of(route), service.mission_items(plan)) is None
    assert (shown["name"], shown["simulated"], shown["request"]["altitude_m"]) == ("Yard – laukuma uzņemšana", True, 50)
    assert shown["route"]["geometry"]["type"] == "LineString"
    assert shown["summary"]["covered_fraction"] > 0.995


@pytest.mark.parametrize("alt_m", [None, 112.5])
def test_how_high_home_lies_is_kept_where_it_is_known(store: Store, alt_m: float | None) -> None:
    made = make_plan(store, home=HOME.model_copy(update={"alt_m": alt_m}))
    with store.read() as session:
        plan = service.get(session, made.id, EVERYTHING)
        home = service.as_file(plan).home
    assert plan.home is not None
    assert home is not None
    assert (plan.home.get("alt_m"), home.alt_m) == (alt_m, alt_m)


def test_a_stranger_finds_no_plan(store: Store) -> None:
    made = make_plan(store)
    with store.read() as session:
        assert [plan.id for plan in service.listed(session, EVERYTHING)] == [made.id]
        assert service.listed(session, live(City("siauliai"))) == []
        with pytest.raises(NotFound):
            service.get(session, made.id, live(City("siauliai")))


def test_an_archived_zone_is_not_planned_over(store: Store) -> None:
    with pytest.raises(Conflict, match="the zone Yard is archived"):
        make_plan(store, archived=True)
