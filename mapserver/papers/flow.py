"""The stories of papers, shared by pages and API: register entries, permits and the weather that people enter."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from mapserver.access.tables import UserRow
from mapserver.core.services import Services
from mission.airspace import permit_store
from mission.airspace import service as airspace
from mission.airspace.heights import HeightReference, LengthUnit, Limit
from mission.airspace.tables import PermitRow
from mission.registry import service as registry
from mission.registry.tables import RegisterRow
from mission.registry.values import DronePapers, Operator, Pilot
from mission.routes.drones import drone_named
from mission.weather import service as weather
from mission.weather.tables import WeatherRow
from mission.weather.values import WeatherSample
from telemetry.access import Principal, Role, require_city, visible_cities
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import BadInput, NotFound
from telemetry.messages import Message
from telemetry.observations.values import UtcTime
from telemetry.positions import Position
from telemetry.store import Work
from telemetry.units import service as units
from telemetry.units.tables import UnitKind


class NewLimit(BaseModel):
    """One end of the height that a permit allows."""

    value: Annotated[float, Field(ge=-500, le=99_999, allow_inf_nan=False)]
    reference: HeightReference = HeightReference.AGL
    unit: LengthUnit = LengthUnit.M

    def limit(self) -> Limit:
        """As the evaluator has it."""
        return Limit(self.value, self.reference, self.unit)


class NewPermit(BaseModel):
    """A permit as the authority gave it."""

    city: City
    reference: Annotated[str, Field(min_length=1, max_length=100)]
    zones: Annotated[list[str], Field(max_length=100)] = []
    """Identifiers of the zones it is for."""
    area: dict[str, Any] | None = None
    """GeoJSON Polygon, when it is for a part only."""
    lower: NewLimit = NewLimit(value=0)
    upper: NewLimit
    begins: UtcTime
    ends: UtcTime
    operator: Annotated[str, Field(max_length=100)] = ""
    conditions: Annotated[str, Field(max_length=2_000)] = ""


class Seen(BaseModel):
    """What a pilot saw or was told, and for how long it holds."""

    city: City
    position: Position | None = None
    """Where; the middle of the town when left out."""
    samples: Annotated[list[WeatherSample], Field(min_length=1, max_length=weather.MOST_SAMPLES)]


def enter_operator(parts: Services, work: Work, by: Principal, city: City, papers: Operator) -> RegisterRow:
    """The town's own papers as operator, from now on."""
    require_city(by, city, Message("access.things.operator"))
    return _enter(parts, work, by, city, city, papers)


def enter_pilot(parts: Services, work: Work, by: Principal, name: str, papers: Pilot) -> RegisterRow:
    """A pilot's certificates, from now on. Raises NotFound, BadInput for a user who is no pilot."""
    user = work.session.get(UserRow, name)
    if user is None or user.city is None or City(user.city) not in visible_cities(by):
        raise NotFound(Message("access.no_such_user", name=name))
    if user.role != Role.PILOT:
        raise BadInput(Message("papers.not_a_pilot", name=name, role=user.role))
    return _enter(parts, work, by, City(user.city), name, papers)


def enter_drone(parts: Services, work: Work, by: Principal, unit_id: str, papers: DronePapers) -> RegisterRow:
    """A drone's papers and settings, from now on. Raises NotFound, BadInput for what is no drone."""
    unit = units.get(work.session, unit_id, visible_cities(by))
    if unit.kind != UnitKind.DRONE:
        raise BadInput(Message("papers.not_a_drone", unit=unit_id, kind=unit.kind.replace("_", " ")))
    if papers.airframe:
        drone_named(papers.airframe)  # a name that the catalogue does not have is refused now, not before a flight
    return _enter(parts, work, by, City(unit.city), unit_id, papers)


def store_permit(parts: Services, work: Work, by: Principal, wanted: NewPermit) -> tuple[PermitRow, list[str]]:
    """Keep a permit, with a hint for each of its zones that the town's zone data do not have."""
    require_city(by, wanted.city, Message("access.things.permit_place"))
    now = parts.clock.now()
    row = permit_store.store(
        work,
        city=wanted.city,
        reference=wanted.reference,
        zones=wanted.zones,
        area=wanted.area,
        lower=wanted.lower.limit(),
        upper=wanted.upper.limit(),
        begins=wanted.begins,
        ends=wanted.ends,
        operator=wanted.operator,
        conditions=wanted.conditions,
        at=now,
        by=by.name,
    )
    audit.record(work.session, by, "store", f"permit {row.id}", city=wanted.city, at=now, detail=row.reference)
    return row, [hint.text() for hint in airspace.unknown_zones(work.session, wanted.city, row.zones)]


def withdraw_permit(parts: Services, work: Work, by: Principal, permit_id: str) -> PermitRow:
    """Withdraw a permit: it covers no flight any more, and is kept."""
    row = permit_store.get(work.session, permit_id, visible_cities(by))
    now = parts.clock.now()
    permit_store.withdraw(work, row, at=now, by=by.name)
    audit.record(work.session, by, "withdraw", f"permit {row.id}", city=City(row.city), at=now, detail=row.reference)
    return row


def enter_weather(parts: Services, work: Work, by: Principal, seen: Seen) -> WeatherRow:
    """Enter the weather at a place. What was entered before stays to be read, and counts where this says nothing."""
    require_city(by, seen.city, Message("access.things.weather"))
    now = parts.clock.now()
    town = seen.city.facts
    row = weather.keep(
        work,
        seen.samples,
        city=seen.city,
        source=weather.MANUAL,
        place=seen.position or Position(lat=town.lat, lon=town.lon),
        issued_at=now,
        by=by.name,
        simulated=parts.settings.demo,
    )
    audit.record(work.session, by, "enter_weather", f"weather {row.id}", city=seen.city, at=now)
    return row


def _enter(
    parts: Services, work: Work, by: Principal, city: City, holder: str, papers: registry.Holding
) -> RegisterRow:
    now = parts.clock.now()
    row = registry.enter(work, holder, papers, city=city, by=by.name, at=now, simulated=parts.settings.demo)
    audit.record(work.session, by, "register", f"{row.kind} {holder}", city=city, at=now)
    return row
