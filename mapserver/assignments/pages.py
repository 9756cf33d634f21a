"""Who holds which unit, where, since when; deploying and taking back."""

from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session, col, select

from mapserver.access.tables import UserRow
from mapserver.assignments.flow import Deployment, deploy, end_deployment
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayDeploy
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from mission.zones import service as zones
from mobile_units.assignments import service as assignments
from telemetry.access import Principal, Role, visibility
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.messages import Message
from telemetry.units import service as units
from telemetry.units.tables import UnitKind

router = GuardedRouter(include_in_schema=False)
EMPTY = {"unit_id": "", "zone_id": "", "holder": "", "purpose": ""}


@router.get("/deployments")
def listed(request: Request, caller: MayDeploy, session: Reader) -> Response:
    """The units and the form."""
    return page(request, "assignments/page.html", _context(session, caller))


@router.get("/deployments/rows")
def rows(request: Request, caller: MayDeploy, session: Reader) -> Response:
    """The units alone, when a deployment changed."""
    return page(request, "assignments/_rows.html", _context(session, caller))


@router.post("/deployments")
def create(
    request: Request, caller: MayDeploy, parts: Parts, work: Writer,
    unit_id: Annotated[str, Form()], zone_id: Annotated[str, Form()],
    purpose: Annotated[str, Form()] = "", holder: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Deploy, or say on the page why not."""
    form = {"unit_id": unit_id, "zone_id": zone_id, "holder": holder, "purpose": purpose}
    try:
        wanted = Deployment(unit_id=unit_id, zone_id=zone_id, purpose=purpose, holder=holder.strip() or None)
        deploy(parts, work, wanted, caller)
    except (BadInput, Conflict, NotFound) as error:
        context = _context(work.session, caller, form=form, error=error.told)
        return page(request, "assignments/page.html", context, status=error.status)
    return RedirectResponse("/deployments", 303)


@router.post("/deployments/{assignment_id}/end")
def end(assignment_id: str, caller: MayDeploy, parts: Parts, work: Writer) -> Response:
    """Take the unit back."""
    end_deployment(parts, work, assignment_id, caller)
    return RedirectResponse("/deployments", 303)


def _context(
    session: Session, caller: Principal, *, form: dict[str, str] = EMPTY, error: Message | None = None
) -> dict[str, Any]:
    visible = visibility(caller)
    inspectors = select(UserRow.name).where(UserRow.role == Role.INSPECTOR, visible.rows(UserRow), col(UserRow.active))
    deployable = [u for u in units.listed(session, visible) if u.kind != UnitKind.DRONE]
    return {
        "principal": caller,
        "units": [units.public(unit) for unit in deployable],
        "assignments": [assignments.public(a) for a in assignments.listed(session, visible)],
        "zones": [zones.public(zone) for zone in zones.listed(session, visible)],
        "people": list(session.exec(inspectors.order_by(UserRow.name))),
        "form": form,
        "error": error,
    }
