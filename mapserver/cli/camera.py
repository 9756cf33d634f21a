"""`vanagas camera`: the registry of fixed cameras. Servers that run take a change up within a second."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session

from mapserver.cameras import flow
from mapserver.cameras.flow import ImportOutcome, NothingImported
from mapserver.cli.access import acting_in, parts_of
from mapserver.cli.options import DataDir, ScopeOption, TownName
from mapserver.core.services import Services
from mapserver.web.forms import checked
from telemetry.access import Principal, visibility
from telemetry.cities import City
from telemetry.errors import BadInput
from telemetry.files import write_whole
from telemetry.messages import Message
from vision.cameras import service
from vision.cameras.tables import CameraRow, CameraStreamRow
from vision.cameras.values import CameraWish, NewCamera

app = typer.Typer(help="The registry of fixed cameras.", no_args_is_help=True, add_completion=False)

Id = Annotated[str, typer.Argument(metavar="CAMERA", help="Its id.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
NAME = typer.Option(help="What people call it: a street or an entrance.")
LAT = typer.Option(help="Degrees north.")
LON = typer.Option(help="Degrees east.")
AZIMUTH = typer.Option(help="Where the middle of the picture points, degrees clockwise from true north.")
HFOV = typer.Option(help="Horizontal field of view, degrees.")
RANGE = typer.Option(help="How far it is useful, metres.")
MAST = typer.Option(help="Height of the camera above the ground, metres.")
PLATES = typer.Option("--plates/--no-plates", help="Whether number plates are read.")
MAIN = typer.Option(help="Address of its stream, with user and password; `-` reads it from standard input.")
SUB = typer.Option(help="Address of its smaller stream, which is analysed instead; `-` reads it from standard input.")
TRANSPORT = typer.Option(help="How RTSP brings the pictures: tcp or udp.")
RECORDED = typer.Option("--recorded/--not-recorded", help="Whether it is recorded, where recording is on.")
MAKE = typer.Option(help="Maker and model.")
SERIAL = typer.Option(help="Serial number.")
DEVICE_NAMES = typer.Option("--device-name", help="A name by which its events come; may be repeated.")
WATCHES = typer.Option(help="What it watches, in words.")
PURPOSE = typer.Option(help="What it is recorded for, in one word, such as traffic.")
RULES = typer.Option(help="A rule set that ships; rules drawn in the browser go before it.")
MAINTAINER = typer.Option(help="Who looks after it, and how they are reached.")


@app.command("list")
def list_cameras(
    retired: Annotated[bool, typer.Option("--retired", help="Also those that are no longer used.")] = False,
    scope: ScopeOption = None,
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Every camera, by id."""
    with parts_of(data) as parts, parts.store.read() as session:
        found = service.listed(session, visibility(_by(parts, scope)), also_retired=retired)
        streams = flow.streams_of(session)
        if as_json:
            records = [flow.record(camera, streams.get(camera.id)) for camera in found]
            typer.echo(json.dumps(records, indent=2, ensure_ascii=False))
            return
        for camera in found:
            typer.echo(_line(camera, streams.get(camera.id)))
        if not found:
            typer.echo(Message("cli.no_cameras").text())


@app.command()
def show(id: Id, scope: ScopeOption = None, data: DataDir = None) -> None:
    """What is known of a camera, as JSON; its addresses without user and password."""
    with parts_of(data) as parts, parts.store.read() as session:
        camera = service.get(session, id, visibility(_by(parts, scope)))
        typer.echo(_json(session, camera))


