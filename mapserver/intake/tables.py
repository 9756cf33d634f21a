"""The table of messages that wait for their camera to be added."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.store import JsonColumn, UtcDateTime


class QuarantinedRow(SQLModel, table=True):
    """One message of a device, as it came."""

    __tablename__ = "quarantined_messages"

    id: int | None = Field(default=None, primary_key=True)
    format: str
    """The vendor's format."""
    device: str = Field(index=True)
    """The camera in the device's own words."""
    scope: str
    """That of whoever handed it in; its camera is looked for there only."""
    sender: str | None = None
    """The user whose token it came with; None when it came over MQTT without one."""
    called: str = ""
    """What the device is called by who handed the message in, where the message does not say it."""
    topic: str = ""
    """The MQTT topic that it came on."""
    content_type: str
    payload: bytes
    size: int
    """Bytes of the payload."""
    reason: str
    """Why it waits, in English."""
    reason_message: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonColumn, nullable=True))
    """The same as code and parameters; None for what came before those were kept."""
    received_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
