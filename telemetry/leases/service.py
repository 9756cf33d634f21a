"""Leases are taken, renewed and given back, all by the database's own clock. The caller's unit of work commits."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session, col, select

from telemetry.leases.tables import LeaseRow

_NOW = {
    "sqlite": text("SELECT (julianday('now') - 2440587.5) * 86400.0"),
    "postgresql": text("SELECT extract(epoch FROM clock_timestamp())::float8"),
}
"""Seconds since 1970 UTC (2440587.5 is the Julian day of 1970-01-01 00:00)."""


@dataclass(frozen=True)
class LeaseOwner:
    """A server process."""

    id: str
    """The same after a restart from the same data folder, from which only one process serves."""
    address: str = ""
    """Where people reach it."""


@dataclass(frozen=True)
class Lease:
    """A lease that was taken."""

    name: str
    fence: int


@dataclass(frozen=True)
class LeaseHolder:
    """Who has a lease, or had it last."""

    owner: LeaseOwner
    is_valid: bool
    """Whether it has not expired."""


def take(session: Session, name: str, owner: LeaseOwner, *, lasts_s: float) -> Lease | None:
    """Take the lease for `lasts_s` seconds, also from an earlier process of the same owner; None while another has it.

    Call it in `Store.run`, which does it again where two processes try at once.
    """
    now_s = database_now_s(session)
    row = session.get(LeaseRow, name)
    if row is None:
        row = LeaseRow(name=name, owner=owner.id, address=owner.address, fence=0, expires_s=0)
    elif row.owner != owner.id and row.expires_s > now_s:
        return None
    row.owner = owner.id
    row.address = owner.address
    row.fence += 1
    row.expires_s = now_s + lasts_s
    session.add(row)
    session.flush()
    return Lease(name, row.fence)


def resume(session: Session, name: str, owner: LeaseOwner) -> Lease | None:
    """The lease as an earlier process of the same owner left it; None when another took it since, or nobody ever."""
    row = session.get(LeaseRow, name)
    if row is None or row.owner != owner.id:
        return None
    return Lease(name, row.fence)


def renew(session: Session, fences: Mapping[str, int], owner: LeaseOwner, *, lasts_s: float) -> frozenset[str]:
    """Renew leases, given with the fences they were taken with; gives the names of those that another has taken."""
    now_s = database_now_s(session)
    kept = set()
    for row in session.exec(select(LeaseRow).where(col(LeaseRow.name).in_(list(fences)))):
        if (row.owner, row.fence) == (owner.id, fences[row.name]):
            row.expires_s = now_s + lasts_s
            session.add(row)
            kept.add(row.name)
    return frozenset(fences) - kept


def give_back(session: Session, fences: Mapping[str, int], owner: LeaseOwner) -> None:
    """Let others take these leases at once; those that another has taken stay its own."""
    for row in session.exec(select(LeaseRow).where(col(LeaseRow.name).in_(list(fences)))):
        if (row.owner, row.fence) == (owner.id, fences[row.name]):
            row.expires_s = 0
            session.add(row)


def holders(session: Session, names: list[str]) -> dict[str, LeaseHolder]:
    """Who has each of these leases, by name; none for one that was never taken."""
    rows = session.exec(select(LeaseRow).where(col(LeaseRow.name).in_(names))).all()
    if not rows:
        return {}
    now_s = database_now_s(session)
    return {row.name: LeaseHolder(LeaseOwner(row.owner, row.address), row.expires_s > now_s) for row in rows}


def database_now_s(session: Session) -> float:
    """Seconds since 1970 UTC by the database's own clock, which all servers have in common."""
    return float(session.execute(_NOW[session.get_bind().dialect.name]).scalar_one())