@app.command()
def add(
    id: Id,
    city: TownName,
    name: Annotated[str, NAME],
    lat: Annotated[float, LAT],
    lon: Annotated[float, LON],
    azimuth_deg: Annotated[float, typer.Option("--azimuth", help=AZIMUTH.help)],
    hfov_deg: Annotated[float, typer.Option("--hfov", help=HFOV.help)],
    range_m: Annotated[float, typer.Option("--range", help=RANGE.help)],
    mast_m: Annotated[float | None, typer.Option("--mast", help=MAST.help)] = None,
    reads_plates: Annotated[bool | None, PLATES] = None,
    main: Annotated[str | None, MAIN] = None,
    sub: Annotated[str | None, SUB] = None,
    transport: Annotated[str | None, TRANSPORT] = None,
    recorded: Annotated[bool | None, RECORDED] = None,
    make: Annotated[str | None, MAKE] = None,
    serial: Annotated[str | None, SERIAL] = None,
    device_names: Annotated[list[str] | None, DEVICE_NAMES] = None,
    watches: Annotated[str | None, WATCHES] = None,
    purpose: Annotated[str | None, PURPOSE] = None,
    rules: Annotated[str | None, RULES] = None,
    maintainer: Annotated[str | None, MAINTAINER] = None,
    scope: ScopeOption = None,
    data: DataDir = None,
) -> None:
    """Add a camera. Messages of it that wait in quarantine find their place; its video is read within seconds."""
    given = _given(locals())
    with parts_of(data) as parts, parts.store.write() as work:
        camera = flow.add(parts, work, checked(NewCamera, given), by=_by(parts, scope))
        typer.echo(Message("cli.camera_added", camera=camera.id, name=camera.name).text())


@app.command()
def change(
    id: Id,
    azimuth_deg: Annotated[float | None, typer.Option("--azimuth", help=AZIMUTH.help)] = None,
    hfov_deg: Annotated[float | None, typer.Option("--hfov", help=HFOV.help)] = None,
    range_m: Annotated[float | None, typer.Option("--range", help=RANGE.help)] = None,
    mast_m: Annotated[float | None, typer.Option("--mast", help=MAST.help)] = None,
    reads_plates: Annotated[bool | None, PLATES] = None,
    main: Annotated[str | None, MAIN] = None,
    sub: Annotated[str | None, SUB] = None,
    transport: Annotated[str | None, TRANSPORT] = None,
    recorded: Annotated[bool | None, RECORDED] = None,
    make: Annotated[str | None, MAKE] = None,
    serial: Annotated[str | None, SERIAL] = None,
    device_names: Annotated[list[str] | None, DEVICE_NAMES] = None,
    watches: Annotated[str | None, WATCHES] = None,
    purpose: Annotated[str | None, PURPOSE] = None,
    rules: Annotated[str | None, RULES] = None,
    maintainer: Annotated[str | None, MAINTAINER] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="Take away: mast, make, serial, watches, rules, maintainer, main or sub.")
    ] = None,
    scope: ScopeOption = None,
    data: DataDir = None,
) -> None:
    """Change what is said of a camera; what is left out stays. Its own stream alone starts anew."""
    given = _given(locals())
    given |= {"mast_m" if name == "mast" else name: None for name in without or []}
    _change(data, scope, given)


@app.command()
def move(
    id: Id,
    lat: Annotated[float, LAT],
    lon: Annotated[float, LON],
    azimuth_deg: Annotated[float | None, typer.Option("--azimuth", help=AZIMUTH.help)] = None,
    mast_m: Annotated[float | None, typer.Option("--mast", help=MAST.help)] = None,
    scope: ScopeOption = None,
    data: DataDir = None,
) -> None:
    """Say where it stands now, or correct where it stood. Incidents keep the place they were told."""
    _change(data, scope, _given(locals()))


@app.command()
def rename(
    id: Id, name: Annotated[str, typer.Argument(help=NAME.help)], scope: ScopeOption = None, data: DataDir = None
) -> None:
    """Call it otherwise; its id stays."""
    _change(data, scope, _given(locals()))


@app.command()
def retire(
    id: Id,
    undo: Annotated[bool, typer.Option("--undo", help="Use it again.")] = False,
    scope: ScopeOption = None,
    data: DataDir = None,
) -> None:
    """Use it no more: its video is not read, its events wait in quarantine; what it told of stays."""
    _change(data, scope, {"id": id, "retired": not undo})


@app.command()
def remove(id: Id, scope: ScopeOption = None, data: DataDir = None) -> None:
    """Take it out of the registry, while nothing that it told of or showed is kept."""
    with parts_of(data) as parts, parts.store.write() as work:
        flow.remove(parts, work, id, by=_by(parts, scope))
    typer.echo(Message("cli.camera_removed", camera=id).text())


