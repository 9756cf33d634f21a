"""The audit trail, for those who watch the watchers."""

from typing import Any

from mapserver.audit.schemas import AuditEntry
from mapserver.web.api_routes import ApiRouter
from mapserver.web.dependencies import Reader
from mapserver.web.listing import TimedListing
from mapserver.web.permissions import MaySeeAudit
from telemetry.access import visibility
from telemetry.audit import service

router = ApiRouter("audit", "/audit")


@router.get("", response_model=list[AuditEntry])
def latest(
    caller: MaySeeAudit,
    session: Reader,
    listing: TimedListing,
) -> list[dict[str, Any]]:
    """The entries about your town, newest first: a page of them; the Link header leads to older ones."""
    page = service.latest(
        session, visibility(caller), limit=listing.limit, cursor=listing.cursor, between=listing.between
    )
    listing.describe(page)
    return page
