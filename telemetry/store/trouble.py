"""What the database's own errors mean, in words; which of them pass by themselves. Repairs nothing."""

import sqlite3

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError

from telemetry.errors import StoreUnavailable, WriteConflict

STORE_ERRORS = (SQLAlchemyError, StoreUnavailable)
"""What a unit of work raises when the database fails, whether that passes by itself or not."""
PRIMARY = 0xFF
"""SQLite's extended error codes have the primary one in their lowest byte (sqlite.org/rescode.html)."""
PASSING = {
    sqlite3.SQLITE_FULL: "the disk of the database is full",
    sqlite3.SQLITE_IOERR: "the disk of the database fails, or is full",
    sqlite3.SQLITE_CANTOPEN: "the database's files cannot be opened",
    sqlite3.SQLITE_READONLY: "the database's files may not be written",
    sqlite3.SQLITE_BUSY: "another program holds the database",
    sqlite3.SQLITE_LOCKED: "another program holds the database",
}
NO_ANSWER = "the database's server does not answer"
PASSING_STATES = {
    "25006": "the database may only be read",
    "25P03": "the database's server ended a write that took too long",
    "53100": "the disk of the database is full",
    "53200": "the database's server has no memory left",
    "53300": "the database's server takes no more connections",
    "55P03": "another program holds the database",
    "57P01": NO_ANSWER,
    "57P02": NO_ANSWER,
    "57P03": NO_ANSWER,
    "58030": "the disk of the database fails, or is full",
}
"""By PostgreSQL's error codes (www.postgresql.org/docs/current/errcodes-appendix.html)."""
CONFLICT_STATES = frozenset({"40001", "40P01"})
"""PostgreSQL's codes for a serialization failure and a deadlock."""
UNIQUE_STATE = "23505"
NUL_REFUSED = "cannot contain NUL"
"""In psycopg's error for a text that PostgreSQL has no way to store."""


def passing_trouble(error: Exception) -> str | None:
    """Why the database cannot be used now, when that can pass by itself; None for any other error."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", None)  # the driver's own errors have none
        return None if code is None else PASSING.get(code & PRIMARY)
    state = _state_of(error)
    if state is not None:
        return PASSING_STATES.get(state)
    if isinstance(error, OperationalError):  # of a database server: connections that are lost or refused
        return f"{NO_ANSWER} ({str(error.orig).partition(chr(10))[0]})"
    return None


def is_conflict(error: Exception) -> bool:
    """Whether a database server found that the transaction and another's cannot both be kept."""
    return _state_of(error) in CONFLICT_STATES


def is_worth_doing_again(error: Exception) -> bool:
    """Whether the unit of work may succeed when it is done again: others wrote the same at the same time.

    A unique key that is taken on a database server counts: another process may have taken it after this one looked.
    """
    if isinstance(error, WriteConflict):
        return True
    return isinstance(error, IntegrityError) and _state_of(error) == UNIQUE_STATE


def refuses_nul(error: Exception) -> bool:
    """Whether PostgreSQL has no way to store a text since it holds the character NUL."""
    return isinstance(error, DBAPIError) and NUL_REFUSED in str(error.orig)


def _state_of(error: Exception) -> str | None:
    """The five characters by which a database server names an error; None for any other error."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(cause, "sqlstate", None)
    return None if state is None else str(state)
