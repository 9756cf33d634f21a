"""From a backup to a data folder on an empty machine, every file checked before anything is in its place."""

import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from mapserver import migrations
from mapserver.backup.making import DATABASE
from mapserver.backup.manifest import DATA, FileEntry, Manifest, Progress, copy_hashed, read_manifest
from mapserver.backup.table_copy import begin_history, copy_from_file
from mapserver.core.secret_key import is_known_key
from mapserver.core.settings import Settings, load
from mapserver.program.invariants import violations
from telemetry.clock import ManualClock
from telemetry.errors import BadInput, Misconfigured
from telemetry.messages import Message
from telemetry.store import MediaStore, Store
from telemetry.store.private import open_private


@dataclass(frozen=True)
class Restored:
    """A restored data folder, and what is still to be done with it."""

    manifest: Manifest
    broken: tuple[Message, ...]
    """The promises that the database in the backup did not keep, as `vanagas db check` says them."""
    needs_upgrade: bool
    key_fits: bool | None
    """Whether the secret key at hand is the database's; None when there is none, or the database does not say."""


NAMED_FAULTS = 5
"""So many damaged files are named."""


def restore(backup: Path, data_dir: Path, *, progress: Progress) -> Restored:
    """Make `data_dir` from the backup in the folder `backup`; `progress` may raise to break off.

    Where the settings name a database server, the database goes there. Raises BadInput when a file is missing or
    damaged, or `data_dir` or the server's database is not empty; Misconfigured when the database is damaged or newer
    than this program.
    """
    manifest = read_manifest(backup)
    data_dir = data_dir.absolute()
    if data_dir.exists() and any(data_dir.iterdir()):
        raise BadInput(Message("backup.not_empty", folder=data_dir))
    part = data_dir.with_name(f".{data_dir.name}.part")
    shutil.rmtree(part, ignore_errors=True)  # what a killed run left
    open_private(part)
    try:
        _copy(backup, manifest, part, progress)
        restored = _checked(manifest, part / DATA)
        _move_to_server(part / DATA, progress)
        (part / DATA).replace(data_dir)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return restored


def _copy(backup: Path, manifest: Manifest, part: Path, progress: Progress) -> None:
    damaged = []
    for number, entry in enumerate(manifest.files):
        progress("files", number, len(manifest.files))
        fault = _fault(backup, entry, part)
        if fault is not None:
            damaged.append(fault)
    if damaged:
        if len(damaged) > NAMED_FAULTS:
            more = len(damaged) - NAMED_FAULTS
            raise BadInput(Message("backup.damaged_and_more", faults=damaged[:NAMED_FAULTS], count=more))
        raise BadInput(Message("backup.damaged", faults=damaged))


def _fault(backup: Path, entry: FileEntry, part: Path) -> Message | None:
    """Copy one file; what is wrong with it."""
    try:
        with (backup / entry.path).open("rb") as content:
            size, sha256 = copy_hashed(content, part / entry.path)
    except FileNotFoundError:
        return Message("backup.missing", path=entry.path)
    if (size, sha256) != (entry.size, entry.sha256):
        return Message("backup.changed", path=entry.path)
    return None


def _checked(manifest: Manifest, folder: Path) -> Restored:
    if not (folder / DATABASE).is_file():
        raise BadInput(Message("backup.without_database"))
    with closing(Store(f"sqlite:///{folder / DATABASE}")) as store:
        store.require_sound()
        migrations.require_known(store)
        begin_history(store)
        if migrations.current(store) != migrations.newest():
            return Restored(manifest, (), needs_upgrade=True, key_fits=None)
        as_of = ManualClock(datetime.fromisoformat(manifest.made_at))  # what became due since then breaks no promise
        broken = tuple(violations(store, MediaStore(folder / "media"), as_of))
        return Restored(manifest, broken, needs_upgrade=False, key_fits=_key_fits(store, folder))


def _move_to_server(folder: Path, progress: Progress) -> None:
    """Copy the database into that of the server which the settings name; leave it as it is where they name none."""
    settings = _settings_in(folder)
    if settings is None or settings.database_file is not None:
        return
    with closing(Store(settings.database)) as store:
        copy_from_file(folder / DATABASE, store, partial(progress, "database"))
    for file in folder.glob(f"*{DATABASE}*"):
        file.unlink()


def _key_fits(store: Store, folder: Path) -> bool | None:
    settings = _settings_in(folder)
    if settings is None or settings.secret_key is None:
        return None
    return is_known_key(store, settings.key)


def _settings_in(folder: Path) -> Settings | None:
    """None for settings of another machine that cannot be used here; `vanagas doctor` says what is wrong with them."""
    try:
        return load(folder)
    except Misconfigured:
        return None
