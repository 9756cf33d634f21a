"""Observations: handed in as a JSON array, listed newest first."""

from typing import Annotated, Any

from fastapi import Depends, Request

from mapserver.core.body_limits import MIB, body_limit
from mapserver.observations.flow import hand_in, read_observations
from mapserver.observations.schemas import ObservationAnswer, ReceiptAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses, takes
from mapserver.web.dependencies import Parts, Reader
from mapserver.web.listing import TimedListing
from mapserver.web.permissions import MayHandIn, MaySeeIncidents
from mapserver.web.polling import polled
from mapserver.web.reading import read_aside
from telemetry.access import visibility
from telemetry.errors import Conflict, NotFound
from telemetry.observations import Observation, answers, repository

router = ApiRouter("observations")


async def _parsed(request: Request) -> list[Observation]:
    raw = await request.json()
    return await read_aside(len(await request.body()), lambda: read_observations(raw))


@router.post("/observations", response_model=list[ReceiptAnswer])
@body_limit(4 * MIB, "an array of up to 1,000 observations")
@refuses(Conflict, NotFound)
@takes(list[Observation])
async def post(
    caller: MayHandIn,
    observations: Annotated[list[Observation], Depends(_parsed)],
    parts: Parts,
) -> list[dict[str, Any]]:
    """Take in an array of observations: all of them or, when one cannot be taken, none.

    One receipt each, in order: {observation_id, outcome: accepted | duplicate | known | amended, incident_id}, with a
    `warning` where its source gives one name to several events. A receipt means that the observation, its incident and
    its timeline entry are on disk; sending it again changes nothing, and more about the same event under its
    `source_ref` adds to it. Names of pictures are left out: pictures come with a device's own message or a report, and
    a name alone must not show one.
    """
    receipts = await hand_in(parts, observations, by=caller)
    return [receipt.public() for receipt in receipts]


@router.get("/observations", response_model=list[ObservationAnswer])
@polled
def latest(
    caller: MaySeeIncidents,
    session: Reader,
    listing: TimedListing,
) -> list[dict[str, Any]]:
    """Observations by device time, newest first: a page of them; the Link header leads to older ones."""
    found = repository.latest(
        session, visibility(caller), limit=listing.limit, cursor=listing.cursor, between=listing.between
    )
    listing.describe(found)
    return [answers.public(observation) for observation in found]


@router.get("/observations/{observation_id}", response_model=ObservationAnswer)
def one(observation_id: str, caller: MaySeeIncidents, session: Reader) -> dict[str, Any]:
    """One observation."""
    return answers.public(repository.get(session, observation_id, visibility(caller)))
