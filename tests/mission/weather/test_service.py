"""Weather in the database: near and recent enough, and never another town's."""

from datetime import timedelta

import pytest

from mission.weather import service
from mission.weather.values import WeatherSample
from telemetry.cities import City
from telemetry.errors import BadInput
from telemetry.positions import Position, moved
from telemetry.scopes import LIVE
from telemetry.store import Store
from tests.builders import live
from tests.mission.weather.test_values import T0, hours

TOWN = Position(lat=City("dobele").facts.lat, lon=City("dobele").facts.lon)


def keep(
    store: Store, samples: tuple[WeatherSample, ...], *, city: City = City("dobele"), place: Position = TOWN
) -> None:
    with store.write() as work:
        service.keep(work, samples, city=city, source="manual", place=place, issued_at=T0, by="pilot", scope=LIVE)


def wind(store: Store, place: Position = TOWN, *, after_h: float = 0) -> float | None:
    begins = T0 + timedelta(hours=after_h)
    with store.read() as session:
        found = service.outlook_for(session, live(City("dobele")), place, begins, begins + timedelta(minutes=10))
    return None if found is None else found.wind_m_s


def test_a_report_holds_for_its_time_its_place_and_its_town(store: Store) -> None:
    keep(store, hours(5, 8))
    assert (wind(store), wind(store, after_h=1), wind(store, after_h=2)) == (5, 8, None)
    assert wind(store, moved(TOWN, east_m=26_000, north_m=0)) is None
    with store.read() as session:
        assert service.outlook_for(session, live(City("siauliai")), TOWN, T0, T0 + timedelta(minutes=1)) is None


def test_what_it_stands_on_is_named(store: Store) -> None:
    keep(store, hours(5))
    with store.read() as session:
        found = service.outlook_for(session, live(City("dobele")), TOWN, T0, T0 + timedelta(minutes=10))
    assert found is not None
    assert found.version == "manual report 1 of 2026-06-22T10:00:00.000Z"


def test_an_empty_report_or_one_of_another_place_is_refused(store: Store) -> None:
    with pytest.raises(BadInput, match="1 to 384 samples"):
        keep(store, ())
    with pytest.raises(BadInput, match="77 km from Dobele"):
        keep(store, hours(5), place=Position(lat=City("siauliai").facts.lat, lon=City("siauliai").facts.lon))
