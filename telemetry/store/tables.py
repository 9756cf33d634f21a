"""What the program keeps about itself: a few named values, each written by one part of it."""

from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, Session, SQLModel

from telemetry.store.columns import JsonColumn


class ProgramStateRow(SQLModel, table=True):
    """One named value."""

    __tablename__ = "program_state"

    name: str = Field(primary_key=True)
    value: Any = Field(sa_column=Column(JsonColumn, nullable=False))


def get_state(session: Session, name: str) -> Any:
    """The value kept under `name`, JSON-ready; None when there is none."""
    row = session.get(ProgramStateRow, name)
    if row is None:
        return None
    return row.value


def put_state(session: Session, name: str, value: Any) -> None:
    """Keep `value` (JSON-ready) under `name`, in place of the one before."""
    session.merge(ProgramStateRow(name=name, value=value))
    session.flush()
