"""The table of the register. Rows are only ever added: the newest of a holder is in force, the others are history."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.scopes import LIVE
from telemetry.store import JsonColumn, UtcDateTime


class HolderKind(StrEnum):
    """Whose papers they are."""

    OPERATOR = "operator"
    """Held by a town, by its name in `City`."""
    PILOT = "pilot"
    """Held by a user, by name."""
    DRONE = "drone"
    """Held by a unit, by id."""


class RegisterRow(SQLModel, table=True):
    """One entry: somebody's papers as they were known from then on."""

    __tablename__ = "register"

    id: int | None = Field(default=None, primary_key=True)
    city: str = Field(index=True)
    scope: str
    kind: str
    holder: str = Field(index=True)
    papers: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    """An Operator, Pilot or DronePapers as JSON."""
    entered_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    entered_by: str

    @property
    def simulated(self) -> bool:
        """Whether it belongs to an exercise."""
        return self.scope != LIVE
