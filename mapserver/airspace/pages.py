"""The permits of a town as a page: what is held, for which zones, until when; stored and withdrawn."""

from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from mapserver.airspace.flow import NewPermit, store_permit, withdraw_permit
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.forms import Filled, checked, from_wall
from mapserver.web.permissions import MayFly, MaySeeMap
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from mission.airspace import permit_store
from mission.airspace import service as airspace
from mission.airspace.heights import HeightReference
from telemetry.access import Principal, home_town, visibility, visible_cities
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.messages import Message
from telemetry.scopes import Scope

router = GuardedRouter(include_in_schema=False)


@router.get("/permits")
def listed(request: Request, caller: MaySeeMap, parts: Parts, session: Reader) -> Response:
    """The permits, those that still cover something first."""
    return page(request, "airspace/page.html", _context(session, caller, parts))


@router.post("/permits")
def store(request: Request, caller: MayFly, parts: Parts, work: Writer, form: Filled) -> Response:
    """Keep a permit; say of zones that are not in the data that they are not."""
    try:
        row, _ = store_permit(parts, work, caller, checked(NewPermit, _wanted(form, caller)))
    except (BadInput, NotFound) as error:
        context = _context(work.session, caller, parts, form=form, error=error.told)
        return page(request, "airspace/page.html", context, status=error.status)
    return RedirectResponse(f"/permits#{row.id}", 303)


@router.post("/permits/{permit_id}/withdraw")
def withdraw(request: Request, permit_id: str, caller: MayFly, parts: Parts, work: Writer) -> Response:
    """Take it out of force."""
    try:
        withdraw_permit(parts, work, caller, permit_id)
    except Conflict as error:
        return page(
            request,
            "airspace/page.html",
            _context(work.session, caller, parts, error=error.told),
            status=error.status,
        )
    return RedirectResponse("/permits", 303)


def _wanted(form: dict[str, str], caller: Principal) -> dict[str, Any]:
    city = City(form.get("city", home_town(caller)))
    reference = form.get("above", HeightReference.AGL)
    return {
        "city": city,
        "reference": form.get("reference", ""),
        "zones": form.get("zones", "").replace(",", " ").split(),
        "lower": {"value": form.get("lower", 0), "reference": reference},
        "upper": {"value": form.get("upper"), "reference": reference},
        "begins": from_wall(form.get("begins", ""), city.facts.zone),
        "ends": from_wall(form.get("ends", ""), city.facts.zone),
        "conditions": form.get("conditions", ""),
    }


def _context(
    session: Session,
    caller: Principal,
    parts: Parts,
    *,
    form: dict[str, str] | None = None,
    error: Message | None = None,
) -> dict[str, Any]:
    visible = visibility(caller)
    now = parts.clock.now()
    rows = permit_store.listed(session, visible)
    hints = {
        row.id: [hint.text() for hint in airspace.unknown_zones(session, City(row.city), Scope(row.scope), row.zones)]
        for row in rows
    }
    permits = [
        {**permit_store.public(row), "hints": hints[row.id], "over": row.ends <= now or row.withdrawn_at is not None}
        for row in rows
    ]
    zone_names = {
        zone.identifier: zone.name
        for city in sorted(visible_cities(caller))
        for zone in airspace.airspace_of(session, visible.within([city])).zones
    }
    return {
        "principal": caller, "permits": sorted(permits, key=lambda permit: permit["over"]), "zone_names": zone_names,
        "moment": iso(now), "form": form or {}, "error": error,
    }  # fmt: skip
