"""`vanagas custody`: body cameras' events out of a file, without a server."""

import json
from pathlib import Path
from typing import Annotated

import typer

from mobile_units.custody.replay import replay as replay_lines
from telemetry.errors import BadInput
from telemetry.files import write_whole
from telemetry.messages import Message

app = typer.Typer(help="Body cameras in safe hands.", no_args_is_help=True, add_completion=False)


@app.callback()
def custody() -> None:
    """Body cameras in safe hands."""


@app.command()
def replay(
    source: Annotated[Path, typer.Argument(metavar="EVENTS.jsonl", help="One event a line.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Where the states of the cameras go (JSON).")],
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 when an event was refused.")] = False,
) -> None:
    """Say what events lead to: state, holder and footage of each camera, and which events were refused and why.

    Events count in the order of their times, whatever their order in the file.
    """
    try:
        with source.open("rb") as lines:
            done = replay_lines(lines)
    except OSError as error:
        raise BadInput(Message("files.unreadable", name=source, reason=error.strerror)) from error
    write_whole(out, json.dumps(done.public(), ensure_ascii=False, indent=1) + "\n")
    for one in done.refused:
        typer.echo(Message("cli.custody_refused_line", line=one.line, reason=one.reason).text(), err=True)
    counted = Message("cli.custody_replayed", cameras=len(done.cameras), events=done.taken, refused=len(done.refused))
    typer.echo(counted.text(), err=True)
    if strict and done.refused:
        raise typer.Exit(1)
