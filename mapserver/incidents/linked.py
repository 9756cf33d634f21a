"""What an incident's page shows of its links, and what it may be linked with."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from incidents.links import service
from incidents.links.service import LinkRelation
from incidents.timeline import repository
from incidents.timeline import service as timeline
from incidents.timeline.tables import IncidentRow
from telemetry.visibility import Visibility

NEAR = timedelta(hours=24)
"""So far before and after it incidents are offered; the API links any two of a town."""
OFFERED = 30


def links_context(session: Session, row: IncidentRow) -> dict[str, Any]:
    """The links of `row`, and the incidents of its town that it may be linked with, the nearest in time first."""
    known = service.of_incident(session, row)
    taken = {row.id, *(one.other.id for one in known)}
    near = repository.around(session, Visibility.of(row), row.first_at, within=NEAR)
    near.sort(key=lambda other: (abs(other.first_at - row.first_at), other.id))
    return {
        "links": [one.public() for one in known],
        "linkable": [timeline.headline(other) for other in near if other.id not in taken][:OFFERED],
        "link_relations": list(LinkRelation),
    }
