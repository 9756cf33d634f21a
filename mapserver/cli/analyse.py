"""`vanagas analyse`: one video into findings, without a server."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from mapserver.cli.listed_towns import know_towns, town_given
from mapserver.cli.options import DataDir, moment, place_given
from mapserver.core.settings import load
from mission.terrain import TerrainFile
from telemetry.cities import City, first_town
from telemetry.errors import BadInput
from telemetry.logs.files import load_log
from telemetry.messages import Message
from telemetry.observations import SourceKind
from vision.ground.recorded import RecordedFlight, RecordedWishes
from vision.models.catalogue import find_model, read_catalogue
from vision.pipeline.counters import Counters
from vision.pipeline.file_analysis import analyse_file
from vision.rules import DEFAULT_RULES, read_rules

FLIGHT_LOGS = frozenset({".tlog", ".ulg", ".bin"})
"""Logs that an autopilot began, not the camera."""


def analyse(
    video: Annotated[str, typer.Argument(metavar="VIDEO|URL", help="A file, or an address that FFmpeg opens.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Where the findings go: one observation a line.")],
    camera: Annotated[str, typer.Option(help="Whose video it is.")] = "camera",
    kind: Annotated[SourceKind, typer.Option(help="What kind of source that is.")] = SourceKind.FIXED_CAMERA,
    city: Annotated[str | None, typer.Option(metavar="TOWN", help="The town it belongs to; else the first.")] = None,
    rules: Annotated[
        Path | None, typer.Option(help="Rules (TOML or JSON); else persons and vehicles anywhere.")
    ] = None,
    at: Annotated[str | None, typer.Option(metavar="LAT,LON|NAME", help="Where the camera looks.")] = None,
    start: Annotated[
        str | None, typer.Option(help="When the first picture was taken, with zone; else the file's time.")
    ] = None,
    telemetry: Annotated[
        Path | None,
        typer.Option(
            help="The drone's log, begun with the video (DJI .srt, KLV in .ts, GPMF) or by --start (.tlog, .ulg, .bin):"
            " findings are placed on the ground, with an error ellipse."
        ),
    ] = None,
    hfov: Annotated[float | None, typer.Option(help="Field of view across, degrees, where the log has none.")] = None,
    pitch: Annotated[
        float | None, typer.Option(help="Where the camera looked, -90 straight down, where the log has no gimbal.")
    ] = None,
    from_above: Annotated[
        bool | None,
        typer.Option(
            "--from-above/--from-the-side",
            help="Find things by motion and size on the ground, or by the model; else by where the log says it looked.",
        ),
    ] = None,
    terrain: Annotated[Path | None, typer.Option(help="A GeoTIFF of heights above the sea; else flat ground.")] = None,
    plates: Annotated[
        bool, typer.Option("--plates", help="Read number plates of vehicles too; the file then holds personal data.")
    ] = False,
    snapshots: Annotated[Path | None, typer.Option(help="A folder for the findings' pictures.")] = None,
    annotated: Annotated[
        Path | None, typer.Option(help="A video (MP4) of what was looked at, with what was seen drawn in.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="A model of `vanagas models`.")] = None,
    data: DataDir = None,
) -> None:
    """Find what the rules ask for; the file appears when the whole video is done."""
    town = _town(city, data)
    settings = load(data)
    entry = find_model(model or settings.model, read_catalogue(settings.models_file))
    flight = None
    if telemetry is not None:
        ground = None if terrain is None else TerrainFile(terrain)
        table = load_log(telemetry)
        by_clock = telemetry.suffix.lower() in FLIGHT_LOGS
        if by_clock and start is None:
            raise BadInput(Message("cli.start_missing", file=telemetry.name))
        began = moment(start, "--start") if by_clock and start is not None else None
        flight = RecordedFlight(table, RecordedWishes(hfov, pitch, ground, began))
    elif from_above:
        raise BadInput(Message("cli.height_missing"))
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[found]} findings"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"Analysing {Path(video).name}", total=None, found=0)

        def show(counted: Counters, expected: int | None) -> None:
            bar.update(task, completed=counted.frames, total=expected, found=counted.findings)

        outcome = analyse_file(
            video,
            out,
            camera=camera,
            city=town,
            kind=kind,
            model=entry,
            rules=DEFAULT_RULES if rules is None else read_rules(rules),
            flight=flight,
            above=flight is not None and (flight.from_above if from_above is None else from_above),
            plates=plates,
            position=place_given(at, "--at"),
            started_at=None if start is None else moment(start, "--start"),
            snapshots_dir=snapshots,
            annotated_path=annotated,
            progress=show,
        )
    counted = outcome.counters
    damaged = ""
    if counted.corrupt:
        damaged = f"{counted.corrupt} damaged, "
    typer.echo(
        Message(
            "cli.analysed",
            pictures=counted.frames,
            damaged=damaged,
            looked=counted.detections,
            findings=counted.findings,
            out=out,
        ).text(),
        err=True,
    )
    if outcome.fault is not None:
        typer.echo(f"vanagas: {outcome.fault.text()}", err=True)


def _town(city: str | None, data: Path | None) -> City:
    if city is not None:
        return town_given(city, data)
    know_towns(data)
    return first_town()
