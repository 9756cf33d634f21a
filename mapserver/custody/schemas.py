"""What the API answers of body cameras."""

from typing import Any, ClassVar

from mapserver.web.schemas import Answer, Json, Utc


class OffloadShape(Answer):
    """How far an offload is."""

    name: str | None
    """The file that is being copied."""
    done_bytes: int
    total_bytes: int


class CustodyAnswer(Answer):
    """A body camera: who has it, how it is, what may happen next."""

    EXAMPLE: ClassVar[Json] = {
        "id": "BC-1",
        "name": "Body camera 1",
        "city": "dobele",
        "state": "offloading",
        "holder": None,
        "since": "2026-12-01T06:30:00Z",
        "stored": "unverified",
        "battery": 0.83,
        "free_bytes": 53687091200,
        "read_at": "2026-12-01T06:31:00Z",
        "offered_to": None,
        "offload": {"name": "DCIM/100/A.MP4", "done_bytes": 4194304, "total_bytes": 8388608},
        "files_waiting": 1,
        "files_verified": 12,
        "possible": ["offload_done", "verify", "report_lost", "to_repair"],
        "simulated": False,
    }

    id: str
    name: str
    city: str
    state: str
    """in_dock, issued, recording, returned, offloading, verified, cleared, lost or in_repair."""
    holder: str | None
    since: Utc | None
    """Since when it is in this state with this holder."""
    stored: str
    """What lies on it: none, unverified or verified."""
    battery: float | None
    """0..1."""
    free_bytes: int | None
    read_at: Utc | None
    """When charge and storage were said."""
    offered_to: str | None
    """Whom its holder hands it over to, until that person confirms."""
    offload: OffloadShape | None
    files_waiting: int
    """Files that came off it and are not verified."""
    files_verified: int
    possible: list[str]
    """The events that its state allows; some ask for more."""
    simulated: bool


class CustodyEntry(Answer):
    """One event of a body camera."""

    at: Utc
    event: str
    who: str
    role: str
    holder: str | None
    """Who carried it before."""
    new_holder: str | None
    """Who carries it from then on."""
    state: str
    """Its state from then on."""
    facts: dict[str, Any]
    """What the event said besides: battery, free_bytes, sha256, confirmed_by, empty."""