@app.command("test")
def try_camera(
    id: Id,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write the picture there, heads covered.")] = None,
    scope: ScopeOption = None,
    data: DataDir = None,
) -> None:
    """Open its stream and take one picture. Exit status 1 when none comes in time."""
    with parts_of(data) as parts:
        try:
            picture = flow.try_camera(parts, id, by=_by(parts, scope))
        finally:
            parts.close_workers()
    if out is not None:
        write_whole(out, picture.jpeg)
    told = Message(
        "cli.camera_sends", camera=id, codec=picture.codec, width=picture.width, height=picture.height,
        took_s=picture.took_s,
    )  # fmt: skip
    typer.echo(told.text())


@app.command("import")
def import_list(
    file: Annotated[Path, typer.Argument(metavar="CSV", help="UTF-8; commas, or semicolons as Excel writes them.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    scope: ScopeOption = None,
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Add and change the cameras of a list: all of them, or none with every bad line named (exit status 2)."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise BadInput(Message("files.unreadable", name=file.name, reason=error.strerror)) from error
    with parts_of(data) as parts:
        try:
            with parts.store.write() as work:
                outcome = flow.import_cameras(parts, work, content, by=_by(parts, scope), dry_run=dry_run)
        except NothingImported as nothing:
            outcome = nothing.outcome
    if as_json:
        imported = not dry_run and not outcome.refused
        typer.echo(json.dumps(outcome.public(imported=imported), indent=2, ensure_ascii=False))
    else:
        _tell(outcome, dry_run=dry_run)
    if outcome.refused:
        raise typer.Exit(2)


@app.command("export")
def export_list(
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The file; else standard output.")] = None,
    semicolons: Annotated[bool, typer.Option("--semicolons", help="With decimal commas, as for Excel here.")] = False,
    scope: ScopeOption = None,
    data: DataDir = None,
) -> None:
    """Write the cameras that are used as CSV that the import takes; addresses come without user and password."""
    with parts_of(data) as parts, parts.store.read() as session:
        content = flow.exported(parts, session, _by(parts, scope), semicolons=semicolons)
    if out is None:
        typer.echo(content, nl=False)
    else:
        write_whole(out, content.encode("utf-8-sig"))


def _by(parts: Services, scope: Any) -> Principal:
    return acting_in(scope or parts.settings.scope)


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """What was said of the camera, by field; an address `-` is read from standard input."""
    said = {name: value for name, value in options.items() if value is not None and name not in NOT_FIELDS}
    for part in ("main", "sub"):
        if said.get(part) == "-":
            said[part] = sys.stdin.readline().strip()
    return said


NOT_FIELDS = frozenset({"data", "scope", "without"})


def _change(data: DataDir, scope: Any, given: dict[str, Any]) -> None:
    camera_id = given.pop("id")
    with parts_of(data) as parts, parts.store.write() as work:
        camera = flow.change(parts, work, camera_id, checked(CameraWish, given), by=_by(parts, scope))
        typer.echo(_json(work.session, camera))


def _json(session: Session, camera: CameraRow) -> str:
    row = flow.streams_of(session, [camera.id]).get(camera.id)
    return json.dumps(flow.record(camera, row), indent=2, ensure_ascii=False)


def _line(camera: CameraRow, row: CameraStreamRow | None) -> str:
    state = Message("cli.camera_without_stream").text()
    if camera.retired_at is not None:
        state = Message("cli.camera_retired", at=camera.retired_at).text()
    elif row is not None:
        state = row.main_shown
    return f"{camera.id}  {City(camera.city).facts.name}  {camera.name}\n  {state}"


def _tell(outcome: ImportOutcome, *, dry_run: bool) -> None:
    for one in outcome.refused:
        typer.echo(Message("cameras.list.line", line=one.line, reason=one.reason).text(), err=True)
    if outcome.refused:
        typer.echo(Message("cli.cameras_refused", count=len(outcome.refused)).text(), err=True)
        return
    counts = {
        "added": len(outcome.added),
        "changed": len(outcome.changed),
        "unchanged": len(outcome.unchanged),
    }
    told = Message("cli.cameras_imported", **counts)
    if dry_run:
        told = Message("cli.cameras_would_be_imported", **counts)
    typer.echo(told.text())
