"""The table of when people last read what they take over."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.store import UtcDateTime


class HandoverReadRow(SQLModel, table=True):
    """When a person last said that they have read the handover."""

    __tablename__ = "handover_reads"

    person: str = Field(primary_key=True, foreign_key="users.name")
    read_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
