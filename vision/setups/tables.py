"""The table of setups. Rows never change or go: triggers in the database see to it, so that it is its own history."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from telemetry.store import JsonColumn, UtcDateTime


class SetupPart(StrEnum):
    """What of a camera is set up."""

    RULES = "rules"
    MASKS = "masks"
    GROUND = "ground"


class SetupRow(SQLModel, table=True):
    """One version of one part of a camera's setup."""

    __tablename__ = "camera_setups"
    __table_args__ = (UniqueConstraint("camera_id", "part", "version", name="one_setup_a_version"),)

    id: int | None = Field(default=None, primary_key=True)
    camera_id: str = Field(index=True)
    """Of a fixed camera or a unit."""
    part: str
    version: int
    """From 1, for each camera and part."""
    content: Any = Field(sa_column=Column(JsonColumn, nullable=True))
    """As the part's parser takes it; None: from here on as if nothing had been set up."""
    made_by: str
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
