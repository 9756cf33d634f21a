"""A database of a PostgreSQL server, reached by psycopg 3. Starts no server, and makes no database.

Units of work are SERIALIZABLE: of several processes that write at once each finds the database as if it were alone, or
is told to begin again (www.postgresql.org/docs/current/transaction-iso.html). Readers see one consistent picture.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL

from telemetry.errors import Misconfigured
from telemetry.messages import Message
from telemetry.store.change_log import CHANNEL
from telemetry.store.json_text import read_json, write_json
from telemetry.supervision.heartbeat import ThreadHeartbeat

CONNECT_WITHIN_S = 5
LOOK_S = 0.5
"""How often it is looked whether the connection that hears of commits is still there."""
WRITERS = 2
"""Connections for writes that are kept open; the writers of one process take turns."""
LOCK_TIMEOUT_MS = 15_000
"""A write that waits longer for another's lock fails."""
STOPPED_WRITE_MS = 10_000
"""The server ends a write whose process says nothing for so long, so that a stopped one keeps no lock."""


class PostgresDatabase:
    """One database: the engine of its readers, and that of its writers."""

    probe = "SELECT pg_logical_emit_message(true, 'vanagas', '')"
    """A record of the write-ahead log that stands for nothing, so that the commit has something to keep."""

    def __init__(self, url: URL, *, pool_size: int) -> None:
        """Connects to nothing yet. Raises Misconfigured when psycopg is not installed."""
        if find_spec("psycopg") is None:
            raise Misconfigured(Message("store.postgres_missing"))
        where = url.set(drivername="postgresql+psycopg")
        self.engine = _engine(where, "repeatable read", {}, pool_size=pool_size)
        limits = {"lock_timeout": LOCK_TIMEOUT_MS, "idle_in_transaction_session_timeout": STOPPED_WRITE_MS}
        self.writers = _engine(where, "serializable", limits, pool_size=WRITERS)

    @contextmanager
    def hearing(self) -> Iterator[Callable[[ThreadHeartbeat], None]]:
        """What waits until another process has committed changes, or for `LOOK_S` seconds."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"LISTEN {CHANNEL}"))
            driver: Any = connection.connection.driver_connection

            def wait(heartbeat: ThreadHeartbeat) -> None:
                heartbeat.wait(0)  # shows that it lives
                for _ in driver.notifies(timeout=LOOK_S, stop_after=1):
                    pass

            try:
                yield wait
            finally:
                connection.invalidate()  # the pool's other connections hear nothing

    def size_bytes(self) -> int:
        """As the server counts. Raises STORE_ERRORS."""
        with self.engine.connect() as connection:
            size: int = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
        return size

    def has_room(self) -> bool:
        """True: whether the server's disk has any, only a write tells."""
        return True

    def mark_in_use(self) -> None:
        """Nothing: a server's database cannot be copied without its newest rows."""

    def require_sound(self) -> None:
        """Nothing: the server checks its own pages as it reads them."""

    def close(self) -> None:
        """Close every connection."""
        self.writers.dispose()
        self.engine.dispose()


def _engine(url: URL, isolation: str, limits: dict[str, int], *, pool_size: int) -> Engine:
    settings: dict[str, str | int] = {
        "default_transaction_isolation": isolation.replace(" ", "\\ "),
        "synchronous_commit": "on",
        "timezone": "UTC",
        **limits,
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return create_engine(
        url,
        connect_args={"connect_timeout": CONNECT_WITHIN_S, "application_name": "vanagas", "options": options},
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,  # a server that was started again costs nobody a refusal
        json_serializer=write_json,
        json_deserializer=read_json,
    )
