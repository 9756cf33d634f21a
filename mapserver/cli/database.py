"""`vanagas db`: the schema brought up to date, and the invariants checked."""

import typer

from mapserver import migrations
from mapserver.cli.options import DataDir
from mapserver.invariants import violations
from mapserver.server import only_server
from mapserver.services import Services, assemble
from mapserver.settings import load
from telemetry.errors import Misconfigured
from telemetry.store import Store, sqlite

app = typer.Typer(help="The database.", no_args_is_help=True, add_completion=False)


@app.command()
def upgrade(data: DataDir = None) -> None:
    """Bring the schema up to date, from nothing if need be."""
    settings = load(data)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    store = Store(settings.database)
    migrations.upgrade(store)
    typer.echo(f"the database is at schema {migrations.current(store)}")


@app.command()
def check(data: DataDir = None) -> None:
    """Check that the database keeps every promise; exit 1 and one line for each that it breaks."""
    settings = load(data)
    parts: Services = assemble(settings)
    migrations.require_current(parts.store)
    broken = [*migrations.differences(parts.store), *violations(parts)]
    for sentence in broken:
        typer.echo(sentence)
    typer.echo(f"{len(broken)} violations" if broken else "every invariant holds", err=True)
    if broken:
        raise typer.Exit(1)


@app.command()
def accept_copy(data: DataDir = None) -> None:
    """Go on with a database that was copied without its newest rows; what it lacks is lost."""
    settings = load(data)
    file = settings.database_file
    if file is None or not file.is_file():
        raise Misconfigured(f"there is no database file in {settings.data_dir}; name the right folder with --data")
    with only_server(settings.data_dir):
        sqlite.accept_copy(file)
    typer.echo(f"{file} is accepted as it is; `vanagas db check` says what is amiss in it")
