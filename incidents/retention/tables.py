"""What is stored of forgetting: which observations are only shells, and which pictures are on their way out."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.store import UtcDateTime


class ForgottenRow(SQLModel, table=True):
    """An observation of an incident of which only kind, place and time are left. Rows never change or go: triggers in
    the database see to it, and let a timeline's words go for these alone."""

    __tablename__ = "forgotten_observations"

    observation_id: str = Field(primary_key=True, foreign_key="observations.id")
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class LeavingPictureRow(SQLModel, table=True):
    """A picture that an observation named until it was forgotten; its file is deleted when nothing else names it."""

    __tablename__ = "leaving_pictures"

    sha256: str = Field(primary_key=True)
