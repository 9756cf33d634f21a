"""Incidents and their timelines."""

from typing import Annotated, Any

from fastapi import Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from incidents.merging import State
from incidents.timeline import repository, service
from incidents.timeline.service import TimelineOrder
from incidents.timeline.transitions import between
from mapserver.incidents.exporting import ZIP, download
from mapserver.incidents.flow import work_on
from mapserver.incidents.schemas import IncidentAnswer, TimelineEntry
from mapserver.mentions.flow import add_note as add_named_note
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.listing import TimedListing
from mapserver.web.permissions import MaySeeIncidents, MayWorkIncidents
from mapserver.web.polling import polled
from telemetry.access import visibility
from telemetry.errors import Conflict
from telemetry.observations.values import UtcTime

router = ApiRouter("incidents", "/incidents")


class StateChange(BaseModel):
    """A new state with the reason for it."""

    state: State
    reason: str = ""
    closing_code: str | None = None
    """How it ended, where it is closed: a name of `GET /api/v1/closing-codes`."""


class Note(BaseModel):
    """Words for the timeline."""

    text: str
    happened_at: UtcTime | None = None
    """When what they tell of happened; now, where it is left out."""


@router.get("", response_model=list[IncidentAnswer])
@polled
def listed(
    caller: MaySeeIncidents,
    session: Reader,
    response: Response,
    listing: TimedListing,
    state: Annotated[list[State] | None, Query()] = None,
    category: str | None = None,
    q: str | None = None,
) -> list[dict[str, Any]]:
    """Incidents of the towns you may see: first every open one, the severest first, then a page of closed ones.

    Open incidents are never cut, `limit` counts closed ones, and the Link header leads to the rest of those.
    `X-Open-Count` is how many are open; `since` and `until` are for the last word of closed ones.
    """
    visible = visibility(caller)
    wanted = repository.IncidentFilter(state or (), category, q)
    closed = repository.closed_ones(
        session, visible, wanted, between=listing.between, limit=listing.limit, cursor=listing.cursor
    )
    if listing.cursor is None:
        still_open = repository.open_ones(session, visible, wanted)
        open_count = len(still_open)
    else:
        still_open = []
        open_count = repository.count_open(session, visible, wanted)
    listing.describe(closed, total=open_count + closed.total)
    response.headers["X-Open-Count"] = str(open_count)
    return [service.public(row) for row in [*still_open, *closed]]


@router.get("/{incident_id}", response_model=IncidentAnswer)
@polled
def one(incident_id: str, caller: MaySeeIncidents, session: Reader) -> dict[str, Any]:
    """One incident."""
    return service.public(repository.get(session, incident_id, visibility(caller)))


@router.get("/{incident_id}/timeline", response_model=list[TimelineEntry])
@polled
def timeline(
    incident_id: str, caller: MaySeeIncidents, session: Reader, order: TimelineOrder = TimelineOrder.HAPPENED
) -> list[dict[str, Any]]:
    """Its timeline in the order in which things happened, by the clocks of those who saw them; with `order=written` the
    record, as it was written down."""
    return service.timeline(session, repository.get(session, incident_id, visibility(caller)).id, order)


@router.post("/{incident_id}/state", response_model=IncidentAnswer)
@refuses(Conflict)
def change_state(
    incident_id: str, wanted: StateChange, caller: MayWorkIncidents, parts: Parts, work: Writer
) -> dict[str, Any]:
    """Bring it to a state by the transition that leads there; closing needs a reason. A closed incident is opened again
    by `transitions` alone."""
    row = repository.get(work.session, incident_id, visibility(caller))
    transition = between(State(row.state), wanted.state)
    work_on(parts, work, row, transition, caller, reason=wanted.reason, closing_code=wanted.closing_code)
    return service.public(row)


@router.post("/{incident_id}/notes", response_model=IncidentAnswer)
def add_note(incident_id: str, note: Note, caller: MayWorkIncidents, parts: Parts, work: Writer) -> dict[str, Any]:
    """Add a note to the timeline, at the minute that it tells of; it reaches whom it names, as in `@ilze`."""
    row = repository.get(work.session, incident_id, visibility(caller))
    add_named_note(parts, work, row, note.text, caller, happened_at=note.happened_at)
    return service.public(row)


@router.post(
    "/{incident_id}/export",
    response_class=StreamingResponse,
    responses={200: {"content": {ZIP: {"schema": {"type": "string", "format": "binary"}}}}},
)
def export_bundle(incident_id: str, caller: MaySeeIncidents, parts: Parts) -> Response:
    """The incident as one zip file that anybody can verify: an evidence bundle, in the format of docs/evidence.md.

    Pictures and clips are in it for who may hold evidence, what the audit trail has for who may see that; what is left
    out is named. The export and each look at evidence are in the audit trail before the file leaves.
    """
    return download(parts, incident_id, visibility(caller), caller)
