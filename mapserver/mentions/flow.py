"""The story of a note: it is written into a timeline, and reaches whom it names."""

from datetime import datetime

from incidents.mentions import service
from incidents.timeline import service as timeline
from incidents.timeline.tables import IncidentRow
from mapserver.access import people
from mapserver.core.services import Services
from telemetry.access import Principal
from telemetry.store import Work


def add_note(
    parts: Services, work: Work, row: IncidentRow, text: str, by: Principal, *, happened_at: datetime | None = None
) -> int:
    """Add a note that reaches those of the town whom it names, as in `@ilze`; its number. Raises BadInput."""
    now = parts.clock.now()
    seq = timeline.add_note(work, row, text, by=by.name, now=now, happened_at=happened_at)
    if "@" in text:
        there = {user.name for user in people.working_in(work.session, row.city, row.scope)}
        service.mention(work, row, there, text, by=by.name, now=now)
    return seq
