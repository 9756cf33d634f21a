"""Shifts: who is on duty when, and who is now."""

from typing import Any

from pydantic import BaseModel

from incidents.shifts import service
from mapserver.shifts.flow import cancel_shift, plan_shift
from mapserver.shifts.schemas import ShiftAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayPlanShifts, MaySeeMap
from mapserver.web.polling import polled
from telemetry.access import visibility
from telemetry.cities import City
from telemetry.errors import Conflict, NotFound
from telemetry.observations.values import UtcTime

router = ApiRouter("shifts", "/shifts")


class NewShift(BaseModel):
    """A shift as it is planned."""

    city: City
    person: str
    """The name they sign in with; they are on duty in their role."""
    begins: UtcTime
    ends: UtcTime


@router.get("", response_model=list[ShiftAnswer])
@polled
def listed(caller: MaySeeMap, session: Reader, since: UtcTime, until: UtcTime) -> list[dict[str, Any]]:
    """Every shift that touches the time from `since` to `until`, in order of time."""
    return [service.public(row) for row in service.between(session, visibility(caller), since, until)]


@router.get("/now", response_model=list[ShiftAnswer])
@polled
def now(caller: MaySeeMap, parts: Parts, session: Reader, at: UtcTime | None = None) -> list[dict[str, Any]]:
    """Who is on shift now, or at `at`: coordinators first; nobody is an empty list."""
    moment = at or parts.clock.now()
    return [service.public(row) for row in service.on_shift(session, visibility(caller), moment)]


@router.post("", response_model=ShiftAnswer, status_code=201)
@refuses(Conflict, NotFound)
def plan(wanted: NewShift, caller: MayPlanShifts, parts: Parts, work: Writer) -> dict[str, Any]:
    """Plan a shift of at most 24 hours; two of one person in one town do not overlap."""
    row = plan_shift(
        work,
        caller,
        city=wanted.city,
        person=wanted.person,
        begins=wanted.begins,
        ends=wanted.ends,
        now=parts.clock.now(),
    )
    return service.public(row)


@router.delete("/{shift_id}", status_code=204)
@refuses(Conflict)
def cancel(shift_id: str, caller: MayPlanShifts, parts: Parts, work: Writer) -> None:
    """Take a shift off. One that has begun ends now; one that is over stays on record."""
    cancel_shift(work, caller, shift_id, now=parts.clock.now())
