"""A town with a drone, a zone and a plan for the flight tests."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from mission.airspace import service as airspace
from mission.airspace.files import read_zones
from mission.checks.policy import Policy
from mission.flights import repository, service
from mission.flights.check_inputs import Standards
from mission.flights.procedure import FlightTimeouts
from mission.flights.states import OVER, FlightState
from mission.flights.supervisor import FlightSupervisor
from mission.flights.tables import FlightRow
from mission.flights.warnings import OnWarning
from mission.formats import FenceArea
from mission.plans import service as plans
from mission.plans.drafting import PlanDraft, draft
from mission.plans.tables import PlanRow
from mission.registry import service as registry
from mission.routes.drones import drone_named
from mission.weather import service as weather
from mission.weather.values import WeatherSample
from mission.zones import service as zones
from telemetry.cities import City, known_towns
from telemetry.clock import Clock
from telemetry.positions import Position
from telemetry.scopes import LIVE, Scope
from telemetry.store import Change, Store
from telemetry.units.tables import UnitKind, UnitRow
from telemetry.vehicles import Vehicle
from telemetry.visibility import EVERYTHING
from tests.builders import live
from tests.mission.areas import geojson
from tests.mission.checks.builders import papers
from tests.telemetry.vehicles.links import HOME

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
PILOT = "pilot.dobele"
FAR = date(2100, 1, 1)
STANDARDS = Standards({city: Policy(privacy_notice="the town hall") for city in known_towns()})
YARD = geojson([(20, 20), (100, 20), (100, 70), (20, 70)])


def a_drone(
    store: Store, link: str = "udpin://127.0.0.1:1", unit_id: str = "drone-1", *, scope: Scope = LIVE
) -> UnitRow:
    """A drone of Dobele, at home."""
    unit = UnitRow(
        id=unit_id, city=City("dobele"), kind=UnitKind.DRONE, name=f"Drone {unit_id}", link=link, scope=scope,
        lat=HOME.lat, lon=HOME.lon, alt_m=HOME.alt_m,
    )  # fmt: skip
    with store.write() as work:
        work.session.add(unit)
    in_order(store, unit_id)
    return unit


def in_order(store: Store, unit_id: str = "drone-1", *, pilot: str = PILOT, city: City = City("dobele")) -> None:
    """Papers of operator, pilot and drone that hold for the tests' years, a light for the night included."""
    good = papers()
    assert good.operator
    assert good.pilot
    assert good.drone
    far = good.operator.model_copy(update={"registered_until": FAR, "insurance_until": FAR, "authorisation": None})
    held = good.pilot.model_copy(
        update={"certificates": tuple(c.model_copy(update={"until": FAR}) for c in good.pilot.certificates)}
    )
    drone = good.drone.model_copy(update={"maintenance_due": FAR, "eu_class": "C2"})
    with store.write() as work:
        for holder, entry in ((city, far), (pilot, held), (unit_id, drone)):
            registry.enter(work, holder, entry, city=city, by="supervisor", at=AT, scope=LIVE)


def zones_known(store: Store, *zones: dict[str, Any], city: City = City("dobele"), at: datetime = AT) -> None:
    """An ED-269 file of `zones` in force for the town; one far from every test flight when none are given."""
    document = {"title": "Test zones", "features": [*zones, ed269("LVFAR", 23.9, 56.9)]}
    content = json.dumps(document).encode()
    file = read_zones(content, "zones.json")
    with store.write() as work:
        airspace.take(
            work, file, airspace.deflate(content), city=city, file_name="zones.json", at=at, by="a", scope=LIVE
        )


def ed269(identifier: str, lon: float, lat: float, restriction: str = "PROHIBITED") -> dict[str, Any]:
    """A circle of 500 m from the ground up, always."""
    return {
        "identifier": identifier, "country": "LVA", "name": identifier, "type": "COMMON", "restriction": restriction,
        "reason": ["SENSITIVE"], "applicability": [{"permanent": "YES"}], "zoneAuthority": [{"name": "Authority"}],
        "geometry": [{"uomDimensions": "M", "lowerLimit": 0, "lowerVerticalReference": "AGL", "upperLimit": 120,
                      "upperVerticalReference": "AGL",
                      "horizontalProjection": {"type": "Circle", "center": [lon, lat], "radius": 500}}],
    }  # fmt: skip


