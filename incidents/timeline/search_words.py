"""The words by which an entry of a timeline is found that tells of no observation: a note, a decision, its reason."""

from sqlmodel import Session

from incidents.timeline.tables import IncidentRow, TimelineRow
from telemetry import fulltext
from telemetry.fulltext import Document
from telemetry.messages import as_message
from telemetry.observations.search_words import in_every_language


def index_entry(session: Session, incident: IncidentRow, entry: TimelineRow) -> None:
    """Let an entry be found that was written just now."""
    fulltext.put(session, [document_of(incident, entry)])


def document_of(incident: IncidentRow, entry: TimelineRow) -> Document:
    """What the search is told of an entry of `incident`; kind and place are the incident's as they are now."""
    place = None
    if incident.lat is not None and incident.lon is not None:
        place = (incident.lat, incident.lon)
    return Document(
        city=incident.city,
        scope=incident.scope,
        at=entry.happened_at,
        texts=[entry.who, *in_every_language(as_message(entry.message or entry.text))],
        category=incident.category,
        place=place,
        entry_id=entry.id,
    )
