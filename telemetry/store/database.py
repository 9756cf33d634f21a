"""The database and its unit of work: one commit at the end of a request or job, and the news of it only after.

A commit that returned survives a crash and a power cut, on SQLite (`sqlite.py`) and on PostgreSQL (`postgres.py`).
"""

import logging
import random
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlmodel import Session

from telemetry.errors import BadInput, Misconfigured, StoreUnavailable, WriteConflict
from telemetry.messages import Message
from telemetry.store import change_log
from telemetry.store.change_feed import ChangeFeed, Wait
from telemetry.store.change_log import Change, LogState, Work
from telemetry.store.postgres import PostgresDatabase
from telemetry.store.sqlite import SqliteFile
from telemetry.store.trouble import is_conflict, is_worth_doing_again, passing_trouble, refuses_nul
from telemetry.supervision.heartbeat import ThreadHeartbeat

log = logging.getLogger(__name__)
T = TypeVar("T")

CONNECTIONS = 20
"""Kept open; as many more may come for a while. The server's own threads are 40."""
MOST_ATTEMPTS = 10
"""How often a unit of work is done until no other process writes the same meanwhile."""


class _Database(Protocol):
    """What each kind of database does in its own way."""

    probe: str
    """SQL that writes something of no meaning, which no other part of the program reads."""

    @property
    def engine(self) -> Engine:
        """For readers."""

    @property
    def writers(self) -> Engine:
        """For units of work."""

    def hearing(self) -> AbstractContextManager[Wait]: ...

    def size_bytes(self) -> int: ...

    def has_room(self) -> bool: ...

    def mark_in_use(self) -> None: ...

    def require_sound(self) -> None: ...

    def close(self) -> None: ...


