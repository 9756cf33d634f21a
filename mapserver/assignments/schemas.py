"""What the API answers of assignments."""

from typing import ClassVar

from mapserver.web.schemas import Answer, Json, Utc


class AssignmentAnswer(Answer):
    """A tower that is deployed, or a body camera that is handed out."""

    EXAMPLE: ClassVar[Json] = {
        "id": "efb53a9d-75b0-4e80-8d0b-0d5a3b7f7c21",
        "city": "dobele",
        "unit_id": "DOB-T1",
        "zone_id": "zone-23dd630340cd",
        "holder": None,
        "purpose": "Town fair",
        "since": "2026-11-30T08:00:00Z",
        "until": None,
        "ended_at": None,
        "made_by": "coordinator.dobele",
    }

    id: str
    city: str
    unit_id: str
    zone_id: str | None
    holder: str | None
    purpose: str
    since: Utc
    until: Utc | None
    ended_at: Utc | None
    made_by: str
