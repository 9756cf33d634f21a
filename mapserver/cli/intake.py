"""`vanagas intake`: devices' messages out of files, and those that wait in a server's quarantine."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from mapserver.cli.access import acting_in, parts_of
from mapserver.cli.listed_towns import know_towns, town_given
from mapserver.cli.options import DataDir, ScopeOption, moment
from mapserver.core.services import Services
from mapserver.intake import quarantine as service
from mapserver.intake.camera_map import CameraMap, read_camera_map
from mapserver.intake.dialects import DIALECTS, dialect
from mapserver.intake.files import UNKNOWN, FileReading, read_quarantine_file
from mapserver.intake.flow import replay as replay_quarantined
from mapserver.intake.flow import take_in_kept
from telemetry.access import Principal, visibility
from telemetry.audit import service as audit
from telemetry.cities import known_towns
from telemetry.clock import SystemClock
from telemetry.dialects.dialect import LARGEST_PAYLOAD
from telemetry.dialects.values import Arrival
from telemetry.errors import BadInput
from telemetry.files import write_whole
from telemetry.messages import Message, current_language
from telemetry.messages.catalogue import show
from telemetry.store import Work

READ = "read"
"""The command that a dialect's name stands for."""


class DialectCommands(TyperGroup):
    """`vanagas intake DIALECT FILE...`: a name that is no command is a dialect."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            return READ, self.commands[READ], args
        return super().resolve_command(ctx, args)


app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, cls=DialectCommands)


@app.command("dialects")
def list_dialects(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """The dialects that are understood: name, whose it is, other names of it."""
    if as_json:
        listed = [
            {"name": one.name, "title": one.title, "also_called": list(one.also_called)} for one in DIALECTS.values()
        ]
        typer.echo(json.dumps(listed, indent=2))
        return
    for one in DIALECTS.values():
        typer.echo(f"{one.name:<18}{one.title}")


@app.command(READ)
def read(
    name: Annotated[str, typer.Argument(metavar="DIALECT", help="Its name, or `auto` for whatever it looks like.")],
    sources: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Messages as they came.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Where observations and positions go, one a line.")],
    content_type: Annotated[str, typer.Option("--content-type", help="Of the messages, if the files need it.")] = "",
    received: Annotated[
        str | None, typer.Option("--received", metavar="TIME", help="When they came (ISO 8601); else now.")
    ] = None,
    cameras: Annotated[
        Path | None, typer.Option("--cameras", metavar="CAMERAS.toml", help="Whose the devices' names are.")
    ] = None,
    quarantine: Annotated[
        Path | None, typer.Option("--quarantine", metavar="Q.jsonl", help="Where goes what cannot be read.")
    ] = None,
    sender: Annotated[
        str, typer.Option("--device", help="What the device is called, if its messages do not say.")
    ] = "",
    city: Annotated[str | None, typer.Option("--city", metavar="TOWN", help="The town; else the first listed.")] = None,
    data: DataDir = None,
) -> None:
    """Read devices' messages. Status 0: every byte was read, or is in quarantine with its reason."""
    know_towns(data)
    town = town_given(city or next(iter(known_towns())), data)
    mapped = CameraMap(town) if cameras is None else read_camera_map(cameras, town)
    known = None if name == UNKNOWN else dialect(name)
    received_at = SystemClock().now() if received is None else moment(received, "--received")
    arrival = Arrival(received_at, content_type, sender, zone=town.facts.zone)
    reading = FileReading()
    for source in sources:
        reading.add(source.name, _bytes_of(source), arrival, known)
    observations = reading.observations(mapped, arrival)
    positions = reading.position_lines(arrival)
    lines = [one.model_dump_json() for one in observations]
    lines += [json.dumps(one, ensure_ascii=False) for one in positions]
    write_whole(out, "".join(f"{line}\n" for line in lines))
    held_back = reading.quarantine_lines(arrival)
    place = quarantine or out.with_name(f"{out.stem}.quarantine.jsonl")
    if held_back or quarantine is not None:
        write_whole(place, "".join(json.dumps(line, ensure_ascii=True) + "\n" for line in held_back))
    _say(reading, len(observations), len(positions), len(held_back))
    if held_back:
        typer.echo(Message("cli.intake_quarantined", file=place).text(), err=True)


def _say(reading: FileReading, events: int, positions: int, quarantined: int) -> None:
    read_all = Message(
        "cli.intake_read",
        files=reading.files,
        events=events,
        heartbeats=reading.heartbeats,
        positions=positions,
        passed_over=len(reading.passed_over),
        quarantined=quarantined,
    )
    typer.echo(read_all.text(), err=True)


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_PAYLOAD + 1)
    except OSError as error:
        raise BadInput(Message("files.unreadable", name=path, reason=error.strerror)) from error


def _replayed(parts: Services, work: Work, source: Path | None, by: Principal) -> list[dict[str, Any]]:
    if source is None:
        return replay_quarantined(parts, work, by.scope)
    return take_in_kept(parts, work, read_quarantine_file(source), by)


@app.command("list")
def list_quarantined(
    scope: ScopeOption = None,
    data: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """The messages that wait in a server's quarantine, oldest first; what they hold is not shown."""
    with parts_of(data) as parts, parts.store.read() as session:
        visible = visibility(acting_in(scope or parts.settings.scope))
        waiting = service.listed(session, visible, limit=service.MOST_MESSAGES)
    if as_json:
        typer.echo(json.dumps(waiting, indent=2))
        return
    for one in waiting:
        size = show(one["bytes"], "bytes", current_language())
        typer.echo(f"{one['id']}  {one['received_at']}  {one['format']}  {size}  {one['reason']}")
    typer.echo(Message("cli.messages_wait", count=len(waiting)).text())


@app.command()
def replay(
    source: Annotated[
        Path | None, typer.Argument(metavar="Q.jsonl", help="A quarantine file of `intake`; else what waits.")
    ] = None,
    scope: ScopeOption = None,
    data: DataDir = None,
) -> None:
    """Take in what waits in a server's quarantine, or a file of it, as far as its cameras have been added meanwhile."""
    with parts_of(data) as parts, parts.store.write() as work:
        by = acting_in(scope or parts.settings.scope)
        results = _replayed(parts, work, source, by)
        taken = sum(result["taken"] for result in results)
        detail = Message("audit.messages_taken_in", taken=taken, waited=len(results))
        audit.record(work.session, by, "replay", "quarantine", city=None, at=parts.clock.now(), detail=detail)
    for result in results:
        if not result["taken"]:
            typer.echo(Message("cli.still_waits", id=result["id"], reason=result["reason"]).text())
    typer.echo(Message("cli.taken_in", taken=taken, waiting=len(results) - taken).text())
