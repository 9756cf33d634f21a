"""`vanagas db upgrade` never runs beside a server and keeps the database as it was."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command

from mapserver import migrations
from mapserver.backup.before_upgrade import MOST_COPIES
from mapserver.core.only_server import only_server
from mapserver.core.settings import new_secret
from telemetry.store import Store
from tests.postgres import PostgresServer
from tests.process.running import typed


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A data folder whose database is of an earlier schema."""
    at_schema(tmp_path, "0012")
    return tmp_path


def at_schema(folder: Path, revision: str) -> None:
    (folder / "vanagas.db").unlink(missing_ok=True)
    store = Store(f"sqlite:///{folder / 'vanagas.db'}")
    config = migrations._config()
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    store.close()


def upgrade(folder: Path) -> tuple[int, str]:
    done = typed("db", "upgrade", "--data", str(folder), env={"VANAGAS_SECRET_KEY": new_secret()})
    return done.returncode, done.stdout + done.stderr


def copies(folder: Path) -> list[Path]:
    return sorted((folder / "before-upgrade").glob("*"))


def test_an_upgrade_keeps_the_database_as_it_was(old: Path) -> None:
    status, said = upgrade(old)
    (copy,) = copies(old)
    assert status == 0
    assert str(copy) in said
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0012",)


def test_an_upgrade_of_nothing_or_with_nothing_to_do_keeps_no_copy(tmp_path: Path) -> None:
    for _ in range(2):
        assert upgrade(tmp_path)[0] == 0
    assert copies(tmp_path) == []


def test_only_the_newest_copies_are_kept(old: Path) -> None:
    (old / "before-upgrade").mkdir()
    for n in range(MOST_COPIES + 1):
        (old / "before-upgrade" / f"vanagas-2020010{n + 1}T000000Z-0001.db").touch()
    upgrade(old)
    assert [copy.name[:12] for copy in copies(old)].count("vanagas-2020") == MOST_COPIES - 1
    assert len(copies(old)) == MOST_COPIES


def test_no_upgrade_beside_a_server(old: Path) -> None:
    with only_server(old):
        status, said = upgrade(old)
    assert (status, "another server uses" in said) == (1, True)
    assert copies(old) == []


def test_an_upgraded_server_goes_back_to_the_copy_that_was_kept(tmp_path: Path, postgres: PostgresServer) -> None:
    at_schema(tmp_path, "0012")
    env = {
        "VANAGAS_SECRET_KEY": new_secret(),
        "VANAGAS_DATABASE_URL": postgres.new_database(template="template0"),
    }
    loaded = typed("db", "load-file", str(tmp_path / "vanagas.db"), "--data", str(tmp_path), env=env)
    assert (loaded.returncode, "at schema 0012" in loaded.stdout) == (0, True), loaded.stderr
    assert typed("db", "upgrade", "--data", str(tmp_path), env=env).returncode == 0
    (copy,) = copies(tmp_path)
    again = {**env, "VANAGAS_DATABASE_URL": postgres.new_database(template="template0")}
    went_back = typed("db", "load-file", str(copy), "--data", str(tmp_path), env=again)
    assert (went_back.returncode, "at schema 0012" in went_back.stdout) == (0, True), went_back.stderr


def test_a_server_that_does_not_answer_is_told_in_a_sentence(tmp_path: Path) -> None:
    env = {"VANAGAS_SECRET_KEY": new_secret(), "VANAGAS_DATABASE_URL": f"postgresql://nobody@/none?host={tmp_path}"}
    for args in (("db", "upgrade"), ("db", "check"), ("serve",)):
        done = typed(*args, "--data", str(tmp_path), env=env)
        assert (done.returncode, "the database's server does not answer" in done.stderr) == (1, True), done.stderr
