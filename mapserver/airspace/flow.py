"""The stories of permits, shared by pages and API."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from mapserver.core.services import Services
from mission.airspace import permit_store
from mission.airspace import service as airspace
from mission.airspace.heights import HeightReference, LengthUnit, Limit
from mission.airspace.tables import PermitRow
from telemetry.access import Principal, require_city, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.messages import Message
from telemetry.observations.values import UtcTime
from telemetry.store import Work


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


def store_permit(parts: Services, work: Work, by: Principal, wanted: NewPermit) -> tuple[PermitRow, list[str]]:
    """Keep a permit, with a hint for each of its zones that the town's zone data do not have."""
    require_city(by, wanted.city, Message("access.things.permit_place"))
    now = parts.clock.now()
    row = permit_store.store(
        work,
        city=wanted.city,
        scope=by.scope,
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
    return row, [hint.text() for hint in airspace.unknown_zones(work.session, wanted.city, by.scope, row.zones)]


def withdraw_permit(parts: Services, work: Work, by: Principal, permit_id: str) -> PermitRow:
    """Withdraw a permit: it covers no flight any more, and is kept."""
    row = permit_store.get(work.session, permit_id, visibility(by))
    now = parts.clock.now()
    permit_store.withdraw(work, row, at=now, by=by.name)
    audit.record(work.session, by, "withdraw", f"permit {row.id}", city=City(row.city), at=now, detail=row.reference)
    return row
