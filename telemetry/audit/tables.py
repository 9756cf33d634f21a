"""The table of audit entries. Rows never change or go: triggers in the database see to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.chain import ChainedTable
from telemetry.store import JsonColumn, UtcDateTime


class AuditRow(SQLModel, table=True):
    """One thing somebody did or saw."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    who: str
    role: str
    city: str | None = Field(default=None, index=True)
    """The town whose data it was about; None for the system itself."""
    scope: str
    action: str
    """A verb: view, sign_in, deploy, confirm, …"""
    subject: str
    """What it was done to."""
    detail: str = ""
    """In English; what a person wrote, as written."""
    message: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonColumn, nullable=True))
    """The detail as a message's code and parameters, where it is one."""
    salt: str | None = None
    """Of its digest in the chain; None for rows of before there were chains."""


CHAINED_AUDIT = ChainedTable(
    "audit",
    key=("id",),
    facts=("at", "scope", "action", "role"),
    content=("who", "city", "subject", "detail", "message"),
    order="id",
    message="message",
)
