"""The shifts of a town as blocks of the calendar, and what the form offers that plans one."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from incidents.shifts import service
from incidents.shifts.tables import ShiftRow
from mapserver.access import people
from mapserver.calendar.blocks import Block, BlockKind, Line, people_line
from mapserver.calendar.span import CalendarSpan
from telemetry.access import Permission, Principal, visible_cities
from telemetry.scopes import LIVE
from telemetry.visibility import Visibility

USUAL = timedelta(hours=12)


def shifts_line(session: Session, visible: Visibility, span: CalendarSpan) -> Line:
    """The shifts of `visible` that touch `span`."""
    return people_line([_block(row) for row in service.between(session, visible, span.begins, span.ends)], span)


def shift_form(session: Session, caller: Principal, span: CalendarSpan, now: datetime) -> dict[str, Any] | None:
    """What the form that plans a shift offers; None for who may plan none, or only looks at days that are over."""
    if not caller.may(Permission.PLAN_SHIFTS) or span.ends <= now:
        return None
    cities = sorted(visible_cities(caller))
    found = {user.name for city in cities for user in people.working_in(session, city, caller.scope)}
    begins = max(span.begins, now).astimezone(span.zone).replace(minute=0)
    return {
        "people": sorted(found),
        "towns": [{"id": city, "name": city.facts.name} for city in cities],
        "begins": f"{begins:%Y-%m-%dT%H:%M}",
        "ends": f"{begins + USUAL:%Y-%m-%dT%H:%M}",
    }


def _block(row: ShiftRow) -> Block:
    return Block(
        id=row.id,
        kind=BlockKind.SHIFT,
        unit_id="",
        city=row.city,
        zone_id="",
        begins=row.begins,
        ends=row.ends,
        title=row.person,
        who=row.person,
        state="planned",
        counts=False,
        simulated=row.scope != LIVE,
        details={"role": row.role, "planned_by": row.planned_by},
    )
