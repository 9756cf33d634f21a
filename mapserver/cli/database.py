"""`vanagas db`: the schema brought up to date, and the invariants checked."""

import typer

from mapserver import migrations
from mapserver.cli.options import DataDir
from mapserver.invariants import violations
from mapserver.services import Services, assemble
from mapserver.settings import load
from telemetry.store import Store

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
