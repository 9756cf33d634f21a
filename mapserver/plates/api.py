"""Plates: the watch list of each town, and its hits."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from mapserver.plates.schemas import PlateHitAnswer, WatchEntryAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.listing import TimedListing
from mapserver.web.permissions import MayKeepWatchList, MaySeeWatchList
from mapserver.web.polling import polled
from telemetry.access import require_city, visibility
from telemetry.cities import City
from telemetry.errors import Conflict, NotFound
from telemetry.messages import Message
from telemetry.observations.values import UtcTime
from vision.plates import service

router = ApiRouter("plates", "/plates")


class NewEntry(BaseModel):
    """A plate to look for."""

    city: City
    plate: Annotated[str, Field(max_length=60)]
    """`?` stands for one character that is not known, `*` for any number of them."""
    reason: Annotated[str, Field(max_length=500)]
    expires_at: UtcTime


class NewExpiry(BaseModel):
    """Another time for an entry to expire."""

    expires_at: UtcTime


@router.get("/watch", response_model=list[WatchEntryAnswer])
@polled
def listed(caller: MaySeeWatchList, parts: Parts, session: Reader) -> list[dict[str, Any]]:
    """What your town looks for, the next to expire first."""
    return [service.public(row) for row in service.listed(session, visibility(caller), now=parts.clock.now())]


@router.post("/watch", response_model=WatchEntryAnswer, status_code=201)
@refuses(NotFound)
def add(wanted: NewEntry, caller: MayKeepWatchList, parts: Parts, work: Writer) -> dict[str, Any]:
    """Look for a plate until a time to come, for a reason."""
    require_city(caller, wanted.city, Message("access.things.watch_list"))
    now = parts.clock.now()
    row = service.add(
        work,
        city=wanted.city,
        plate=wanted.plate,
        reason=wanted.reason,
        expires_at=wanted.expires_at,
        by=caller,
        now=now,
    )
    return service.public(row)


@router.patch("/watch/{entry_id}", response_model=WatchEntryAnswer)
@refuses(Conflict)
def prolong(entry_id: str, wanted: NewExpiry, caller: MayKeepWatchList, parts: Parts, work: Writer) -> dict[str, Any]:
    """Let an entry expire at another time."""
    row = service.get(work.session, entry_id, visibility(caller))
    service.prolong(work, row, wanted.expires_at, by=caller, now=parts.clock.now())
    return service.public(row)


@router.delete("/watch/{entry_id}", response_model=WatchEntryAnswer)
@refuses(Conflict)
def remove(entry_id: str, caller: MayKeepWatchList, parts: Parts, work: Writer) -> dict[str, Any]:
    """Look for it no more."""
    row = service.get(work.session, entry_id, visibility(caller))
    service.remove(work, row, by=caller, now=parts.clock.now())
    return service.public(row)


@router.get("/hits", response_model=list[PlateHitAnswer])
@polled
def hits(caller: MaySeeWatchList, session: Reader, listing: TimedListing) -> list[dict[str, Any]]:
    """Reads of plates that were looked for, newest first: a page of them; the Link header leads to older ones."""
    found = service.hits(
        session, visibility(caller), limit=listing.limit, cursor=listing.cursor, between=listing.between
    )
    listing.describe(found)
    return [service.public_hit(hit, entry) for hit, entry in found]
