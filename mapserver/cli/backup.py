"""`vanagas backup` and `vanagas restore`: everything that cannot be made again, and the way back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from mapserver.backup.making import make_backup
from mapserver.backup.manifest import DATA, Manifest, Progress
from mapserver.backup.restoring import Restored
from mapserver.backup.restoring import restore as restore_from
from mapserver.cli.options import DataDir
from mapserver.core.settings import load
from telemetry.clock import SystemClock
from telemetry.messages import Message


def backup(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A new folder, best on another disk.")],
    data: DataDir = None,
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="Copy the keys, too: who has the backup then has all.")
    ] = False,
    with_recordings: Annotated[
        bool, typer.Option("--with-recordings", help="Copy the recordings in the data folder, too.")
    ] = False,
) -> None:
    """Back up database, pictures, logs and settings, also while the server runs. Ctrl-C leaves nothing behind."""
    settings = load(data)
    with _progress("Backing up") as hears:
        manifest = make_backup(
            settings, out, with_keys=with_keys, recordings=with_recordings, now=SystemClock().now(), progress=hears
        )
    typer.echo(Message("backup.made", out=out, size=_size(manifest), schema=manifest.database_schema).text())
    for key in manifest.keys:
        kept = Message("backup.key_not_in_it")
        if key.copied_to:
            kept = Message("backup.key_in", place=key.copied_to)
        typer.echo(Message("backup.key", name=key.name, where=key.where, kept=kept).text())
    for name in manifest.passwords:
        typer.echo(Message("backup.password", name=name).text())
    for what in manifest.left_out:
        typer.echo(Message("backup.not_in_it", what=what).text())


def restore(
    source: Annotated[Path, typer.Argument(metavar="BACKUP", help="A folder that `vanagas backup` made.")],
    data: DataDir = None,
) -> None:
    """Make a new data folder from a backup, every file checked; exit 1 when the database breaks a promise."""
    folder = load(data).data_dir
    with _progress("Restoring") as hears:
        restored = restore_from(source, folder, progress=hears)
    manifest = restored.manifest
    typer.echo(Message("backup.restored", folder=folder, size=_size(manifest), at=manifest.made_at).text())
    for key in manifest.keys:
        kept = Message("backup.key_was_not_in_it")
        if key.copied_to is not None:
            kept = Message("backup.key_now_in", place=folder / Path(key.copied_to).relative_to(DATA))
        typer.echo(Message("backup.restored_key", name=key.name, where=key.where, kept=kept).text())
    for what in manifest.left_out:
        typer.echo(Message("backup.not_in_it", what=what).text())
    for sentence in restored.broken:
        typer.echo(sentence.text())
    typer.echo(_next_step(restored, folder).text(), err=True)
    if restored.broken:
        raise typer.Exit(1)


def _next_step(restored: Restored, folder: Path) -> Message:
    if restored.needs_upgrade:
        schema = restored.manifest.database_schema
        return Message("backup.upgrade_first", schema=schema, folder=folder)
    if restored.broken:
        return Message("backup.had_violations", count=len(restored.broken))
    if restored.key_fits is False:
        return Message("backup.other_key")
    if restored.key_fits is None:
        return Message("backup.set_key")
    return Message("backup.all_well")


def _size(manifest: Manifest) -> Message:
    return Message("backup.size", count=len(manifest.files), size=manifest.size)


@contextmanager
def _progress(verb: str) -> Iterator[Progress]:
    """A bar on a terminal, and who moves it."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(verb, total=None)

        def show(what: str, done: int, of: int) -> None:
            bar.update(task, description=f"{verb}: {what}", completed=done, total=of)

        yield show
