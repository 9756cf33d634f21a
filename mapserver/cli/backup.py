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
    typer.echo(f"{out}: {_size(manifest)}, database at schema {manifest.database_schema}")
    for key in manifest.keys:
        kept = f"in {key.copied_to}" if key.copied_to else "not in it; keep a copy elsewhere"
        typer.echo(f"  {key.name} ({key.where}): {kept}")
    for name in manifest.passwords:
        typer.echo(f"  the settings have a password: {name}")
    for what in manifest.left_out:
        typer.echo(f"  not in it: {what}")


def restore(
    source: Annotated[Path, typer.Argument(metavar="BACKUP", help="A folder that `vanagas backup` made.")],
    data: DataDir = None,
) -> None:
    """Make a new data folder from a backup, every file checked; exit 1 when the database breaks a promise."""
    folder = load(data).data_dir
    with _progress("Restoring") as hears:
        restored = restore_from(source, folder, progress=hears)
    manifest = restored.manifest
    typer.echo(f"{folder}: {_size(manifest)}, as of {manifest.made_at}; every file is as it was written")
    for key in manifest.keys:
        kept = "not in the backup; put it there again"
        if key.copied_to is not None:
            kept = f"now in {folder / Path(key.copied_to).relative_to(DATA)}"
        typer.echo(f"  {key.name} (the server had it in {key.where}): {kept}")
    for what in manifest.left_out:
        typer.echo(f"  not in it: {what}")
    for sentence in restored.broken:
        typer.echo(sentence)
    typer.echo(_next_step(restored, folder), err=True)
    if restored.broken:
        raise typer.Exit(1)


def _next_step(restored: Restored, folder: Path) -> str:
    if restored.needs_upgrade:
        schema = restored.manifest.database_schema
        return f"the database is at schema {schema}; run `vanagas db upgrade --data {folder}` before the server"
    if restored.broken:
        return f"{len(restored.broken)} violations; the database had them when the backup was made"
    if restored.key_fits is False:
        return "the secret key that is set is not this database's; set the one it was written with"
    if restored.key_fits is None:
        return "every invariant holds; set VANAGAS_SECRET_KEY to the key that the database was written with"
    return "every invariant holds, and the secret key is the right one"


def _size(manifest: Manifest) -> str:
    return f"{len(manifest.files)} files, {manifest.size / 1e6:.1f} MB"


@contextmanager
def _progress(verb: str) -> Iterator[Progress]:
    """A bar on a terminal, and who moves it."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(verb, total=None)

        def show(what: str, done: int, of: int) -> None:
            bar.update(task, description=f"{verb}: {what}", completed=done, total=of)

        yield show
