"""`vanagas retention`: whether things are forgotten in time, and the word that the clock is right."""

import typer

from mapserver.cli.options import DataDir
from mapserver.core.settings import load
from mapserver.program.opening import open_parts
from telemetry.access import Principal, Role
from telemetry.clock import iso
from telemetry.messages import Message

app = typer.Typer(help="What is forgotten in time.", no_args_is_help=True, add_completion=False)


@app.command()
def show(data: DataDir = None) -> None:
    """Say whether forgetting is held since the clock jumped; exit 1 when it is."""
    parts = open_parts(load(data))
    off = parts.forgetting.jump()
    if off is None:
        typer.echo(Message("cli.retention_sound").text())
        return
    code = "cli.clock_ahead" if off.total_seconds() > 0 else "cli.clock_behind"
    typer.echo(Message(code, at=iso(parts.clock.now()), off_s=abs(off).total_seconds()).text())
    raise typer.Exit(1)


@app.command()
def confirm(data: DataDir = None) -> None:
    """Say that the clock is right: what is past its time by it is forgotten from now on, also by a running server."""
    parts = open_parts(load(data))
    moment = parts.forgetting.confirm(Principal("command line", Role.ADMIN, None))
    typer.echo(Message("cli.clock_confirmed", at=iso(moment)).text())
