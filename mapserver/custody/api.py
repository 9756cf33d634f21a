"""Body cameras: in whose hands each is, and what happens to it."""

from typing import Any

from mapserver.custody.flow import CustodyOrder, order
from mapserver.custody.schemas import CustodyAnswer, CustodyEntry
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.listing import Listing
from mapserver.web.permissions import MayHoldEvidence, MayReport, MaySeeMap
from mapserver.web.polling import polled
from mobile_units.custody import service
from telemetry.access import visibility
from telemetry.errors import Conflict, NotFound

router = ApiRouter("custody", "/custody")


@router.get("", response_model=list[CustodyAnswer])
@polled
def listed(caller: MayHoldEvidence, session: Reader) -> list[dict[str, Any]]:
    """The body cameras of your town: who has each, its charge and storage, how far its offload is."""
    return [one.public() for one in service.listed(session, visibility(caller))]


@router.get("/mine", response_model=list[CustodyAnswer])
@polled
def mine(caller: MayReport, session: Reader) -> list[dict[str, Any]]:
    """The body camera that you carry, and the one that somebody hands over to you."""
    visible = visibility(caller)
    found = (service.held_by(session, caller.name, visible), service.offered_to(session, caller.name, visible))
    return [one.public() for one in found if one is not None]


@router.post("/{camera_id}/events", response_model=CustodyAnswer)
@refuses(Conflict, NotFound)
def happen(camera_id: str, wanted: CustodyOrder, caller: MaySeeMap, parts: Parts, work: Writer) -> dict[str, Any]:
    """Let something happen to a body camera: its holder records, hands over, returns or has lost it; the dock does the
    rest."""
    return order(parts, work, camera_id, wanted, caller).public()


@router.get("/{camera_id}/entries", response_model=list[CustodyEntry])
def entries(camera_id: str, caller: MayHoldEvidence, session: Reader, listing: Listing) -> list[dict[str, Any]]:
    """Everything that happened to a body camera, newest first: a page of it; the Link header leads to older ones."""
    visible = visibility(caller)
    camera = service.get(session, camera_id, visible)
    page = service.entries(session, camera.unit, visible, limit=listing.limit, cursor=listing.cursor)
    listing.describe(page)
    return page
