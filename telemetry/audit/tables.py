"""The table of audit entries. Rows never change or go: triggers in the database see to it."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.store import UtcDateTime


class AuditRow(SQLModel, table=True):
    """One thing somebody did or saw."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    who: str
    role: str
    city: str | None = Field(default=None, index=True)
    """The town whose data it was about; None for the system itself."""
    action: str
    """A verb: view, sign_in, deploy, confirm, …"""
    subject: str
    """What it was done to."""
    detail: str = ""
