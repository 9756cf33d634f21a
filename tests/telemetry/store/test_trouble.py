"""A full disk and a lock that another program holds: told in words, reads go on, and it heals by itself."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from telemetry.errors import BadInput, StoreUnavailable
from telemetry.files import write_whole
from telemetry.store import MediaStore, Store
from tests.full_disk import no_file_grows_beyond

pytestmark = pytest.mark.only_sqlite

Trouble = Callable[[Store], AbstractContextManager[None]]


@pytest.fixture
def things(store: Store) -> Store:
    with store.write() as work:
        work.session.execute(text("CREATE TABLE things (body BLOB)"))
    return store


def insert(store: Store, size: int = 100_000) -> None:
    with store.write() as work:
        work.session.execute(text("INSERT INTO things VALUES (zeroblob(:size))"), {"size": size})


def count(store: Store) -> int:
    with store.read() as session:
        return int(session.execute(text("SELECT count(*) FROM things")).scalar_one())


def pragma(store: Store, said: str) -> None:
    """Set something on the store's one connection that writes."""
    with store.write() as work:
        work.session.connection().exec_driver_sql(f"PRAGMA {said}")


@contextmanager
def full(store: Store) -> Iterator[None]:
    """The database may not grow meanwhile, as on a full disk."""
    pragma(store, "max_page_count=1")  # SQLite makes it what is used already
    yield
    pragma(store, "max_page_count=1000000")


@contextmanager
def locked(store: Store) -> Iterator[None]:
    """Another program is in the middle of a write."""
    pragma(store, "busy_timeout=0")
    with closing(sqlite3.connect(str(store.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.mark.parametrize(("trouble", "words"), [(full, "disk of the database is full"), (locked, "another program")])
def test_what_cannot_be_written_is_refused_in_words_while_reads_go_on(
    things: Store, trouble: Trouble, words: str
) -> None:
    insert(things)
    with trouble(things):
        with pytest.raises(StoreUnavailable, match=f"{words}.*nothing was kept"):
            insert(things)
        assert count(things) == 1
    insert(things)
    assert count(things) == 2


def test_a_failure_is_logged_once_and_its_end_once(things: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with full(things):
        for _ in range(3):
            with pytest.raises(StoreUnavailable):
                insert(things)
    insert(things)
    insert(things)
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]


def test_a_small_commit_that_fits_on_the_full_disk_is_no_recovery(
    things: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    insert(things)
    with no_file_grows_beyond(500_000):
        for _ in range(3):
            with pytest.raises(StoreUnavailable):
                insert(things, 1_000_000)
            insert(things, 10)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    insert(things, 10)
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]


def test_a_fault_of_the_program_stays_what_it_is(things: Store) -> None:
    with pytest.raises(OperationalError, match="no such table"), things.read() as session:
        session.execute(text("SELECT * FROM missing"))


def test_a_picture_for_which_there_is_no_room_is_refused_in_words_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("not a folder")
    with pytest.raises(StoreUnavailable, match="send it again"):
        MediaStore(tmp_path / "media").put(b"picture")


def test_a_file_without_room_is_no_fault_of_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(_path: Path, _content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", no_room)
    with pytest.raises(StoreUnavailable, match="make room"):
        write_whole(tmp_path / "a", "b")
    monkeypatch.undo()
    with pytest.raises(BadInput):
        write_whole(tmp_path / "missing" / "a", "b")
