"""Airspace: the authorities' zones that a town flies by, and the permits that it was given."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Query

from mapserver.airspace.flow import NewPermit, store_permit, withdraw_permit
from mapserver.airspace.schemas import AirspaceZones, PermitAnswer, StoredPermit, ZoneSetAnswer
from mapserver.core.body_limits import MIB, body_limit
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses, takes_file
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayFly, MayKeepAirspace, MaySeeMap
from mapserver.web.raw_body import read_body
from mission.airspace import permit_store, service
from mission.airspace.applicability import DegreeBox
from mission.airspace.data_set import doubts
from mission.airspace.files import ZoneFile
from mission.airspace.words import collection
from telemetry.access import require_city, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import Conflict, NotFound
from telemetry.messages import Message
from telemetry.observations.values import UtcTime

router = ApiRouter("airspace", "/airspace")

SHOWN_DEG = 1.0
"""Zones are shown as far as this from the town's centre, in latitude and twice as far in longitude."""


@router.get("/zones", response_model=AirspaceZones)
@refuses(NotFound)
def zones(
    city: City, caller: MaySeeMap, parts: Parts, session: Reader, at: UtcTime | None = None, everywhere: bool = False
) -> dict[str, Any]:
    """The zones of a town as GeoJSON, a feature for each outline with its heights; `active` says so of `at`, or now.

    Those about the town, or `everywhere` its data reach. `doubts` says why the data should not be trusted, if so.
    """
    require_city(caller, city, Message("access.things.airspace"))
    now = parts.clock.now()
    moment = at or now
    airspace = service.airspace_of(session, visibility(caller).within([city]))
    lat = city.facts.lat
    lon = city.facts.lon
    near = DegreeBox(lon - 2 * SHOWN_DEG, lat - SHOWN_DEG, lon + 2 * SHOWN_DEG, lat + SHOWN_DEG)
    found = doubts(airspace.data_sets, moment, moment + timedelta(hours=1), now=now)
    said = [{"kind": doubt.kind.value, "message": doubt.message.text()} for doubt in found]
    return {**collection(airspace, moment, within=None if everywhere else near), "doubts": said}


@router.get("/sets", response_model=list[ZoneSetAnswer])
def sets(caller: MaySeeMap, session: Reader, replaced: bool = False) -> list[dict[str, Any]]:
    """The sets of zones in force in the towns you may see; also those they had before with `replaced`."""
    found = service.sets_of(session, visibility(caller), also_replaced=replaced)
    return [service.public(row) for row in found]


def _zones(
    content: Annotated[bytes, Depends(read_body)],
    caller: MayKeepAirspace,
    parts: Parts,
    city: City,
    file_name: Annotated[str, Query(max_length=200)] = "the file",
    keep_unclear: bool = False,
) -> ZoneFile:
    require_city(caller, city, Message("access.things.airspace"))
    return parts.files.airspace(content, file_name, city=city, keep_unclear=keep_unclear)


def _deflated(content: Annotated[bytes, Depends(read_body)], file: Annotated[ZoneFile, Depends(_zones)]) -> bytes:
    """Before the turn to write is taken, and only of a file that can be used."""
    return service.deflate(content)


@router.post("/sets", response_model=ZoneSetAnswer, status_code=201)
@body_limit(16 * MIB, "the body is the file of a whole country's zones")
@refuses(Conflict, NotFound)
@takes_file("application/json")
def take(
    caller: MayKeepAirspace,
    city: City,
    file: Annotated[ZoneFile, Depends(_zones)],
    deflated: Annotated[bytes, Depends(_deflated)],
    parts: Parts,
    work: Writer,
    name: Annotated[str, Query(max_length=60)] = service.DEFAULT_NAME,
    file_name: Annotated[str, Query(max_length=200)] = "the file",
    keep_unclear: bool = False,
) -> dict[str, Any]:
    """Put the zones of an ED-269 or ED-318 file (the request's body) in force, in place of those of the same name.

    A file with an unclear zone is refused whole and names each; with `keep_unclear` they are kept at their worst.
    """
    now = parts.clock.now()
    row = service.take(
        work,
        file,
        deflated,
        city=city,
        scope=caller.scope,
        file_name=file_name,
        at=now,
        by=caller.name,
        name=name,
        keep_unclear=keep_unclear,
    )
    detail = Message("audit.zones_of_file", count=row.zones, file=file_name, sha256=row.sha256[:12])
    audit.record(work.session, caller, "import", f"airspace {row.name}", city=city, at=now, detail=detail)
    return service.public(row)


@router.delete("/sets/{set_id}", response_model=ZoneSetAnswer)
@refuses(Conflict)
def put_away(set_id: str, caller: MayKeepAirspace, parts: Parts, work: Writer) -> dict[str, Any]:
    """Take a set of zones out of force; it is kept for the verdicts that stand on it."""
    row = service.get_set(work.session, set_id, visibility(caller))
    now = parts.clock.now()
    service.archive_set(work, row, now)
    audit.record(work.session, caller, "put_away", f"airspace {row.name}", city=City(row.city), at=now, detail=set_id)
    return service.public(row)


@router.get("/permits", response_model=list[PermitAnswer])
def permits(caller: MaySeeMap, session: Reader) -> list[dict[str, Any]]:
    """Every permit of the towns you may see, past and withdrawn ones too, the latest to end first."""
    return [permit_store.public(row) for row in permit_store.listed(session, visibility(caller))]


@router.post("/permits", response_model=StoredPermit, status_code=201)
@refuses(NotFound)
def keep_permit(wanted: NewPermit, caller: MayFly, parts: Parts, work: Writer) -> dict[str, Any]:
    """Keep a permit; flights it covers in place, height and time may go.

    `hints` names each of its zones that the town's zone data do not have.
    """
    row, hints = store_permit(parts, work, caller, wanted)
    return {**permit_store.public(row), "hints": hints}


@router.delete("/permits/{permit_id}", response_model=PermitAnswer)
@refuses(Conflict)
def withdraw(permit_id: str, caller: MayFly, parts: Parts, work: Writer) -> dict[str, Any]:
    """Withdraw a permit: it covers no flight any more, and is kept."""
    return permit_store.public(withdraw_permit(parts, work, caller, permit_id))