def good_weather(store: Store, now: datetime, **changes: float) -> None:
    """A calm dry day round `now`, entered then."""
    values = {"wind_m_s": 3, "gust_m_s": 5, "rain_mm_h": 0, "visibility_m": 9000, "temperature_c": 12, **changes}
    sample = WeatherSample.model_validate(
        {"begins": now - timedelta(hours=12), "ends": now + timedelta(hours=12), **values}
    )
    with store.write() as work:
        weather.keep(
            work,
            [sample],
            city=City("dobele"),
            source=weather.MANUAL,
            place=HOME,
            issued_at=now,
            by=PILOT,
            scope=LIVE,
        )


def a_plan(
    store: Store, *, fence: tuple[FenceArea, ...] = (), rally: tuple[Position, ...] = (), scope: Scope = LIVE
) -> PlanRow:
    """A survey of two short lines, about a minute in the air, with what it carried beside."""
    with store.write() as work:
        zone = zones.draw(work, city=City("dobele"), name="Yard", polygon=YARD, at=AT, by=PILOT, scope=scope)
        return plans.keep(work, zone, replace(over_the_yard(), fence=fence, rally=rally), at=AT, by=PILOT)


@cache
def over_the_yard() -> PlanDraft:
    """Worked out once: it is the same every time."""
    wish = {"altitude_m": 20, "spacing_m": 30, "speed_m_s": 8}
    return draft("survey", YARD, wish, home=HOME, drone=drone_named("mavic3e"))


def a_flight(
    store: Store,
    clock: Clock,
    *,
    confirmed: bool = True,
    unit_id: str = "drone-1",
    fence: tuple[FenceArea, ...] = (),
    rally: tuple[Position, ...] = (),
) -> FlightRow:
    """A flight scheduled for now."""
    plan = a_plan(store, fence=fence, rally=rally)
    good_weather(store, clock.now())
    with store.read() as session:
        known = airspace.newest(session, live(City("dobele")))
    if not known:
        zones_known(store, at=clock.now())
    with store.write() as work:
        now = clock.now()
        flight = service.schedule(work, plan, unit_id=unit_id, at=now, pilot=PILOT, now=now, standards=STANDARDS)
        if confirmed:
            service.confirm(work, flight, STANDARDS, by=PILOT, at=clock.now())
        return flight


def read(store: Store, flight: FlightRow) -> FlightRow:
    """The flight as it is now."""
    with store.read() as session:
        return repository.get(session, flight.id, EVERYTHING)


def events(store: Store, flight: FlightRow) -> list[dict[str, Any]]:
    """What happened to it, oldest first."""
    with store.read() as session:
        return service.events(session, flight.id)


def whys(store: Store, flight: FlightRow) -> list[str]:
    """`state: why` of each event, oldest first."""
    return [f"{event['state']}: {event['why']}" for event in events(store, flight)]


def over(flight: FlightRow) -> bool:
    """Whether it has ended."""
    return FlightState(flight.state) in OVER


async def fly(
    vehicle: Vehicle,
    flight: FlightRow,
    store: Store,
    clock: Clock,
    *,
    timeouts: FlightTimeouts,
    on_warning: OnWarning | None = None,
) -> FlightState:
    """Have a supervisor fly a flight that is due on `vehicle`; gives the state it ended in."""
    supervisor = FlightSupervisor(
        store, standards=STANDARDS, clock=clock, timeouts=timeouts, look_every_s=0.1,
        on_warning=on_warning, open_vehicle=lambda *_: vehicle,
    )  # fmt: skip
    await supervisor.start()
    try:
        await until(store, flight, over)
        await supervisor.idle()
        return FlightState(read(store, flight).state)
    finally:
        await supervisor.stop()


async def until(store: Store, flight: FlightRow, true: Callable[[FlightRow], bool]) -> FlightRow:
    """Wait for the commit after which `true` holds of the flight."""
    loop, news = asyncio.get_running_loop(), asyncio.Event()

    def hear(_: Sequence[Change]) -> None:
        loop.call_soon_threadsafe(news.set)

    stop = store.listen(hear)
    try:
        async with asyncio.timeout(180):
            while not true(now := read(store, flight)):
                news.clear()
                await news.wait()
            return now
    finally:
        stop()
