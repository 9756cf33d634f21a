"""Making a backup while the server runs: database, pictures, logs and settings, with a manifest of their hashes.

It is written beside its place and moved there when it is whole. Pictures are copied before and after the database, so
that every picture that the copied database names is there.
"""

import shutil
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path

from mapserver import migrations
from mapserver.backup.contents import (
    files_of,
    keys_of,
    outside,
    passwords_in,
    settings_file,
    without_secret_key,
)
from mapserver.backup.manifest import DATA, MANIFEST, FileEntry, KeyEntry, Manifest, Progress, copy_hashed, entry_of
from mapserver.backup.table_copy import copy_to_file
from mapserver.core.settings import CONFIG_FILE, Settings
from mapserver.core.version import VERSION
from telemetry.clock import iso
from telemetry.errors import BadInput
from telemetry.files import write_whole
from telemetry.messages import Message
from telemetry.store import Store
from telemetry.store.private import open_private

DATABASE = "vanagas.db"


def make_backup(
    settings: Settings, out: Path, *, with_keys: bool, recordings: bool, now: datetime, progress: Progress
) -> Manifest:
    """Back the server of `settings` up into the new folder `out`; `progress` may raise to break off.

    Raises BadInput when `out` will not do, Misconfigured when the database cannot be copied.
    """
    out = out.absolute()
    _require_free(settings, out)
    part = out.with_name(f".{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)  # what a killed run left
    open_private(part)
    try:
        manifest = _Backup(settings, part, recordings=recordings, progress=progress).made(with_keys=with_keys, now=now)
        write_whole(part / MANIFEST, manifest.model_dump_json(indent=1) + "\n")
        part.replace(out)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return manifest


def _require_free(settings: Settings, out: Path) -> None:
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise BadInput(Message("backup.there_already", out=out))
    if out.resolve().is_relative_to(settings.data_dir.resolve()):
        raise BadInput(Message("backup.inside", out=out))
    if settings.database_file is not None and not settings.database_file.is_file():
        raise BadInput(Message("backup.no_database_in", folder=settings.data_dir))


class _Backup:
    """One backup under way, in the folder `to`."""

    def __init__(self, settings: Settings, to: Path, *, recordings: bool, progress: Progress) -> None:
        self._settings = settings
        self._to = to
        self._recordings = recordings
        self._progress = progress
        self._entries: dict[Path, FileEntry] = {}

    def made(self, *, with_keys: bool, now: datetime) -> Manifest:
        """Copy everything; the manifest."""
        self._copy_files()
        schema = self._copy_database()
        self._copy_files()
        left_out = list(outside(self._settings, recordings=self._recordings))
        if not self._copy_settings(with_keys=with_keys):
            left_out.append(Message("backup.outside.settings", path=self._settings.data_dir / CONFIG_FILE))
        keys = self._copy_keys(with_keys=with_keys)
        return Manifest(
            program=VERSION,
            database_schema=schema,
            made_at=iso(now),
            keys=tuple(keys),
            passwords=tuple(passwords_in(settings_file(self._settings))),
            left_out=tuple(left_out),
            files=tuple(self._entries.values()),
        )

    def _copy_files(self) -> None:
        """Copy the files that are not yet copied."""
        wanted = [file for file in files_of(self._settings, recordings=self._recordings) if file not in self._entries]
        for number, file in enumerate(wanted):
            self._progress("files", number, len(wanted))
            self._copy(self._settings.data_dir / file, self._to / DATA / file, key=file)

    def _copy(self, source: Path, target: Path, *, key: Path) -> None:
        try:
            with source.open("rb") as content:
                size, sha256 = copy_hashed(content, target)
        except FileNotFoundError:  # its time had come meanwhile
            return
        self._entries[key] = FileEntry(path=target.relative_to(self._to).as_posix(), size=size, sha256=sha256)

    def _copy_database(self) -> str:
        target = self._to / DATA / DATABASE
        target.parent.mkdir(parents=True, exist_ok=True)
        with closing(Store(self._settings.database)) as store:
            schema = migrations.current(store)
            if schema is None:
                raise BadInput(Message("backup.empty", folder=self._settings.data_dir))
            copy_to_file(store, target, partial(self._progress, "database"))
        self._entries[Path(DATABASE)] = entry_of(self._to, target)
        return schema

    def _copy_settings(self, *, with_keys: bool) -> bool:
        file = self._settings.data_dir / CONFIG_FILE
        if not file.is_file():
            return True
        text: str | None = file.read_text("utf-8")
        if text is not None and not with_keys:
            text = without_secret_key(text)
        if text is None:
            return False
        copy = self._to / DATA / CONFIG_FILE
        write_whole(copy, text)
        self._entries[Path(CONFIG_FILE)] = entry_of(self._to, copy)
        return True

    def _copy_keys(self, *, with_keys: bool) -> list[KeyEntry]:
        named = []
        for key, file in keys_of(self._settings, copied=with_keys):
            named.append(key)
            if key.copied_to is None:
                continue
            target = self._to / key.copied_to
            target.parent.mkdir(parents=True, exist_ok=True)
            if file is not None:
                self._copy(file, target, key=Path(key.copied_to))
            else:
                write_whole(target, self._settings.key)
                self._entries[Path(key.copied_to)] = entry_of(self._to, target)
        return named