class Store:
    """One database. `write()`, `run()` and `read()` are the only ways to a session; the first two alone commit."""

    def __init__(self, url: str) -> None:
        """Open `url`: sqlite:////var/lib/vanagas/vanagas.db or postgresql://user:password@host/database.

        Raises Misconfigured for another address, and when an SQLite file is a copy that lacks its newest rows.
        """
        self._database = _open(url)
        self.engine = self._database.engine
        self._end = weakref.finalize(self, self._database.close)  # a command that ends without closing it does so then
        self._turn = threading.Lock()
        self._trouble: Message | None = None
        self._feed = ChangeFeed(self.read)

    def listen(self, listener: Callable[[Sequence[Change]], None]) -> Callable[[], None]:
        """Call `listener` with the changes of each commit, in commit order. Returns the way to stop."""
        return self._feed.listen(listener)

    def follow(self, take: Callable[[LogState], None]) -> None:
        """Have listeners hear of other processes' commits, too, from the present end of the change log on.

        `take` is given the log as it is now, before any listener hears what comes after. Raises StoreUnavailable.
        """
        self._feed.begin(take)

    def keep_following(self, heartbeat: ThreadHeartbeat) -> None:
        """Look for other processes' commits until the worker is to end. Raises StoreUnavailable."""
        with self._in_words(Message("store.remedy.told_later")), self._database.hearing() as wait:
            while not heartbeat.stopping:
                self.catch_up()
                heartbeat.worked()
                wait(heartbeat)

    def catch_up(self) -> None:
        """Return when listeners have heard of every commit so far, whose process ever. Raises StoreUnavailable."""
        self._feed.catch_up()

    def run(self, unit: Callable[[Work], T]) -> T:
        """What `unit` gives, committed. It is called again, from the start, when another process wrote the same
        meanwhile; so it does nothing that cannot be done twice but through its `Work`.

        Raises what `unit` raises, StoreUnavailable when the database cannot be written now.
        """
        for attempt in range(1, MOST_ATTEMPTS):
            try:
                with self.write() as work:
                    return unit(work)
            except Exception as error:
                if not is_worth_doing_again(error):
                    raise
            time.sleep(pause_s(attempt))
        with self.write() as work:
            return unit(work)

    @contextmanager
    def write(self) -> Iterator[Work]:
        """A unit of work: committed when the block ends, rolled back when it raises.

        Raises StoreUnavailable when the database cannot be written now, WriteConflict when that is since another
        process wrote the same at the same time, BadInput for a text that the database has no way to store.
        """
        # Writers queue here rather than in SQLite's busy handler, which is not fair and may time out, and do not fail
        # on each other on PostgreSQL; holding the turn until the listeners have heard keeps the news in commit order.
        with self._turn:
            with self._in_words(Message("store.remedy.send_again")):
                self._mark_in_use()
                with Session(self._database.writers, expire_on_commit=False) as session:
                    work = Work(session)
                    yield work
                    stored = [change for change in work.changes if change.cities]
                    first = change_log.append(session, stored) if stored else 0
                    session.commit()
            self._note_recovery()
            self._tell_committed(work, first, stored)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one consistent picture of the database; nothing done in it is kept.

        Raises StoreUnavailable when the database cannot be read now.
        """
        with self._in_words(Message("store.remedy.ask_again")), Session(self.engine) as session:
            yield session

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection for what is no unit of work, such as the schema. Raises StoreUnavailable."""
        with self._in_words(Message("store.remedy.start_it")), self.engine.connect() as connection:
            yield connection

    def announce(self, change: Change) -> None:
        """Tell listeners of something that is not stored, such as a position between two stored ones."""
        self._feed.tell([replace(change, passing=True)])

    def mark_in_use(self) -> None:
        """Before anything is written other than by `write()`: have the file say that it is in use."""
        with self._turn:
            self._mark_in_use()

    @property
    def is_file(self) -> bool:
        """Whether the database is a file of this machine, not a server's."""
        return isinstance(self._database, SqliteFile)

    def copy_to(self, target: Path, progress: Callable[[int, int], None] = lambda _done, _of: None) -> None:
        """Copy an SQLite database as it is now to the new file `target`, while others write.

        `progress` hears how much of how much is done, and may raise to break off. Raises Misconfigured for a database
        server, and when the database is damaged.
        """
        if not isinstance(self._database, SqliteFile):
            raise Misconfigured(Message("store.no_file_to_copy"))
        self._database.copy_to(target, progress)

    def try_writing(self) -> None:
        """Commit something of no meaning. Raises STORE_ERRORS when nothing can be kept now."""
        with self.write() as work:
            work.session.execute(text(self._database.probe))

    def size_bytes(self) -> int:
        """Bytes that the database takes on its disk. Raises STORE_ERRORS."""
        return self._database.size_bytes()

    def require_sound(self) -> None:
        """Raises Misconfigured when SQLite finds its file damaged."""
        self._database.require_sound()

    def close(self) -> None:
        """Close every connection, leaving nothing in an SQLite file's WAL. A second call does nothing."""
        self._end()

    @contextmanager
    def _in_words(self, remedy: Message) -> Iterator[None]:
        """Raise StoreUnavailable for the errors of the database that pass by themselves."""
        try:
            yield
        except (DBAPIError, sqlite3.Error) as error:
            if is_conflict(error):
                raise WriteConflict(Message("store.conflict", remedy=remedy)) from error
            if refuses_nul(error):
                raise BadInput(Message("store.nul_character")) from error
            trouble = passing_trouble(error)
            if trouble is None:
                raise
            self._note_trouble(trouble)
            raise StoreUnavailable(Message("store.unavailable", trouble=trouble, remedy=remedy)) from error

    def _note_trouble(self, trouble: Message) -> None:
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
        return self._database.has_room()

    def _mark_in_use(self) -> None:
        self._database.mark_in_use()

    def _tell_committed(self, work: Work, first: int, stored: Sequence[Change]) -> None:
        within = [replace(change, passing=True) for change in work.changes if not change.cities]
        if within:
            self._feed.tell(within)
        if stored:
            try:
                self._feed.tell_committed(first, stored)
            except StoreUnavailable:
                log.info("other processes' changes could not be read; they are told later, in order")


def pause_s(attempt: int) -> float:
    """How long to wait, in seconds, after the attempt with this number (from 1), so that others get through."""
    return random.uniform(0, min(0.2, 0.005 * 2**attempt))


def _open(url: str) -> _Database:
    try:
        where = make_url(url)
    except ArgumentError as error:
        raise Misconfigured(Message("store.url_unreadable")) from error
    if where.drivername.partition("+")[0] in ("postgres", "postgresql"):
        return PostgresDatabase(where, pool_size=CONNECTIONS)
    if where.drivername == "sqlite":
        return SqliteFile(where, pool_size=CONNECTIONS)
    raise Misconfigured(Message("store.kind_unknown", kind=where.drivername))
