"""A copy of a database that others write to is one moment of it, whole, and needs no other file."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from telemetry.store import Store


@pytest.fixture
def busy(tmp_path: Path) -> Store:
    """A store of several thousand pages."""
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    with store.write() as work:
        work.session.execute(text("CREATE TABLE things (n INTEGER, body BLOB)"))
        for n in range(40):
            work.session.execute(text("INSERT INTO things VALUES (:n, zeroblob(300000))"), {"n": n})
    return store


def insert(store: Store) -> None:
    with store.write() as work:
        work.session.execute(text("INSERT INTO things VALUES (99, x'00')"))


def test_rows_written_while_it_is_copied_are_not_in_it_and_it_comes_to_an_end(busy: Store, tmp_path: Path) -> None:
    steps: list[int] = []

    def write_on(done: int, _of: int) -> None:
        steps.append(done)
        insert(busy)

    busy.copy_to(tmp_path / "copy.db", write_on)
    busy.close()
    assert len(steps) > 2
    assert steps == sorted(set(steps))
    assert not (tmp_path / "copy.db-wal").exists()
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection:
        assert connection.execute("SELECT count(*) FROM things").fetchone() == (40,)
    Store(f"sqlite:///{tmp_path / 'copy.db'}").close()


def test_a_copy_can_be_broken_off_and_others_go_on(busy: Store, tmp_path: Path) -> None:
    def stop(_done: int, _of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        busy.copy_to(tmp_path / "copy.db", stop)
    insert(busy)
    busy.close()
