"""The table of what each device may speak for. Devices themselves are users, kept in mapserver/access."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.store import UtcDateTime


class DeviceBindingRow(SQLModel, table=True):
    """One source, or all sources of one kind in its town, for which a device may hand in."""

    __tablename__ = "device_bindings"

    device: str = Field(primary_key=True, foreign_key="users.name")
    source_kind: str = Field(primary_key=True)
    source_id: str = Field(primary_key=True)
    """`*` for every source of the kind in the device's town."""
    added_by: str
    added_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
