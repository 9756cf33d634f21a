"""The tables of custody. What happened is only ever appended; triggers in the database see to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, text
from sqlmodel import Field, SQLModel

from mobile_units.custody.values import CustodyState, StoredFootage
from telemetry.chain import ChainedTable
from telemetry.store import JsonColumn, UtcDateTime

_HELD = text("holder IS NOT NULL")


class CustodyCameraRow(SQLModel, table=True):
    """How a body camera is; one without a row has lain in the dock so far."""

    __tablename__ = "custody_cameras"
    __table_args__ = (Index("one_custody_a_holder", "holder", unique=True, sqlite_where=_HELD, postgresql_where=_HELD),)

    unit_id: str = Field(primary_key=True, foreign_key="units.id")
    city: str = Field(index=True)
    """The town it works for: the unit's owner or borrower."""
    scope: str
    state: str = CustodyState.IN_DOCK
    holder: str | None = None
    since: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    stored: str = StoredFootage.NONE
    wearers: list[str] = Field(default_factory=list, sa_column=Column(JsonColumn, nullable=False))
    """Who has carried it since it was cleared last."""
    battery: float | None = None
    """0..1, as the dock or a person said last."""
    free_bytes: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    read_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    """When charge and storage were said."""
    offered_to: str | None = None
    """Whom its holder hands it over to, until that person confirms."""
    offload_name: str | None = None
    """The file that is being copied off it."""
    offload_done_bytes: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    offload_total_bytes: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class CustodyEntryRow(SQLModel, table=True):
    """One event of one body camera, with who and when. Never changed."""

    __tablename__ = "custody_entries"

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    )
    unit_id: str = Field(foreign_key="units.id", index=True)
    city: str
    scope: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    event: str
    who: str
    role: str
    holder: str | None = None
    """Who carried it before."""
    new_holder: str | None = None
    """Who carries it from then on."""
    state: str
    """Its state from then on."""
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonColumn, nullable=False))
    """What the event said besides: battery, free_bytes, sha256, confirmed_by."""
    salt: str | None = None
    """Of its digest in the chain."""


CHAINED_CUSTODY = ChainedTable(
    "custody_entries",
    key=("id",),
    facts=("at", "scope", "event", "role", "state"),
    content=("unit_id", "city", "who", "holder", "new_holder", "facts"),
    order="id",
)


class CustodyFootageRow(SQLModel, table=True):
    """A file that came off a body camera; its bytes are in the media store under its hash."""

    __tablename__ = "custody_footage"

    unit_id: str = Field(primary_key=True, foreign_key="units.id")
    sha256: str = Field(primary_key=True)
    city: str
    scope: str
    name: str = ""
    """As the camera calls it."""
    size: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    verified: bool = False
    offloaded_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    recorded_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    """By the camera's own clock."""
    clock_offset_s: float | None = None
    """How far that was ahead."""
    lat: float | None = None
    lon: float | None = None
