"""The database and its unit of work: one commit at the end of a request or job, and the news of it only after.

SQLite runs in WAL mode with synchronous=FULL, so a commit that returned survives a crash and a power cut.
"""

import logging
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from telemetry.cities import City
from telemetry.errors import Misconfigured, StoreUnavailable
from telemetry.store.json_text import read_json, write_json
from telemetry.store.sqlite import SqliteFile
from telemetry.store.trouble import passing_trouble

log = logging.getLogger(__name__)

CONNECTIONS = 20
"""Kept open; as many more may come for a while. The server's own threads are 40."""


@dataclass(frozen=True)
class Change:
    """News for the live map: the public shape of one thing after a commit, or its disappearance."""

    kind: str
    """Which collection it belongs to: unit, camera, zone, flight, assignment, incident, drone_request, airspace, …"""
    id: str
    cities: frozenset[City]
    """The towns that may hear of it."""
    data: dict[str, Any] | None
    """JSON-ready public shape; None when it is gone."""


@dataclass
class Work:
    """A write in progress: the session, and what to tell once it is committed."""

    session: Session
    changes: list[Change] = field(default_factory=list)

    def tell(self, change: Change) -> None:
        """Publish `change` after the commit; never if the work fails."""
        self.changes.append(change)


class Store:
    """One database. `write()` and `read()` are the only ways to a session, and only `write()` commits."""

    def __init__(self, url: str) -> None:
        """Open `url` (SQLAlchemy form, e.g. sqlite:////var/lib/vanagas/vanagas.db).

        Raises Misconfigured when the file is a copy that lacks its newest rows.
        """
        where = make_url(url)
        self._sqlite: SqliteFile | None = None
        if where.get_backend_name() == "sqlite":
            self._sqlite = SqliteFile(where, pool_size=CONNECTIONS)
            self.engine = self._sqlite.engine
            end = self._sqlite.close
        else:
            self.engine = create_engine(
                where,
                pool_size=CONNECTIONS,
                max_overflow=CONNECTIONS,
                json_serializer=write_json,
                json_deserializer=read_json,
            )
            end = self.engine.dispose
        self._end = weakref.finalize(self, end)  # a command that ends without closing it closes it then
        self._writers = self.engine.execution_options(vanagas_write=True)
        self._turn = threading.Lock()
        self._trouble: str | None = None
        self._listeners: list[Callable[[Sequence[Change]], None]] = []

    def listen(self, listener: Callable[[Sequence[Change]], None]) -> Callable[[], None]:
        """Call `listener` with the changes of each commit, in commit order. Returns the way to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @contextmanager
    def write(self) -> Iterator[Work]:
        """A unit of work: committed when the block ends, rolled back when it raises.

        Raises StoreUnavailable when the database cannot be written now.
        """
        # Writers queue here rather than in SQLite's busy handler, which is not fair and may time out; holding the
        # turn until the listeners have heard keeps the news in commit order.
        with self._turn:
            with self._in_words("nothing was kept; send it again in a moment"):
                self._mark_in_use()
                with Session(self._writers, expire_on_commit=False) as session:
                    work = Work(session)
                    yield work
                    session.commit()
            self._note_recovery()
            if work.changes:
                self._tell(work.changes)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one consistent picture of the database; nothing done in it is kept.

        Raises StoreUnavailable when the database cannot be read now.
        """
        with self._in_words("ask again in a moment"), Session(self.engine) as session:
            yield session

    def announce(self, change: Change) -> None:
        """Tell listeners of something that is not stored, such as a position between two stored ones."""
        self._tell([change])

    def mark_in_use(self) -> None:
        """Before anything is written other than by `write()`: have the file say that it is in use."""
        with self._turn:
            self._mark_in_use()

    def copy_to(self, target: Path, progress: Callable[[int, int], None] = lambda _done, _of: None) -> None:
        """Copy an SQLite database as it is now to the new file `target`, while others write.

        `progress` hears how much of how much is done, and may raise to break off. Raises Misconfigured for a database
        server, and when the database is damaged.
        """
        if self._sqlite is None:
            raise Misconfigured("the database is a server's; copy it with the server's own program, such as pg_dump")
        self._sqlite.copy_to(target, progress)

    def require_sound(self) -> None:
        """Raises Misconfigured when SQLite finds its file damaged."""
        if self._sqlite is not None:
            self._sqlite.require_sound()

    def close(self) -> None:
        """Close every connection, leaving nothing in an SQLite file's WAL. A second call does nothing."""
        self._end()

    @contextmanager
    def _in_words(self, what_to_do: str) -> Iterator[None]:
        """Raise StoreUnavailable for the errors of the database that pass by themselves."""
        try:
            yield
        except (DBAPIError, sqlite3.Error) as error:
            trouble = passing_trouble(error)
            if trouble is None:
                raise
            self._note_trouble(trouble)
            raise StoreUnavailable(f"{trouble}; {what_to_do}") from error

    def _note_trouble(self, trouble: str) -> None:
        """Log once that the database fails."""
        if self._trouble is None:
            log.error("%s; what is sent is refused until it can be kept", trouble)
        self._trouble = trouble

    def _note_recovery(self) -> None:
        """Log once that the database is written again: after a commit, when there is room for the next too."""
        if self._trouble is None or not self._has_room():
            return
        log.info("the database is written again (before: %s)", self._trouble)
        self._trouble = None

    def _has_room(self) -> bool:
        return self._sqlite is None or self._sqlite.has_room()

    def _mark_in_use(self) -> None:
        if self._sqlite is not None:
            self._sqlite.mark_in_use()

    def _tell(self, changes: Sequence[Change]) -> None:
        for listener in list(self._listeners):
            try:
                listener(changes)
            except Exception:  # a broken listener must not undo a commit that has happened
                log.exception("a listener failed on %d changes", len(changes))
