"""What the database's own errors mean, in words; which of them pass by themselves. Repairs nothing."""

import sqlite3

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError

from telemetry.errors import StoreUnavailable, WriteConflict
from telemetry.messages import Message

STORE_ERRORS = (SQLAlchemyError, StoreUnavailable)
"""What a unit of work raises when the database fails, whether that passes by itself or not."""
PRIMARY = 0xFF
"""SQLite's extended error codes have the primary one in their lowest byte (sqlite.org/rescode.html)."""
PASSING = {
    sqlite3.SQLITE_FULL: Message("store.trouble.disk_full"),
    sqlite3.SQLITE_IOERR: Message("store.trouble.disk_fails"),
    sqlite3.SQLITE_CANTOPEN: Message("store.trouble.cannot_open"),
    sqlite3.SQLITE_READONLY: Message("store.trouble.files_read_only"),
    sqlite3.SQLITE_BUSY: Message("store.trouble.held"),
    sqlite3.SQLITE_LOCKED: Message("store.trouble.held"),
}
NO_ANSWER = Message("store.trouble.no_answer")
PASSING_STATES = {
    "25006": Message("store.trouble.read_only"),
    "25P03": Message("store.trouble.write_too_long"),
    "53100": Message("store.trouble.disk_full"),
    "53200": Message("store.trouble.no_memory"),
    "53300": Message("store.trouble.no_connections"),
    "55P03": Message("store.trouble.held"),
    "57P01": NO_ANSWER,
    "57P02": NO_ANSWER,
    "57P03": NO_ANSWER,
    "58030": Message("store.trouble.disk_fails"),
}
"""By PostgreSQL's error codes (www.postgresql.org/docs/current/errcodes-appendix.html)."""
CONFLICT_STATES = frozenset({"40001", "40P01"})
"""PostgreSQL's codes for a serialization failure and a deadlock."""
UNIQUE_STATE = "23505"
NUL_REFUSED = "cannot contain NUL"
"""In psycopg's error for a text that PostgreSQL has no way to store."""


def passing_trouble(error: Exception) -> Message | None:
    """Why the database cannot be used now, when that can pass by itself; None for any other error."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", None)  # the driver's own errors have none
        if code is None:
            return None
        return PASSING.get(code & PRIMARY)
    state = _state_of(error)
    if state is not None:
        return PASSING_STATES.get(state)
    if isinstance(error, OperationalError):  # of a database server: connections that are lost or refused
        return Message("store.trouble.no_answer_as", reason=str(error.orig).partition(chr(10))[0])
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
    if state is None:
        return None
    return str(state)
