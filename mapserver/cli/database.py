"""`vanagas db`: the schema brought up to date, the invariants checked, and what is not as it was taken up."""

from contextlib import closing
from pathlib import Path

import typer

from mapserver import migrations
from mapserver.backup.before_upgrade import keep_copy
from mapserver.cli.options import DataDir
from mapserver.invariants import violations
from mapserver.secret_key import take_new_key
from mapserver.server import only_server
from mapserver.services import Services, assemble
from mapserver.settings import Settings, load
from telemetry.access import Principal, Role
from telemetry.clock import SystemClock
from telemetry.errors import Misconfigured
from telemetry.store import Store, sqlite
from telemetry.store.private import repair_modes

app = typer.Typer(help="The database.", no_args_is_help=True, add_completion=False)


@app.command()
def upgrade(data: DataDir = None) -> None:
    """Bring the schema up to date, from nothing if need be, keeping a copy of the database as it was."""
    settings = load(data)
    with only_server(settings.data_dir), closing(Store(settings.database)) as store:
        repair_modes(settings.data_dir)
        before = migrations.current(store)
        migrations.require_known(store)
        copy = None
        if before not in (None, migrations.newest()):
            copy = keep_copy(settings, store, schema=str(before), now=SystemClock().now())
        migrations.upgrade(store)
        typer.echo(f"the database is at schema {migrations.current(store)}")
        if copy is not None:
            typer.echo(f"as it was, at schema {before}: {copy}", err=True)


@app.command()
def check(data: DataDir = None) -> None:
    """Check that the database keeps every promise; exit 1 and one line for each that it breaks."""
    settings = load(data)
    parts: Services = assemble(settings)
    migrations.require_current(parts.store)
    broken = [*migrations.differences(parts.store), *violations(parts.store, parts.media, parts.clock)]
    for sentence in broken:
        typer.echo(sentence)
    typer.echo(f"{len(broken)} violations" if broken else "every invariant holds", err=True)
    if broken:
        raise typer.Exit(1)


@app.command()
def accept_copy(data: DataDir = None) -> None:
    """Go on with a database that was copied without its newest rows; what it lacks is lost."""
    settings = load(data)
    file = _file(settings)
    with only_server(settings.data_dir):
        sqlite.accept_copy(file)
    typer.echo(f"{file} is accepted as it is; `vanagas db check` says what is amiss in it")


@app.command()
def new_key(data: DataDir = None) -> None:
    """Go on with another secret key than before: every session and token ends."""
    settings = load(data)
    _file(settings)
    with only_server(settings.data_dir), closing(Store(settings.database)) as store:
        migrations.require_current(store)
        take_new_key(store, settings.key, Principal("command line", Role.ADMIN, None), SystemClock())
    typer.echo("the new secret key is taken; give devices and programs new tokens (vanagas token)")


def _file(settings: Settings) -> Path:
    """The database's file. Raises Misconfigured when there is none."""
    file = settings.database_file
    if file is None or not file.is_file():
        raise Misconfigured(f"there is no database file in {settings.data_dir}; name the right folder with --data")
    return file
