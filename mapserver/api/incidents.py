"""Incidents and their timelines."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from incidents.merging import State
from incidents.timeline import repository, service
from mapserver.deps import Parts, Reader, Writer, allowed
from mapserver.flows import work_on
from telemetry.access import Permission, Principal, visible_cities
from telemetry.observations.values import UtcTime

router = APIRouter(prefix="/incidents")
Seer = Annotated[Principal, allowed(Permission.SEE_INCIDENTS)]
Worker = Annotated[Principal, allowed(Permission.WORK_INCIDENTS)]


class StateChange(BaseModel):
    """A new state with the reason for it."""

    state: State
    reason: str = ""


class Note(BaseModel):
    """Words for the timeline."""

    text: str


@router.get("")
def listed(
    caller: Seer,
    session: Reader,
    state: Annotated[list[State] | None, Query()] = None,
    category: str | None = None,
    q: str | None = None,
    active_since: UtcTime | None = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 200,
) -> list[dict[str, Any]]:
    """Incidents of the towns you may see, newest word first."""
    rows = repository.listed(
        session,
        visible_cities(caller),
        states=state or (),
        category=category,
        text=q,
        active_since=active_since,
        limit=limit,
    )
    return [service.public(row) for row in rows]


@router.get("/{incident_id}")
def one(incident_id: str, caller: Seer, session: Reader) -> dict[str, Any]:
    """One incident."""
    return service.public(repository.get(session, incident_id, visible_cities(caller)))


@router.get("/{incident_id}/timeline")
def timeline(incident_id: str, caller: Seer, session: Reader) -> list[dict[str, Any]]:
    """Its timeline, in the order it was written."""
    return service.timeline(session, repository.get(session, incident_id, visible_cities(caller)).id)


@router.post("/{incident_id}/state")
def change_state(incident_id: str, wanted: StateChange, caller: Worker, parts: Parts, work: Writer) -> dict[str, Any]:
    """Acknowledge, dispatch, resolve, or call it a false alarm; closing needs a reason."""
    row = repository.get(work.session, incident_id, visible_cities(caller))
    work_on(parts, work, row, wanted.state, caller, reason=wanted.reason)
    return service.public(row)


@router.post("/{incident_id}/notes")
def add_note(incident_id: str, note: Note, caller: Worker, parts: Parts, work: Writer) -> dict[str, Any]:
    """Add a note to the timeline."""
    row = repository.get(work.session, incident_id, visible_cities(caller))
    service.add_note(work, row, note.text, by=caller.name, now=parts.clock.now())
    return service.public(row)
