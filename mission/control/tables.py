"""The table of who had the control of which vehicle. Rows are only ever added; the newest one of a vehicle holds."""

from datetime import datetime

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from telemetry.store import UtcDateTime


class ControlEventRow(SQLModel, table=True):
    """One step of a vehicle's control, and how things stood after it."""

    __tablename__ = "control_events"
    __table_args__ = (UniqueConstraint("unit_id", "number", name="one_control_event_a_number"),)

    id: int | None = Field(default=None, primary_key=True)
    unit_id: str = Field(index=True, foreign_key="units.id")
    number: int
    """1, 2, 3 … for each vehicle: of two who take it at once, one fails."""
    city: str
    scope: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    step: str
    """taken, offered, accepted, declined, or given_back."""
    who: str
    """The user who did it."""
    holder: str | None = None
    """Who has the control since; None: nobody."""
    offered_to: str | None = None
    """Who may accept it."""
