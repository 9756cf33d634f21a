"""The table of files that notes carry."""

from datetime import datetime

from sqlalchemy import Column, ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from telemetry.store import UtcDateTime


class AttachmentRow(SQLModel, table=True):
    """One file of one note: as it is shown, and as it came."""

    __tablename__ = "attachments"
    __table_args__ = (
        ForeignKeyConstraint(["incident_id", "seq"], ["timeline.incident_id", "timeline.seq"], name="attachment_of"),
    )

    incident_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    """Of the note in the timeline."""
    city: str
    scope: str
    kind: str
    """`photo`, `voice` or `document`."""
    content_type: str
    """Of what is shown."""
    sha256: str = Field(index=True)
    """Of what is shown: without place, owner and other metadata. A document is shown as it came."""
    size: int
    """Bytes, as `original_size`."""
    original_sha256: str = Field(index=True)
    original_content_type: str
    original_size: int
    added_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    """UTC."""
