"""What the database's own errors mean, in words; which of them pass by themselves. Repairs nothing."""

import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from telemetry.errors import StoreUnavailable

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


def passing_trouble(error: Exception) -> str | None:
    """Why the database cannot be used now, when that can pass by itself; None for any other error."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", None)  # the driver's own errors have none
        return None if code is None else PASSING.get(code & PRIMARY)
    if isinstance(error, OperationalError):  # of a database server: connections that are lost or refused
        return "the database's server does not answer"
    return None
