"""The table of chains. Rows never change or go: triggers in the database see to it."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.store.columns import UtcDateTime


class ChainEntryRow(SQLModel, table=True):
    """One entry."""

    __tablename__ = "chain_entries"

    chain: str = Field(primary_key=True)
    """The town, or SYSTEM_CHAIN."""
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    """UTC."""
    body: str
    """Canonical JSON, as it was hashed."""
    hash: str
