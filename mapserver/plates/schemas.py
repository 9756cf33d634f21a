"""What the API answers of plates that are looked for."""

from typing import ClassVar

from mapserver.web.schemas import Answer, Json, Utc


class WatchEntryAnswer(Answer):
    """A plate that is looked for."""

    EXAMPLE: ClassVar[Json] = {
        "id": "3247a868-0c74-455a-b1f0-9f7a3a6f0d55",
        "city": "dobele",
        "plate": "KV2417",
        "reason": "stolen",
        "expires_at": "2026-12-30T00:00:00Z",
        "added_by": "coordinator.dobele",
        "added_at": "2026-11-30T21:40:12Z",
        "removed_by": None,
        "removed_at": None,
    }

    id: str
    city: str
    plate: str
    reason: str
    expires_at: Utc
    added_by: str
    added_at: Utc
    removed_by: str | None
    removed_at: Utc | None


class PlateHitAnswer(Answer):
    """A read of a plate that was looked for."""

    EXAMPLE: ClassVar[Json] = {
        "observation_id": "a961d754-3f71-5a83-90e6-6a1a8f9a9b0e",
        "entry_id": "3247a868-0c74-455a-b1f0-9f7a3a6f0d55",
        "city": "dobele",
        "at": "2026-11-30T21:40:12Z",
        "plate": "KV24I7",
        "camera": "DOB-C01",
        "exact": False,
        "wanted": "KV2417",
        "reason": "stolen",
    }

    observation_id: str
    entry_id: str
    city: str
    at: Utc
    plate: str
    """As it was read."""
    camera: str
    exact: bool
    wanted: str
    """As it was looked for."""
    reason: str
