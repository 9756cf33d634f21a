"""Search over everything that was said."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from incidents.search.service import SearchPage, search
from mapserver.incidents.schemas import SearchHit
from mapserver.incidents.searching import LONGEST_REASON, LONGEST_WORDS, request_of, search_plate
from mapserver.web.api_routes import ApiRouter
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.listing import TimedListing, TimedListingRequest
from mapserver.web.permissions import MaySeeIncidents, MaySeeWatchList
from telemetry.observations.values import SourceKind

router = ApiRouter("incidents", "/incidents")


class WantedPlate(BaseModel):
    """A number plate, and why somebody looks for it."""

    model_config = ConfigDict(extra="forbid")

    plate: Annotated[str, Field(min_length=1, max_length=60)]
    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]


@router.get("/search", response_model=list[SearchHit])
def find(
    caller: MaySeeIncidents,
    session: Reader,
    listing: TimedListing,
    q: Annotated[str, Query(max_length=LONGEST_WORDS, description="Words, or an incident's number.")] = "",
    category: Annotated[list[str] | None, Query()] = None,
    source: Annotated[list[SourceKind] | None, Query(description="Kinds of source; notes have none.")] = None,
    box: Annotated[str, Query(max_length=100, description="`west,south,east,north`, degrees.")] = "",
    area: Annotated[str, Query(max_length=10_000, description="Corners `lon,lat lon,lat …`, degrees.")] = "",
) -> list[dict[str, Any]]:
    """What was said in the towns you may see, the latest first: observations, notes and decisions, each with its
    incident.

    `q`: all of its words, in any order, without regard to accents and capitals; the beginning of a word will do from
    three letters on. An incident's number, whole or its first eight signs, finds the incident first. `since` and
    `until` are for when it happened. `X-Total-Count` is left out for more than 1,000, and where an `area` is given.
    """
    wanted = request_of(
        caller, words=q, categories=category or (), source_kinds=source or (), box_text=box, area_text=area,
        between=listing.between,
    )  # fmt: skip
    return _answer(listing, search(session, wanted, limit=listing.limit, cursor=listing.cursor))


@router.post("/search/plate", response_model=list[SearchHit])
def find_plate(
    wanted: WantedPlate, caller: MaySeeWatchList, parts: Parts, work: Writer, listing: TimedListing
) -> list[dict[str, Any]]:
    """What was said of a number plate, the latest first. Who looks for it and why is in the audit trail.

    Plates that nobody looked for are kept as hashes under a key that is thrown away: of those only what was read since
    is found.
    """
    page = search_plate(
        parts, work, caller, plate=wanted.plate, reason=wanted.reason, between=listing.between, limit=listing.limit,
        cursor=listing.cursor,
    )  # fmt: skip
    return _answer(listing, page)


def _answer(listing: TimedListingRequest, page: SearchPage) -> list[dict[str, Any]]:
    listing.describe_part(total=page.total, next_cursor=page.next_cursor)
    return list(page.hits)
