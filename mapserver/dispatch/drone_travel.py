"""How long a drone takes to a place, by its papers, its battery, the weather and the town's policy."""

from datetime import timedelta

from sqlmodel import Session

from incidents.responders import travel
from incidents.responders.travel import DroneState, Travel
from mapserver.core.services import Services
from mission.checks.wind import wind_at
from mission.flights.check_inputs import airframe_of
from mission.registry import service as registry
from mission.weather import service as weather
from telemetry.cities import City
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.scopes import Scope
from telemetry.units import service as units
from telemetry.units.tables import UnitRow
from telemetry.visibility import Visibility

FLYING = timedelta(minutes=30)
"""The weather of this time decides."""


def drone_way(
    parts: Services, session: Session, unit: UnitRow, city: City, place: Position
) -> tuple[Travel, Message | None]:
    """Its way to the place, as from now, and why it should not be sent; None when nothing is known against it."""
    start = units.position_of(unit) or place
    now = parts.clock.now()
    outlook = weather.outlook_for(session, Visibility.one(city, Scope(unit.scope)), place, now, now + FLYING)
    state = DroneState(
        airframe_of(registry.papers_of_drone(session, unit.scope, unit.id)),
        unit.battery,
        parts.standards.policy(city).reserve,
        wind_at(outlook, travel.CLIMBS_TO_M),
    )
    return travel.by_drone(state, start, place)
