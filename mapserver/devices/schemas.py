"""What the API answers of devices."""

from typing import ClassVar

from mapserver.web.schemas import Answer, Json, Utc


class DeviceAnswer(Answer):
    """A device that hands in, and what it may speak for."""

    EXAMPLE: ClassVar[Json] = {
        "name": "camera.square",
        "city": "dobele",
        "active": True,
        "sources": ["fixed_camera:DOB-C07"],
        "last_used_at": None,
    }

    name: str
    city: str
    active: bool
    sources: list[str]
    """`KIND:ID` each, or `KIND:*`."""
    last_used_at: Utc | None
