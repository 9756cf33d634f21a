"""`vanagas custody`: body cameras' events out of a file, and their footage out of a dock; a server need not run."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from mapserver.cli.access import acting_in, parts_of
from mapserver.cli.listed_towns import data_folder, has_database
from mapserver.cli.options import DataDir
from mapserver.custody.offloading import OffloadLog
from mobile_units.custody.dock_folder import DockStatus, read_status
from mobile_units.custody.offload import OffloadProgress, OffloadRecord
from mobile_units.custody.offload import offload as offload_files
from mobile_units.custody.replay import replay as replay_lines
from telemetry.clock import SystemClock
from telemetry.errors import BadInput, NotFound
from telemetry.files import write_whole
from telemetry.messages import Message
from telemetry.store import MediaStore

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


@app.command()
def offload(
    dock: Annotated[
        Path, typer.Argument(metavar="DOCK_DIR", help="The folder that the dock shows the camera's files in.")
    ],
    camera: Annotated[str, typer.Option("--camera", metavar="CAMERA", help="Which body camera it is, such as BODY-1.")],
    battery: Annotated[float | None, typer.Option(help="Its charge in percent; else as status.json says.")] = None,
    free_gib: Annotated[float | None, typer.Option(help="Its free storage in GiB; else as status.json says.")] = None,
    data: DataDir = None,
) -> None:
    """Copy a body camera's footage into the data folder, each file read back and compared; prints what came as JSON.

    Broken off anywhere it goes on where it was: what is there is skipped. Nothing is deleted from the dock.
    """
    status = read_status(dock, battery=battery, free_gib=free_gib)
    folder = data_folder(data)
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    with (
        _server_told(data, camera) as told,
        Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as shown,
    ):
        task = shown.add_task(camera, total=None)

        def tell(progress: OffloadProgress) -> None:
            shown.update(task, completed=progress.done_bytes, total=progress.total_bytes, description=progress.name)
            if told is not None:
                told.progress(progress)

        if told is not None:
            told.begin(status)
        records = offload_files(
            dock,
            camera,
            media=MediaStore(folder / "media"),
            records=folder / "custody",
            status=status,
            now=SystemClock().now,
            on_progress=tell,
        )
        if told is not None:
            told.end(records)
    typer.echo(json.dumps(_told(camera, status, records), ensure_ascii=False, indent=1))


@contextmanager
def _server_told(data: Path | None, camera: str) -> Iterator[OffloadLog | None]:
    """What writes the offload down in the database of the data folder; None where that is none, or has no such camera,
    which is said on standard error."""
    if not has_database(data):
        yield None
        return
    with parts_of(data) as parts:
        try:
            told = OffloadLog(parts, camera, acting_in(parts.settings.scope))
        except NotFound:
            typer.echo(Message("cli.custody_files_alone", camera=camera).text(), err=True)
            told = None
        yield told


def _told(camera: str, status: DockStatus, records: list[OffloadRecord]) -> dict[str, Any]:
    """What came off, and how the camera is with who says so."""
    return {
        "camera": camera,
        "battery": status.battery,
        "battery_from": status.battery_from,
        "free_bytes": status.free_bytes,
        "free_from": status.free_from,
        "files": [{**record.public(), "verified": True, "was_there": record.was_there} for record in records],
    }
