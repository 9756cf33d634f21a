"""What the API answers of the audit trail."""

from typing import ClassVar

from mapserver.web.schemas import Answer, Json, KeptMessage, Utc


class AuditEntry(Answer):
    """One entry of the audit trail."""

    EXAMPLE: ClassVar[Json] = {
        "at": "2026-11-30T21:40:12Z",
        "who": "coordinator.dobele",
        "role": "coordinator",
        "city": "dobele",
        "action": "view",
        "subject": "observation 35f7e1ef-f2ed-5b59-8a38-4b3c1f0f6c02",
        "detail": "snapshot 860f3bf775c2",
        "detail_message": None,
    }

    at: Utc
    who: str
    role: str
    city: str | None
    action: str
    subject: str
    detail: str
    """In the language of the request; what a person wrote, as written."""
    detail_message: KeptMessage | None
