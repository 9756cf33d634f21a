"""What is in a backup comes back on an empty machine as it was, and a backup that is not whole never does."""

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from incidents.timeline import acceptance as timeline
from mapserver import migrations
from mapserver.backup.making import make_backup
from mapserver.backup.manifest import MANIFEST, Manifest
from mapserver.backup.restoring import Restored, restore
from mapserver.core.secret_key import require_same_key
from mapserver.core.services import Services, assemble
from mapserver.core.settings import load, new_secret
from telemetry.errors import BadInput, Misconfigured
from telemetry.observations import Media
from telemetry.observations import repository as observations
from telemetry.store import Store
from telemetry.visibility import EVERYTHING
from tests.builders import NOON, observation
from tests.postgres import PostgresServer

KEY = new_secret()
SETTINGS = f'# the town\'s settings\nsecret_key = "{KEY}"\n[mqtt]\nhost = "broker"\npassword = "a-long-password"\n'
"""A settings file with the secret key and a password."""


def unheard(_what: str, _done: int, _of: int) -> None:
    """Nobody looks at the progress."""


@pytest.fixture
def data(tmp_path: Path, migrated: Path) -> Path:
    """The data folder of a server that has a bit of everything."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(migrated, folder / "vanagas.db")
    (folder / "vanagas.toml").write_text(SETTINGS)
    (folder / "plate_key.json").write_text("{}")
    for name in ("tlogs/flight.tlog", "recordings/dobele/film.mp4", "looks/one.json", "media/half.part"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


@pytest.fixture
def server(data: Path) -> Services:
    """The parts of the server, which has the database open."""
    parts = assemble(load(data))
    require_same_key(parts.store, parts.settings.key)
    accept(parts, "1")
    return parts


def accept(parts: Services, ref: str) -> None:
    picture = Media(kind="snapshot", sha256=parts.media.put(f"picture {ref}".encode()), content_type="image/jpeg")
    with parts.store.write() as work:
        timeline.accept(work, [observation(ref, media=(picture,))], now=parts.clock.now(), rules=parts.rules)


def backed_up(
    data: Path,
    *,
    with_keys: bool = False,
    recordings: bool = False,
    progress: Callable[[str, int, int], None] = unheard,
) -> tuple[Path, Manifest]:
    out = data.parent / "backup"
    settings = load(data)
    return out, make_backup(settings, out, with_keys=with_keys, recordings=recordings, now=NOON, progress=progress)


def restored(backup: Path, to: Path) -> Restored:
    return restore(backup, to, progress=unheard)


def refs_in(folder: Path) -> list[str]:
    store = Store(f"sqlite:///{folder / 'vanagas.db'}")
    with store.read() as session:
        found = sorted(row.source_ref for row in observations.latest(session, EVERYTHING, limit=100))
    store.close()
    return found


def test_everything_comes_back_on_an_empty_machine(data: Path, server: Services, tmp_path: Path) -> None:
    backup, _ = backed_up(data)
    outcome = restored(backup, tmp_path / "new")
    assert (outcome.broken, outcome.needs_upgrade) == ((), False)
    assert refs_in(tmp_path / "new") == ["1"]
    assert (tmp_path / "new/tlogs/flight.tlog").read_text() == "tlogs/flight.tlog"
    assert (tmp_path / "new/looks/one.json").is_file()
    assert not (tmp_path / "new/media/half.part").exists()
    server.store.close()


def test_what_comes_in_while_it_is_made_does_no_harm(data: Path, server: Services, tmp_path: Path) -> None:
    after = iter(range(2, 100))

    def go_on(_what: str, _done: int, _of: int) -> None:
        accept(server, str(next(after)))

    backup, _ = backed_up(data, progress=go_on)
    assert restored(backup, tmp_path / "new").broken == ()
    kept = refs_in(tmp_path / "new")
    assert kept == sorted(str(n) for n in range(1, len(kept) + 1))
    server.store.close()


def test_keys_are_named_and_not_copied(data: Path, server: Services, tmp_path: Path) -> None:
    backup, manifest = backed_up(data)
    assert [(str(key.name), key.copied_to) for key in manifest.keys] == [
        ("secret key", None),
        ("key of number plates", None),
    ]
    assert manifest.passwords == ("mqtt.password",)
    assert not any(KEY.encode() in file.read_bytes() for file in backup.rglob("*") if file.is_file())
    assert "the town's settings" in (backup / "data/vanagas.toml").read_text()
    assert restored(backup, tmp_path / "new").key_fits is None
    server.store.close()


def test_keys_are_copied_when_that_is_asked_for(
    data: Path, server: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup, _ = backed_up(data, with_keys=True)
    monkeypatch.delenv("VANAGAS_SECRET_KEY", raising=False)
    assert restored(backup, tmp_path / "new").key_fits is True
    assert (tmp_path / "new/keys/secret_key").read_text() == KEY
    assert (tmp_path / "new/plate_key.json").is_file()
    again = make_backup(
        load(tmp_path / "new"), tmp_path / "b", with_keys=False, recordings=False, now=NOON, progress=unheard
    )
    assert not any("secret_key" in file.path for file in again.files)
    server.store.close()


def test_another_secret_key_at_the_new_machine_is_told(
    data: Path, server: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup, _ = backed_up(data)
    monkeypatch.setenv("VANAGAS_SECRET_KEY", new_secret())
    assert restored(backup, tmp_path / "new").key_fits is False
    server.store.close()


def test_recordings_come_along_when_that_is_asked_for_and_are_named_otherwise(data: Path, server: Services) -> None:
    backup, manifest = backed_up(data)
    assert any(str(what).startswith("recordings") for what in manifest.left_out)
    shutil.rmtree(backup)
    backup, manifest = backed_up(data, recordings=True)
    assert (backup / "data/recordings/dobele/film.mp4").is_file()
    assert manifest.left_out == ()
    server.store.close()


def test_a_settings_file_that_hides_its_key_is_left_out_and_named(data: Path, server: Services) -> None:
    (data / "vanagas.toml").write_text(f'"secret_key" = """{KEY}"""\n')
    backup, manifest = backed_up(data)
    assert not (backup / "data/vanagas.toml").exists()
    assert any("settings" in str(what) for what in manifest.left_out)
    server.store.close()


def damage(backup: Path, how: str) -> None:
    picture = next(file for file in (backup / "data/media").rglob("*") if file.is_file())
    manifest = json.loads((backup / MANIFEST).read_text())
    match how:
        case "a changed file":
            picture.write_bytes(picture.read_bytes()[::-1])
        case "a missing file":
            picture.unlink()
        case "no database":
            manifest["files"] = [file for file in manifest["files"] if not file["path"].endswith(".db")]
        case "a path that leads out":
            manifest["files"][0]["path"] = "data/../../outside"
        case "no manifest":
            (backup / MANIFEST).unlink()
            return
    (backup / MANIFEST).write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("a changed file", "not as it was written"),
        ("a missing file", "is missing"),
        ("no database", "no database"),
        ("a path that leads out", "leads out"),
        ("no manifest", "is no backup"),
    ],
)
def test_a_backup_that_is_not_whole_is_refused_and_leaves_nothing(
    data: Path, server: Services, tmp_path: Path, how: str, words: str
) -> None:
    backup, _ = backed_up(data)
    damage(backup, how)
    with pytest.raises(BadInput, match=words):
        restored(backup, tmp_path / "new")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["backup", "data"]
    server.store.close()


def test_a_folder_that_is_not_empty_is_never_restored_over(data: Path, server: Services) -> None:
    backup, _ = backed_up(data)
    with pytest.raises(BadInput, match="not empty"):
        restored(backup, data)
    server.store.close()


@pytest.mark.parametrize("out", ["data/backup", "data"])
def test_a_backup_goes_to_a_new_folder_outside_the_data(data: Path, out: str) -> None:
    with pytest.raises(BadInput, match="folder"):
        make_backup(load(data), data.parent / out, with_keys=False, recordings=False, now=NOON, progress=unheard)


def test_a_backup_that_is_broken_off_leaves_nothing(data: Path, server: Services) -> None:
    def stop(what: str, _done: int, _of: int) -> None:
        if what == "database":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backed_up(data, progress=stop)
    assert [file.name for file in data.parent.iterdir()] == ["data"]
    server.store.close()


def test_a_restore_that_is_broken_off_leaves_nothing(data: Path, server: Services, tmp_path: Path) -> None:
    def stop(_what: str, done: int, _of: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    backup, _ = backed_up(data)
    with pytest.raises(KeyboardInterrupt):
        restore(backup, tmp_path / "new", progress=stop)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["backup", "data"]
    server.store.close()


def test_nobody_else_can_read_a_backup(data: Path, server: Services) -> None:
    backup, _ = backed_up(data)
    assert backup.stat().st_mode & 0o077 == 0
    server.store.close()


def test_what_the_database_had_wrong_is_told(data: Path, server: Services, tmp_path: Path) -> None:
    for file in (data / "media").rglob("*"):
        if file.is_file():
            file.unlink()
    backup, _ = backed_up(data)
    assert any("not in the store" in str(sentence) for sentence in restored(backup, tmp_path / "new").broken)
    server.store.close()


def test_a_backup_of_a_newer_program_is_refused_in_words(data: Path, server: Services, tmp_path: Path) -> None:
    with server.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    backup, _ = backed_up(data)
    with pytest.raises(Misconfigured, match="newer than this program"):
        restored(backup, tmp_path / "new")
    assert migrations.newest() != "9999"
    server.store.close()


def rows_of(store: Store) -> dict[str, list[str]]:
    """Every row of every table, in words that are the same on both databases; not of what a restore begins anew."""
    with store.read() as session:
        rows = {
            table.name: sorted(str(tuple(row)) for row in session.execute(table.select()))
            for table in migrations.METADATA.sorted_tables
            if "changes" not in table.name
        }
    rows["program_state"] = [row for row in rows["program_state"] if "change_epoch" not in row]
    return rows


def test_a_backup_goes_to_a_database_server_and_back_with_every_row(
    data: Path, server: Services, postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(server, "2")
    rows = rows_of(server.store)
    server.store.close()
    backup, _ = backed_up(data)
    monkeypatch.setenv("VANAGAS_SECRET_KEY", KEY)
    monkeypatch.setenv("VANAGAS_DATABASE_URL", postgres.new_database(template="template0"))
    outcome = restored(backup, tmp_path / "on-server")
    assert (outcome.broken, outcome.key_fits) == ((), True)
    assert not list((tmp_path / "on-server").glob("*vanagas.db*"))
    moved = assemble(load(tmp_path / "on-server"))
    assert rows_of(moved.store) == rows
    accept(moved, "3")  # rows get numbers after those that were copied, and triggers go on
    with pytest.raises(DBAPIError, match="append-only"), moved.store.write() as work:
        work.session.execute(text("DELETE FROM timeline"))
    rows = rows_of(moved.store)
    moved.store.close()

    shutil.rmtree(backup)
    backed_up(tmp_path / "on-server")
    monkeypatch.delenv("VANAGAS_DATABASE_URL")
    assert restored(backup, tmp_path / "again").broken == ()
    with closing(Store(load(tmp_path / "again").database)) as back:
        assert rows_of(back) == rows
        with pytest.raises(DBAPIError, match="append-only"), back.write() as work:
            work.session.execute(text("DELETE FROM timeline"))


def test_a_backup_is_not_restored_into_a_database_with_something_in_it(
    data: Path, server: Services, postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.store.close()
    backup, _ = backed_up(data)
    with postgres.database() as url:
        monkeypatch.setenv("VANAGAS_DATABASE_URL", url)
        with pytest.raises(BadInput, match="not empty"):
            restored(backup, tmp_path / "new")
    assert not (tmp_path / "new").exists()
