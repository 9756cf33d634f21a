"""The forms of the calendar by which shifts are planned and taken off."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from mapserver.calendar.pages import refused
from mapserver.calendar.span import Length
from mapserver.core.services import Services
from mapserver.shifts.flow import cancel_shift, plan_shift
from mapserver.web.dependencies import Parts, Writer
from mapserver.web.forms import from_wall
from mapserver.web.permissions import MayPlanShifts
from mapserver.web.routes import GuardedRouter
from telemetry.access import Principal, home_town
from telemetry.cities import City
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.store import Work

router = GuardedRouter(include_in_schema=False)


@router.post("/calendar/shifts")
def plan(
    request: Request, caller: MayPlanShifts, parts: Parts, work: Writer,
    person: Annotated[str, Form()] = "", city: Annotated[str, Form()] = "",
    begins: Annotated[str, Form()] = "", ends: Annotated[str, Form()] = "",
    view: Annotated[Length, Form()] = Length.DAY, day: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Plan a shift by the town's clock, or say on the page why not."""

    def do() -> None:
        town = City(city) if city else home_town(caller)
        zone = town.facts.zone
        plan_shift(
            work,
            caller,
            city=town,
            person=person,
            begins=from_wall(begins, zone),
            ends=from_wall(ends, zone),
            now=parts.clock.now(),
        )

    return _answer(request, parts, work, caller, do, view=view, day=day)


@router.post("/calendar/shifts/{shift_id}/cancel")
def cancel(
    request: Request, shift_id: str, caller: MayPlanShifts, parts: Parts, work: Writer,
    view: Annotated[Length, Form()] = Length.DAY, day: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Take it off, or say on the page why not."""

    def do() -> None:
        cancel_shift(work, caller, shift_id, now=parts.clock.now())

    return _answer(request, parts, work, caller, do, view=view, day=day)


def _answer(
    request: Request, parts: Services, work: Work, caller: Principal, do: Callable[[], None], *, view: Length, day: str
) -> Response:
    try:
        with work.session.begin_nested():
            do()
    except (BadInput, Conflict, NotFound) as error:
        return refused(request, parts, work.session, caller, error, view=view, day=day)
    return RedirectResponse(f"/calendar?view={view}&day={day}", 303)
