"""What the API answers of mentions."""

from mapserver.web.schemas import Answer, Utc


class MentionAnswer(Answer):
    """A note that names you."""

    id: str
    incident_id: str
    title: str
    """Of the incident."""
    severity: int
    city: str
    said_by: str
    text: str
    at: Utc
    read_at: Utc | None
    simulated: bool
