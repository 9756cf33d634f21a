"""A town with a drone, a zone and a plan for the flight tests."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from mission.flights import service
from mission.flights.tables import FlightRow
from mission.plans import service as plans
from mission.plans.tables import PlanRow
from mission.routes.survey import survey_request
from mission.zones import service as zones
from telemetry.cities import BOTH, City
from telemetry.clock import Clock
from telemetry.store import Change, Store
from telemetry.units.tables import UnitKind, UnitRow
from tests.mission.areas import geojson
from tests.telemetry.vehicles.links import HOME

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
PILOT = "pilot.dobele"
YARD = geojson([(20, 20), (100, 20), (100, 70), (20, 70)])


def a_drone(store: Store, link: str = "udpin://127.0.0.1:1", unit_id: str = "drone-1") -> UnitRow:
    """A simulated drone of Dobele, at home."""
    unit = UnitRow(
        id=unit_id, city=City.DOBELE, kind=UnitKind.DRONE, name=f"Drone {unit_id}", link=link, simulated=True,
        lat=HOME.lat, lon=HOME.lon, alt_m=HOME.alt_m,
    )  # fmt: skip
    with store.write() as work:
        work.session.add(unit)
    return unit


def a_plan(store: Store) -> PlanRow:
    """A survey of two short lines, about a minute in the air."""
    with store.write() as work:
        zone = zones.draw(work, city=City.DOBELE, name="Yard", polygon=YARD, at=AT, by=PILOT)
        wish = survey_request(altitude_m=20, spacing_m=30, speed_m_s=8, camera="mavic3e")
        return plans.create(work, zone, wish, home=HOME, at=AT, by=PILOT)


def a_flight(store: Store, clock: Clock, *, confirmed: bool = True, unit_id: str = "drone-1") -> FlightRow:
    """A flight scheduled for now."""
    plan = a_plan(store)
    with store.write() as work:
        flight = service.schedule(work, plan, unit_id=unit_id, at=clock.now(), pilot=PILOT, now=clock.now())
        if confirmed:
            service.confirm(work, flight, by=PILOT, at=clock.now())
        return flight


def read(store: Store, flight: FlightRow) -> FlightRow:
    """The flight as it is now."""
    with store.read() as session:
        return service.get(session, flight.id, BOTH)


def whys(store: Store, flight: FlightRow) -> list[str]:
    """`state: why` of each event, oldest first."""
    with store.read() as session:
        return [f"{event['state']}: {event['why']}" for event in service.events(session, flight.id)]


async def until(
    store: Store, flight: FlightRow, true: Callable[[FlightRow], bool], *, longest_s: float = 60
) -> FlightRow:
    """Wait for the commit after which `true` holds of the flight."""
    loop, news = asyncio.get_running_loop(), asyncio.Event()

    def hear(_: Sequence[Change]) -> None:
        loop.call_soon_threadsafe(news.set)

    stop = store.listen(hear)
    try:
        async with asyncio.timeout(longest_s):
            while not true(now := read(store, flight)):
                news.clear()
                await news.wait()
            return now
    finally:
        stop()
