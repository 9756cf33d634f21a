"""A copy of a database file that lacks its newest rows says so, and a file that was closed has all of them."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from telemetry.errors import Misconfigured
from telemetry.store import Store, sqlite


def opened(file: Path) -> Store:
    return Store(f"sqlite:///{file}")


def filled(file: Path, rows: int = 3) -> Store:
    """An open store with some rows, all of them written."""
    store = opened(file)
    with store.write() as work:
        work.session.execute(text("CREATE TABLE IF NOT EXISTS things (n INTEGER)"))
    for n in range(rows):
        with store.write() as work:
            work.session.execute(text("INSERT INTO things VALUES (:n)"), {"n": n})
    return store


def count(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        found: int = connection.execute("SELECT count(*) FROM things").fetchone()[0]
    return found


def test_a_closed_store_leaves_every_row_in_the_file_and_no_wal(tmp_path: Path) -> None:
    filled(tmp_path / "a.db").close()
    assert not (tmp_path / "a.db-wal").exists()
    shutil.copy(tmp_path / "a.db", tmp_path / "copy.db")
    assert count(tmp_path / "copy.db") == 3


def test_a_copy_made_while_the_program_runs_is_refused_in_words(tmp_path: Path) -> None:
    store = filled(tmp_path / "a.db")
    shutil.copy(tmp_path / "a.db", tmp_path / "copy.db")
    with pytest.raises(Misconfigured, match=r"in use when it was copied.*vanagas backup"):
        opened(tmp_path / "copy.db")
    store.close()


def test_a_copy_with_its_wal_is_whole(tmp_path: Path) -> None:
    store = filled(tmp_path / "a.db")
    for end in ("", "-wal"):
        shutil.copy(tmp_path / f"a.db{end}", tmp_path / f"copy.db{end}")
    opened(tmp_path / "copy.db").close()
    assert count(tmp_path / "copy.db") == 3
    store.close()


def test_a_copy_is_refused_again_and_again_until_it_is_accepted(tmp_path: Path) -> None:
    store = filled(tmp_path / "a.db")
    with closing(store.engine.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
    shutil.copy(tmp_path / "a.db", tmp_path / "copy.db")
    for _ in range(2):
        with pytest.raises(Misconfigured):
            opened(tmp_path / "copy.db")
    sqlite.accept_copy(tmp_path / "copy.db")
    opened(tmp_path / "copy.db").close()
    assert count(tmp_path / "copy.db") == 3
    store.close()


def test_a_damaged_copy_is_not_accepted(tmp_path: Path) -> None:
    filled(tmp_path / "a.db", 500).close()
    content = bytearray((tmp_path / "a.db").read_bytes())
    content[4096:4200] = os.urandom(104)
    (tmp_path / "a.db").write_bytes(content)
    with pytest.raises(Misconfigured, match="damaged"):
        sqlite.accept_copy(tmp_path / "a.db")


def test_whoever_closes_first_leaves_the_mark_to_the_other(tmp_path: Path) -> None:
    server, command = filled(tmp_path / "a.db"), filled(tmp_path / "a.db")
    command.close()
    assert sqlite.mark_of(tmp_path / "a.db") == sqlite.IN_USE
    with server.write() as work:
        work.session.execute(text("INSERT INTO things VALUES (9)"))
    server.close()
    assert sqlite.mark_of(tmp_path / "a.db") == sqlite.CLOSED
    assert count(tmp_path / "a.db") == 7


def test_a_reader_alone_marks_nothing(tmp_path: Path) -> None:
    filled(tmp_path / "a.db").close()
    store = opened(tmp_path / "a.db")
    with store.read() as session:
        session.execute(text("SELECT 1 FROM things"))
    assert sqlite.mark_of(tmp_path / "a.db") == sqlite.CLOSED
    store.close()


PROGRAM = """
import os, signal, sys
from sqlalchemy import text
from telemetry.store import Store
store = Store(f"sqlite:///{sys.argv[1]}")
with store.write() as work:
    work.session.execute(text("CREATE TABLE things (n INTEGER)"))
with store.write() as work:
    work.session.execute(text("INSERT INTO things VALUES (1)"))
if sys.argv[2] == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
"""


def program(file: Path, ends: str) -> None:
    subprocess.run([sys.executable, "-c", PROGRAM, str(file), ends], check=False, timeout=120)


def test_a_program_that_ends_without_closing_it_leaves_nothing_in_the_wal(tmp_path: Path) -> None:
    program(tmp_path / "a.db", "ends")
    assert not (tmp_path / "a.db-wal").exists()
    assert sqlite.mark_of(tmp_path / "a.db") == sqlite.CLOSED
    assert count(tmp_path / "a.db") == 1


def test_a_killed_program_is_no_copy_and_the_next_one_puts_it_in_order(tmp_path: Path) -> None:
    program(tmp_path / "a.db", "killed")
    assert (tmp_path / "a.db-wal").exists()
    opened(tmp_path / "a.db").close()
    assert not (tmp_path / "a.db-wal").exists()
    assert sqlite.mark_of(tmp_path / "a.db") == sqlite.CLOSED
    assert count(tmp_path / "a.db") == 1


def test_a_file_that_is_no_database_is_left_to_sqlite_to_refuse(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"not a database" * 100)
    assert sqlite.mark_of(tmp_path / "a.db") == sqlite.CLOSED
