"""`vanagas plan rest`: what is left of a plan whose flight was broken off, as a plan file with its checks."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from mapserver.cli.listed_towns import know_towns
from mapserver.cli.options import (
    DataDir,
    GroundWords,
    Home,
    PlanArgument,
    PolicyPath,
    TakeOff,
    TerrainPath,
    Unclear,
    UnclearZones,
    WeatherWords,
    ZoneFiles,
    given_inputs,
    ground_given,
    moment_given,
    place,
    place_given,
)
from mission import formats
from mission.checks.registry import run_checks
from mission.continuation.remaining import BreakOff, remaining
from mission.continuation.stops import FlownTrack, stop_at, stop_of_item, stop_of_track
from mission.formats.document import PlanFile
from mission.plans.imported import imported
from mission.routes.drones import DEFAULT_DRONE, drone_named
from mission.routes.drones import drones as catalogue
from telemetry.clock import SystemClock
from telemetry.errors import BadInput
from telemetry.files import write_whole
from telemetry.messages import Message


def rest(
    plan: PlanArgument,
    out: Annotated[Path, typer.Option("-o", "--out", help="The plan of the rest; its ending says the format.")],
    log: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The flight's log, of any kind that `vanagas log` reads.")
    ] = None,
    last_picture: Annotated[
        str | None, typer.Option("--from", metavar="LAT,LON", help="Where the last picture was taken.")
    ] = None,
    item: Annotated[
        int | None, typer.Option(metavar="N", help="The item under way, from 0 as `plan show` lists them.")
    ] = None,
    drone: Annotated[str, typer.Option(help="A drone of the catalogue.")] = DEFAULT_DRONE,
    drones: Annotated[Path | None, typer.Option(help="A TOML file with more drones.")] = None,
    home: Home = None,
    zones: ZoneFiles = None,
    unclear: Unclear = UnclearZones.WORST,
    at: TakeOff = None,
    terrain: TerrainPath = None,
    ground: GroundWords = None,
    weather: WeatherWords = None,
    policy: PolicyPath = None,
    data: DataDir = None,
) -> None:
    """Write what is left of a plan whose flight was broken off. Prints its numbers and the verdicts as JSON.

    Where it was broken off is told by one of --log, --from and --item.
    """
    know_towns(data)
    now = SystemClock().now()
    known = drone_named(drone, catalogue(drones))
    flown = formats.load(plan)
    left = remaining(flown, _stop(flown, log, last_picture, item))
    left = replace(left, name=Message("plans.rest", plan=flown.name).text())
    content = formats.dump(left, out.suffix.lower())
    made, notes = imported(left, home=place_given(home, "--home"), airframe=known.airframe)
    verdicts = run_checks(
        given_inputs(
            left,
            at=moment_given(at, "--at", otherwise=now),
            now=now,
            zones=zones,
            unclear=unclear,
            home=home,
            terrain=terrain,
            ground=ground_given(ground),
            weather=weather,
            policy=policy,
            airframe=known.airframe,
            autopilot=known.autopilot,
        )
    )
    write_whole(out, content.content)
    told = made.route.as_json() | {
        "files": [out.name],
        "notes": [note.text() for note in (*left.notes, *notes)],
        "lost": [lost.text() for lost in content.lost],
        "verdicts": [verdict.as_json() for verdict in verdicts],
    }
    typer.echo(json.dumps(told, ensure_ascii=False))


def _stop(plan: PlanFile, log: Path | None, last_picture: str | None, item: int | None) -> BreakOff:
    """Where the flight was broken off. Raises BadInput unless exactly one word tells it."""
    if [log, last_picture, item].count(None) != 2:
        raise BadInput(Message("cli.stop_missing"))
    if last_picture is not None:
        at = place(last_picture, "--from")
        return stop_at(plan, at.lat, at.lon)
    if item is not None:
        return stop_of_item(plan, item)
    return stop_of_track(plan, _track(Path(str(log))))


def _track(log: Path) -> FlownTrack:
    """The track in a log, and its pictures where it is a telemetry log that tells of them.

    The readers of logs take a tenth of a second to load, so not without one.
    """
    from telemetry.logs.files import load_log  # noqa: PLC0415
    from telemetry.logs.photos import photos_in  # noqa: PLC0415
    from telemetry.logs.tlog import load_tlog  # noqa: PLC0415

    table = load_log(log)
    lat = table.columns["lat"]
    lon = table.columns["lon"]
    known = np.isfinite(lat) & np.isfinite(lon)
    pictures = None
    if log.suffix.lower() == ".tlog":
        photos = photos_in(load_tlog(log))
        if photos is not None:
            pictures = photos.places[:, :2]
    return FlownTrack(lat[known], lon[known], pictures)
