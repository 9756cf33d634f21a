"""How SQLite files are opened, marked as in use and closed. Knows no table.

While a program writes, the newest rows are in the WAL beside the file, and a copy of the file alone lacks them. So the
file says in its header that it is in use (the mark is SQLite's user_version), from before the first write until the
last program has closed it and the WAL is empty. A marked file without a WAL is an incomplete copy.
"""

import fcntl
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError

from telemetry.errors import Misconfigured
from telemetry.messages import Message
from telemetry.store.json_text import read_json, write_json
from telemetry.store.room import has_room
from telemetry.supervision.heartbeat import ThreadHeartbeat

log = logging.getLogger(__name__)

IN_USE = 1
CLOSED = 0
BUSY_TIMEOUT_MS = 15_000
LOOK_S = 0.5
"""How often changes by other programs are looked for."""
READERS_CACHE_KIB = 8_192
WRITERS_CACHE_KIB = 65_536
"""Of pages in memory, for each connection. A write touches the ends of a dozen indexes, in no order: with SQLite's own
2 MiB an observation cost 67 reads of the file, with this 6. The connection that writes is one, and no other's write
makes its pages out of date."""
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_TIMEOUT_MS}",
    "wal_autocheckpoint=4000",  # pages, 16 MB: copying them back is what a slow disk stands still for
    "temp_store=MEMORY",  # a query must not need room on a full disk
)


class SqliteFile:
    """One open SQLite file: its engine, and the mark that it is in use."""

    probe = "PRAGMA application_id=0"
    """Written even where the value is the same, unlike an UPDATE."""

    def __init__(self, url: URL, *, pool_size: int) -> None:
        """Raises Misconfigured when the file is a copy that lacks its WAL."""
        self._file = None if url.database in (None, "", ":memory:") else Path(str(url.database))
        self._users = None if self._file is None else _join_users(self._file)
        self._marked = self._file is None
        if self._file is not None and self._users is not None:
            try:
                require_complete(self._file)
            except Misconfigured:
                self._users.close()
                raise
        self.engine = _open(url, pool_size=pool_size, cache_kib=READERS_CACHE_KIB)
        self._writing = self.engine
        if self._file is not None:  # a database in memory is that of its one connection
            self._writing = _open(url, pool_size=1, cache_kib=WRITERS_CACHE_KIB)
        self.writers = self._writing.execution_options(vanagas_write=True)

    def mark_in_use(self) -> None:
        """Have the file itself say that it is in use; quick once that is done. Not for several threads at once."""
        if self._marked:
            return
        with closing(self.engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute(f"PRAGMA user_version={IN_USE}")
            cursor.execute("COMMIT")
            _, frames, copied = cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            cursor.close()
        self._marked = frames == copied  # a reader may hold it up; then the next write tries again

    @contextmanager
    def hearing(self) -> Iterator[Callable[[ThreadHeartbeat], None]]:
        """What waits until others may have written: SQLite notifies nobody, so a moment."""
        yield _wait_a_moment

    def size_bytes(self) -> int:
        """Of the file and its WAL; 0 for a database in memory."""
        if self._file is None:
            return 0
        return sum(file.stat().st_size for file in (self._file, _wal(self._file)) if file.exists())

    def copy_to(self, target: Path, progress: Callable[[int, int], None]) -> None:
        """Copy the database as it is now to a new file, complete in itself, while others write.

        `progress` hears how many pages of how many are copied, and may raise to break off. Raises Misconfigured when
        the database is damaged.
        """
        with (
            closing(self.engine.raw_connection()) as connection,
            closing(sqlite3.connect(target, isolation_level=None)) as copy,
        ):
            source: Any = connection.driver_connection
            source.execute("BEGIN")
            try:
                source.execute("SELECT 1 FROM sqlite_master").fetchone()  # or each write of others starts it anew
                source.backup(copy, pages=1_000, progress=lambda _, left, pages: progress(pages - left, pages))
            finally:
                source.execute("ROLLBACK")
            copy.execute(f"PRAGMA user_version={CLOSED}")
            copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            _require_sound(copy, self._file)

    def require_sound(self) -> None:
        """Raises Misconfigured when SQLite finds the file damaged."""
        with closing(self.engine.raw_connection()) as connection:
            driver: Any = connection.driver_connection
            _require_sound(driver, self._file)

    def has_room(self) -> bool:
        """Whether the disk has room for commits to come."""
        return self._file is None or has_room(self._file.parent)

    def close(self) -> None:
        """Close every connection; the last program to close the file leaves nothing in the WAL and clears the mark."""
        if self._users is not None:
            if _is_last(self._users):
                self._empty_wal()
            self._marked = False
        for engine in (self._writing, self.engine):
            engine.dispose()
        if self._users is not None:
            self._users.close()

    def _empty_wal(self) -> None:
        try:
            with closing(self.engine.raw_connection()) as connection:
                cursor = connection.cursor()
                (mark,) = cursor.execute("PRAGMA user_version").fetchone()
                if mark != CLOSED:
                    cursor.execute(f"PRAGMA user_version={CLOSED}")
                busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                cursor.close()
        except (sqlite3.Error, DatabaseError) as error:
            log.warning("%s keeps its newest rows in %s-wal: %s", self._file, self._file, error)
            return
        if busy:
            log.warning("%s keeps its newest rows in %s-wal: somebody still reads it", self._file, self._file)


def _wait_a_moment(heartbeat: ThreadHeartbeat) -> None:
    heartbeat.wait(LOOK_S)


def require_complete(file: Path) -> None:
    """Raises Misconfigured when `file` says that it was in use and no WAL lies beside it."""
    if not file.is_file() or _wal(file).exists() or mark_of(file) == CLOSED:
        return
    if _wal(file).exists():  # a program that opened it meanwhile
        return
    raise Misconfigured(Message("store.copy_not_whole", file=file, wal=_wal(file).name))


def accept_copy(file: Path) -> None:
    """Clear the mark of a copy that lacks its WAL. Raises Misconfigured when what is in it is damaged."""
    with closing(sqlite3.connect(file)) as connection:
        _require_sound(connection, file)
        connection.execute(f"PRAGMA user_version={CLOSED}")


def mark_of(file: Path) -> int:
    """The mark in the file itself, whatever its WAL says; CLOSED for what is no database."""
    # By SQLite, not by reading the header: closing a file ends all POSIX locks that this process has on it.
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?immutable=1", uri=True)) as connection:
            mark: int = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.DatabaseError:
        return CLOSED
    return mark


def _wal(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")


def _join_users(file: Path) -> IO[bytes]:
    """A shared lock that tells other programs that this one has `file` open; it ends with the process."""
    users = file.with_name(f".{file.name}.users").open("ab")
    fcntl.flock(users, fcntl.LOCK_SH)
    return users


def _is_last(users: IO[bytes]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _open(url: URL, *, pool_size: int, cache_kib: int) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
        pool_size=pool_size,
        max_overflow=pool_size,
        json_serializer=write_json,
        json_deserializer=read_json,
        pool_use_lifo=True,  # the connection that was used last still has its pages in memory
    )

    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not open transactions of its own: _begin does
        cursor = connection.cursor()
        for pragma in (*PRAGMAS, f"cache_size=-{cache_kib}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    # A writer that starts by reading would otherwise fail at its first write when another got in between.
    write = connection.get_execution_options().get("vanagas_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _require_sound(connection: sqlite3.Connection, file: Path | None) -> None:
    try:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        verdict = str(error)
    if verdict != "ok":
        raise Misconfigured(f"{file} is damaged ({verdict}); restore a backup")
