"""The list of incidents, and the page of one with its timeline."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from incidents.attachments.reading import ReadFile
from incidents.merging import State
from incidents.referrals import service as referrals
from incidents.settling import decisions, questions
from incidents.statistics.response import response_times
from incidents.timeline import repository, responding, service
from incidents.timeline.corrections import may_correct, said_by_person
from incidents.timeline.folding import folded
from incidents.timeline.responding import ResponseStep
from incidents.timeline.service import TimelineOrder
from incidents.timeline.tables import IncidentRow
from mapserver.access import people
from mapserver.attachments.flow import BODY, read_upload
from mapserver.attachments.flow import add_note as keep_note
from mapserver.basemap.printed import incident_map
from mapserver.core.body_limits import body_limit
from mapserver.core.services import Services
from mapserver.footage.flow import footage_and_unknowns
from mapserver.incidents.exporting import download
from mapserver.incidents.linked import links_context
from mapserver.procedures.flow import checklist
from mapserver.referrals import shown as shown_referrals
from mapserver.referrals.flow import proposed
from mapserver.video.wall import nearest, streams
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.forms import from_wall
from mapserver.web.paging import part_of
from mapserver.web.permissions import MaySeeIncidents, MayWorkIncidents
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from mission.flights import repository as flights
from mission.zones import service as zones
from mobile_units.assignments import service as assignments
from telemetry.access import Permission, Principal, visibility, visible_cities
from telemetry.cities import City
from telemetry.errors import BadInput
from telemetry.messages.message import WRITTEN
from telemetry.observations.values import SourceKind
from telemetry.positions import Position, distance_m
from telemetry.units import service as units
from telemetry.visibility import Visibility

router = GuardedRouter(include_in_schema=False)
SHOWN = 200
"""Closed incidents on a page; the open ones are all on the first."""
NEAREST = 4
CHANGED_WITHIN = timedelta(days=7)
"""So long ago may have been what is closed and of which more was heard."""
AGAIN_M = 150.0
AGAIN_WITHIN = timedelta(hours=6)
"""So near and so soon after another was closed an incident may be that one again."""
OTHERS = 30
"""Incidents that one may be joined with on its page; the API joins any two."""
FLOWN = frozenset({SourceKind.DRONE, SourceKind.TELEMETRY})
"""Kinds of sources that may be a drone on a flight, by the id of its unit."""


@router.get("/incidents")
def listed(
    request: Request, caller: MaySeeIncidents, parts: Parts, session: Reader,
    state: str = "", category: str = "", city: str = "", q: str = "", cursor: str | None = None,
) -> Response:  # fmt: skip
    """The list with its filters; with `cursor` a later page of the closed ones."""
    filters = {"state": state, "category": category, "city": city, "q": q}
    cities = [{"id": c, "name": c.facts.name} for c in sorted(visible_cities(caller))]
    return page(
        request,
        "incidents/list.html",
        {
            "principal": caller,
            **_found(request, parts, session, caller, **filters, cursor=cursor),
            "filters": filters,
            "categories": sorted(name for name, rule in parts.rules.by_name.items() if rule.opens),
            "cities": cities,
        },
    )


@router.get("/incidents/rows")
def rows(
    request: Request,
    caller: MaySeeIncidents,
    parts: Parts,
    session: Reader,
    state: str = "",
    category: str = "",
    city: str = "",
    q: str = "",
) -> Response:
    """The rows alone, for a filter that changed."""
    found = _found(request, parts, session, caller, state=state, category=category, city=city, q=q, cursor=None)
    return page(request, "incidents/_rows.html", {"principal": caller, **found})


@router.get("/incidents/{incident_id}")
def one(request: Request, incident_id: str, caller: MaySeeIncidents, parts: Parts, session: Reader) -> Response:
    """One incident."""
    row = repository.get(session, incident_id, visibility(caller))
    if row.id != incident_id:
        return RedirectResponse(f"/incidents/{row.id}", 308)
    return page(request, "incidents/page.html", incident_context(parts, session, row, caller))


@router.get("/incidents/{incident_id}/timeline")
def timeline(request: Request, incident_id: str, caller: MaySeeIncidents, parts: Parts, session: Reader) -> Response:
    """Its head and timeline alone, when it changed."""
    row = repository.get(session, incident_id, visibility(caller))
    return page(request, "incidents/_timeline.html", incident_context(parts, session, row, caller))


@router.get("/incidents/{incident_id}/map.svg")
def printed_map(incident_id: str, caller: MaySeeIncidents, parts: Parts, session: Reader) -> Response:
    """Where it was seen, as one picture for paper."""
    row = repository.get(session, incident_id, visibility(caller))
    picture = incident_map(parts.settings, City(row.city), service.timeline(session, row.id))
    return Response(picture, media_type="image/svg+xml")


async def _read_file(parts: Parts, file: UploadFile | None = None) -> ReadFile | BadInput | None:
    """The file of a note, or why it cannot be kept: taken apart before the turn to write is taken."""
    try:
        return await read_upload(parts, file)
    except BadInput as error:
        return error


@router.post("/incidents/{incident_id}/notes")
@body_limit(BODY, "a file")
def add_note(
    request: Request,
    incident_id: str,
    caller: MayWorkIncidents,
    file: Annotated[ReadFile | BadInput | None, Depends(_read_file)],
    parts: Parts,
    work: Writer,
    text: Annotated[str, Form()] = "",
    happened: Annotated[str, Form()] = "",
) -> Response:
    """Add a note, with a file if there is one, or say on the page why not; `happened` is in the town's time, empty for
    now."""
    row = repository.get(work.session, incident_id, visibility(caller))
    try:
        moment = from_wall(happened, City(row.city).facts.zone) if happened else None
        if isinstance(file, BadInput):
            raise file
        keep_note(parts, work, row, text, caller, happened_at=moment, file=file)
    except BadInput as error:
        context = {**incident_context(parts, work.session, row, caller), "error": error.told}
        return page(request, "incidents/page.html", context, status=error.status)
    return RedirectResponse(f"/incidents/{incident_id}", 303)


@router.post("/incidents/{incident_id}/export")
def export_bundle(incident_id: str, caller: MaySeeIncidents, parts: Parts) -> Response:
    """The incident as an evidence bundle to keep."""
    return download(parts, incident_id, visibility(caller), caller)


def _found(
    request: Request, parts: Services, session: Session, caller: Principal, *, state: str, category: str, city: str,
    q: str, cursor: str | None,
) -> dict[str, Any]:  # fmt: skip
    """Every open incident that fits, the severest first, and a page of the closed ones; after the first page only
    those."""
    visible = visibility(caller).within(c for c in visible_cities(caller) if not city or c == city)
    states = [s for s in State if s == state]
    wanted = repository.IncidentFilter(states, category or None, q.strip() or None)
    closed = repository.closed_ones(session, visible, wanted, limit=SHOWN, cursor=cursor)
    changed: list[IncidentRow] = []
    open_questions: list[dict[str, Any]] = []
    if not cursor:
        open_questions = [questions.public(row) for row in questions.open_ones(session, visible)]
        changed = repository.changed_since_closed(session, visible, parts.clock.now() - CHANGED_WITHIN)
        still_open = repository.open_ones(session, visible, wanted)
        open_count = len(still_open)
    else:
        still_open = []
        open_count = repository.count_open(session, visible, wanted)
    return {
        "yours": [service.headline(row) for row in still_open if caller.name in (row.assigned or [])],
        "still_open": [service.headline(row) for row in still_open],
        "open_count": open_count,
        "closed": [service.headline(row) for row in closed],
        "changed": [service.headline(row) for row in changed],
        "open_questions": open_questions,
        "part": part_of(request, closed, "/incidents"),
    }


def incident_context(parts: Services, session: Session, row: IncidentRow, caller: Principal) -> dict[str, Any]:
    """What the page of one incident shows."""
    timeline = service.timeline(session, row.id, TimelineOrder.HAPPENED)
    return {
        "principal": caller,
        "incident": service.public(row),
        "timeline": timeline,
        "lines": folded(timeline),
        "ended_before": _ended_before(session, row),
        "correctable": _correctable(timeline, caller),
        "flights": _flights(session, timeline, caller),
        "questions": [
            questions.public(asked) for asked in questions.open_ones(session, visibility(caller), incident_id=row.id)
        ],
        "decisions": [decisions.public(act) for act in decisions.of_incident(session, row.id)],
        "others": _others(session, row),
        **links_context(session, row),
        "way_steps": _steps(session, row, caller),
        "categories": sorted(name for name, rule in parts.rules.by_name.items() if rule.opens),
        "may_work": caller.may(Permission.WORK_INCIDENTS),
        "may_see_footage": caller.may(Permission.SEE_FOOTAGE),
        "response": response_times(session, [row.id]).get(row.id),
        "checklist": checklist(parts, session, row),
        "referrals": [shown_referrals.public(parts, session, one) for one in referrals.of_incident(session, row.id)],
        "services": [shown_referrals.public_service(one) for one in proposed(parts, row)],
        "closing_codes": parts.town_files.closing_codes.values(),
        "workers": [user.name for user in people.working_in(session, row.city, row.scope)],
        "assignments": _deployed(session, Visibility.of(row)),
        "nearest": _nearest(parts, session, row, caller),
        **footage_and_unknowns(parts, session, row),
    }


def _correctable(timeline: list[dict[str, Any]], caller: Principal) -> set[int]:
    """The numbers of the entries that the caller may correct."""
    return {
        entry["seq"]
        for entry in timeline
        if said_by_person(entry["kind"], worded=entry["code"] != WRITTEN) and may_correct(caller, entry["who"])
    }


def _ended_before(session: Session, row: IncidentRow) -> list[dict[str, Any]]:
    """Incidents near by that were closed not long before this one began: it may be one of them again."""
    found = []
    for other in repository.closed_before(session, Visibility.of(row), row.first_at, within=AGAIN_WITHIN):
        apart_m = _apart_m(row, other)
        if other.id != row.id and other.closed_at is not None and apart_m is not None and apart_m <= AGAIN_M:
            shown = {
                **service.headline(other),
                "apart_m": apart_m,
                "after_s": (row.first_at - other.closed_at).total_seconds(),
            }
            found.append(shown)
    return found[:NEAREST]


def _apart_m(row: IncidentRow, other: IncidentRow) -> float | None:
    if row.lat is None or row.lon is None or other.lat is None or other.lon is None:
        return None
    return distance_m(Position(lat=row.lat, lon=row.lon), Position(lat=other.lat, lon=other.lon))


def _steps(session: Session, row: IncidentRow, caller: Principal) -> list[ResponseStep]:
    """What the caller may say of their way to the incident now."""
    if not caller.may(Permission.REPORT) or not State(row.state).open:
        return []
    last = responding.last_step(session, row.id, caller.name)
    return [step for step in ResponseStep if step is not last]


def _others(session: Session, row: IncidentRow) -> list[dict[str, Any]]:
    """Other open incidents of its town, the newest first: it may be one with one of them."""
    found = repository.newest_open(session, Visibility.of(row), limit=OTHERS + 1)
    return [service.headline(other) for other in found if other.id != row.id][:OTHERS]


def _nearest(parts: Services, session: Session, row: IncidentRow, caller: Principal) -> list[dict[str, Any]]:
    """The streams that look at places closest to the incident, for who may see them."""
    position = service.public(row)["position"]
    if position is None or not caller.may(Permission.SEE_FOOTAGE):
        return []
    place = Position(lat=position["lat"], lon=position["lon"])
    return nearest(streams(parts, session, caller), place, limit=NEAREST)


def _flights(session: Session, timeline: list[dict[str, Any]], caller: Principal) -> dict[int, str]:
    """The flight on which a drone made each observation, by the entry's number."""
    found = {}
    for entry in timeline:
        seen = entry["observation"]
        if seen is not None and seen["source"]["kind"] in FLOWN:
            at = datetime.fromisoformat(seen["started_at"])
            flight = flights.of_unit_at(session, seen["source"]["id"], at, visibility(caller))
            if flight is not None:
                found[entry["seq"]] = flight.id
    return found


def _deployed(session: Session, visible: Visibility) -> list[dict[str, Any]]:
    """The town's deployed units, each with its unit and zone."""
    return [
        {
            **assignments.public(held),
            "unit": units.public(units.get(session, held.unit_id, visible)),
            "zone": zones.public(zones.get(session, held.zone_id, visible)),
        }
        for held in assignments.listed(session, visible)
    ]
