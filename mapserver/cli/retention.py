"""`vanagas retention`: whether things are forgotten in time, and the word that the clock is right."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from incidents.retention.evidence import EvidenceHistory, due, read_history
from incidents.retention.policy import RetentionPolicy
from mapserver.cli.listed_towns import know_towns
from mapserver.cli.options import DataDir
from mapserver.core.settings import load
from mapserver.program.opening import open_parts
from telemetry.access import Principal, Role
from telemetry.clock import iso
from telemetry.errors import BadInput
from telemetry.files import write_whole
from telemetry.messages import Message
from telemetry.validation import explain

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


@app.command()
def check(
    source: Annotated[Path, typer.Argument(metavar="HISTORY.jsonl", help="One piece of evidence a line.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DUE.jsonl", help="Where goes when each is due.")],
    policy: Annotated[
        Path | None, typer.Option(help="A TOML file with `[retention]`; else the settings of the data folder.")
    ] = None,
    data: DataDir = None,
) -> None:
    """Say when evidence is due to go and why, by town, purpose, source and categories; forgets nothing."""
    know_towns(data)
    rules = _policy(policy, data)
    count = 0
    staying = 0
    lines = []
    for history in _histories(source):
        found = due(rules, history)
        count += 1
        staying += found.due_at is None
        lines.append(json.dumps(found.public(), ensure_ascii=False) + "\n")
    write_whole(out, "".join(lines))
    typer.echo(Message("cli.retention_checked", count=count, staying=staying).text(), err=True)


def _histories(source: Path) -> Iterator[EvidenceHistory]:
    """The histories of a file. Raises BadInput naming the line."""
    try:
        content = source.read_text("utf-8-sig")
    except OSError as error:
        raise BadInput(Message("files.unreadable", name=source, reason=error.strerror)) from error
    except UnicodeDecodeError as error:
        raise BadInput(Message("files.no_utf8_text", name=source, byte=error.start)) from error
    for number, line in enumerate(content.split("\n"), 1):
        if line.strip():
            try:
                raw = json.loads(line)
            except (ValueError, RecursionError) as error:
                reason = str(error)
                raise BadInput(Message("files.line_no_json", name=source, line=number, reason=reason)) from error
            try:
                yield read_history(raw)
            except BadInput as error:
                raise BadInput(Message("retention.bad_line", name=source, line=number, reason=error.told)) from error


def _policy(path: Path | None, data: Path | None) -> RetentionPolicy:
    """The policy of a file, or of the settings. Raises BadInput."""
    if path is None:
        return load(data).retention
    try:
        read = tomllib.loads(path.read_text("utf-8"))
        return RetentionPolicy.model_validate(read.get("retention", read))
    except OSError as error:
        raise BadInput(Message("files.unreadable", name=path, reason=error.strerror)) from error
    except ValidationError as error:
        raise BadInput(Message("retention.bad_policy", name=path, reason=explain(error))) from error
    except ValueError as error:
        raise BadInput(Message("retention.bad_policy", name=path, reason=str(error))) from error
