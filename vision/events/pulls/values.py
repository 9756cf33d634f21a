"""What is fetched from a device, from where, and why it failed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from telemetry.errors import Unavailable
from telemetry.messages import Message

RETRY_S = 2.0
RETRY_REFUSED_S = 300.0
"""Cameras lock an account after a few wrong passwords, for everybody who uses it."""


@dataclass(frozen=True)
class DeviceAddress:
    """Where a device answers, and as whom it is asked."""

    url: str
    username: str = ""
    password: str = ""
    scheme: Literal["digest", "basic"] = "digest"
    """How user name and password go over HTTP."""
    ca_file: Path | None = None
    """The certificate of the device, or of who signed it, where the public ones do not do."""


@dataclass(frozen=True)
class PulledMessage:
    """One message as the device sent it; an empty payload is a sign of life without an event."""

    payload: bytes
    content_type: str


class PullFailed(Unavailable):
    """The connection to the device broke, or was refused."""

    def __init__(self, told: Message, *, retry_s: float = RETRY_S) -> None:
        super().__init__(told)
        self.retry_s = retry_s
        """Seconds before it is tried again."""
