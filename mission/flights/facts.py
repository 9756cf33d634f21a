"""What the database knows of a flight that is to be flown: read once, and what of it may change, read again.

Reads only.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from mission.airspace.evaluate import Airspace
from mission.airspace.service import airspace_of
from mission.control import service as control
from mission.flights import gate, repository, service, tracks
from mission.flights.board_plans import board_plan_of_row
from mission.flights.order_questions import FlightPlace
from mission.flights.procedure import BoardPlan
from mission.flights.states import FlightState
from mission.plans.fence_json import fence_of
from mission.plans.tables import PlanRow
from telemetry.cities import City
from telemetry.messages import Message, as_message
from telemetry.positions import Position
from telemetry.scopes import Scope
from telemetry.sentences import sentences
from telemetry.units.tables import UnitRow
from telemetry.vehicles.drivers import VehicleDriver
from telemetry.visibility import EVERYTHING, Visibility


@dataclass(frozen=True)
class FlightAuthority:
    """Who may do what with a flight, and where: what may change while it is under way."""

    state: FlightState
    """As it is in the database, which may be behind."""
    outcome: Message | None
    confirmed_by: str | None
    holder: str | None
    """Who has the control of the drone."""
    airspace: Airspace
    standing: Message | None
    """What stood in its way when its checks were last run, in words; empty for nothing."""


@dataclass(frozen=True)
class FlightFacts:
    """What does not change while it is under way."""

    id: str
    name: str
    city: City
    scope: Scope
    unit: UnitRow
    """A copy: its changes are shown, never stored."""
    link: str
    driver: VehicleDriver
    scheduled_at: datetime
    plan: BoardPlan
    route: dict[str, Any]
    """A GeoJSON LineString."""
    meant: FlightPlace
    """What an order to go elsewhere is compared with."""
    homes: tuple[Position, ...]
    """Where it took off, as recorded so far."""
    items_reached: int
    records_applied: int
    fence: int
    """Of the lease of its link."""
    heard_by: str
    """The id of the server that heard its vehicle last; empty for none that is known."""
    authority: FlightAuthority

    @property
    def confirmed(self) -> bool:
        """Whether its start was confirmed by the pilot who has the control."""
        return self.authority.confirmed_by is not None


def read_facts(session: Session, flight_id: str) -> FlightFacts:
    """The flight as it is now. Raises NotFound."""
    flight = repository.get(session, flight_id, EVERYTHING)
    plan = session.get_one(PlanRow, flight.plan_id)
    unit = session.get_one(UnitRow, flight.unit_id)
    return FlightFacts(
        id=flight.id,
        name=flight.name,
        city=City(flight.city),
        scope=Scope(flight.scope),
        unit=UnitRow(**unit.model_dump()),
        link=unit.link or "",
        driver=VehicleDriver(unit.driver),
        scheduled_at=flight.scheduled_at,
        plan=board_plan_of_row(plan),
        route=plan.route["geometry"],
        meant=FlightPlace([(lon, lat) for lon, lat, *_ in plan.route["geometry"]["coordinates"]], fence_of(plan)),
        homes=tuple(tracks.took_off_at(session, flight.id)),
        items_reached=flight.progress_current,
        records_applied=flight.records_applied,
        fence=flight.fence,
        heard_by=flight.heard_by,
        authority=read_authority(session, flight_id),
    )


def standing_of(checks: dict[str, Any] | None) -> Message | None:
    """What stands in the way by the summary of a flight's checks (`gate.summary`), None for nothing."""
    if checks is None or not checks["reason_messages"]:
        return None
    return sentences(as_message(reason) for reason in checks["reason_messages"])


def read_authority(session: Session, flight_id: str) -> FlightAuthority:
    """Who may do what with the flight now. Raises NotFound."""
    flight = repository.get(session, flight_id, EVERYTHING)
    return FlightAuthority(
        state=FlightState(flight.state),
        outcome=service.outcome_of(flight),
        confirmed_by=flight.confirmed_by,
        holder=control.of(session, flight.unit_id).holder,
        airspace=airspace_of(session, Visibility.of(flight)),
        standing=standing_of(gate.summary(session, flight.id)),
    )
