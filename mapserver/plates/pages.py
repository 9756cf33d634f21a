"""The watch list of number plates, its hits, and the form that adds to it."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from mapserver.core.services import Services
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.paging import part_of
from mapserver.web.permissions import MayKeepWatchList, MaySeeWatchList
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.access import Principal, visibility, visible_cities
from telemetry.cities import City
from telemetry.errors import BadInput, Conflict
from telemetry.messages import Message
from vision.plates import service

router = GuardedRouter(include_in_schema=False)
EMPTY = {"plate": "", "reason": "", "days": "7", "city": ""}
SHOWN_HITS = 50


@router.get("/plates")
def shown(
    request: Request, caller: MaySeeWatchList, parts: Parts, session: Reader, cursor: str | None = None
) -> Response:
    """The list, a page of the hits, and the form for those who may add."""
    return page(request, "plates/page.html", _context(request, parts, session, caller, cursor=cursor))


@router.post("/plates")
def add(
    request: Request, caller: MayKeepWatchList, parts: Parts, work: Writer, plate: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "", days: Annotated[str, Form()] = "", city: Annotated[City | None, Form()] = None,
) -> Response:  # fmt: skip
    """Look for a plate for some days, or say on the page why not."""
    now = parts.clock.now()
    try:
        town = caller.city or city
        if town is None:
            raise BadInput(Message("plates.town_missing"))
        if not days.isdecimal() or len(days) > 3:
            raise BadInput(Message("plates.not_days", text=days[:20]))
        service.add(
            work,
            city=town,
            plate=plate,
            reason=reason,
            expires_at=now + timedelta(days=int(days)),
            by=caller,
            now=now,
        )
    except BadInput as error:
        form = {"plate": plate, "reason": reason, "days": days, "city": city or ""}
        context = _context(request, parts, work.session, caller, form=form, error=error.told)
        return page(request, "plates/page.html", context, status=error.status)
    return RedirectResponse("/plates", 303)


@router.post("/plates/{entry_id}/remove")
def remove(request: Request, entry_id: str, caller: MayKeepWatchList, parts: Parts, work: Writer) -> Response:
    """Look for it no more, or say on the page why not."""
    row = service.get(work.session, entry_id, visibility(caller))
    try:
        service.remove(work, row, by=caller, now=parts.clock.now())
    except Conflict as error:
        context = _context(request, parts, work.session, caller, error=error.told)
        return page(request, "plates/page.html", context, status=error.status)
    return RedirectResponse("/plates", 303)


def _context(
    request: Request, parts: Services, session: Session, caller: Principal, *, cursor: str | None = None,
    form: dict[str, str] = EMPTY, error: Message | None = None,
) -> dict[str, Any]:  # fmt: skip
    visible = visibility(caller)
    hits = service.hits(session, visible, limit=SHOWN_HITS, cursor=cursor)
    return {
        "principal": caller,
        "entries": [service.public(row) for row in service.listed(session, visible, now=parts.clock.now())],
        "hits": [service.public_hit(hit, entry) for hit, entry in hits],
        "part": part_of(request, hits, "/plates"),
        "cities": sorted(visible_cities(caller)),
        "kept_hours": parts.settings.plates.keep_hours,
        "form": form,
        "error": error,
    }
