"""`vanagas briefing`: a plan file as a sheet to print and take along, checked on the way, without a server."""

import json
from pathlib import Path
from typing import Annotated

import typer

from mapserver.briefing import surroundings, town_near
from mapserver.cli.options import DataDir, moment, place
from mapserver.settings import TownSettings, load
from mission import formats
from mission.briefing import Briefing, to_html
from mission.checks.offline import AWAY, airspace_in, inputs_of, policy_in, weather_from
from mission.checks.sixteen import run_checks
from mission.checks.verdict import worst
from mission.terrain import TerrainFile
from mission.zones.geometry import load_area
from telemetry.clock import SystemClock
from telemetry.files import write_whole


def briefing(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan in any format that `vanagas convert` reads.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The briefing: one .html file that needs no network.")],
    zones: Annotated[list[Path] | None, typer.Option(help="Zones of an authority: ED-269 or ED-318.")] = None,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="Take-off, such as 2026-06-01T10:00Z; else left open.")
    ] = None,
    area: Annotated[Path | None, typer.Option(help="GeoJSON of the zone that is looked at, to draw it.")] = None,
    home: Annotated[str | None, typer.Option(metavar="LAT,LON", help="Where it starts; else as the plan says.")] = None,
    pilot: Annotated[str, typer.Option(help="Who flies; else a line to write on.")] = "",
    drone: Annotated[str, typer.Option(help="With what; else a line to write on.")] = "",
    terrain: Annotated[Path | None, typer.Option(help="A GeoTIFF of heights above the sea; else flat ground.")] = None,
    weather: Annotated[
        str | None,
        typer.Option(help="wind=6,gust=9,rain=0,visibility=9000,temperature=12,kp=2 in m/s, mm/h, m and °C."),
    ] = None,
    policy: Annotated[Path | None, typer.Option(help="A TOML file with a town's thresholds.")] = None,
    simulated: Annotated[bool, typer.Option("--simulated", help="A flight for training: every page says so.")] = False,
    data: DataDir = None,
) -> None:
    """Print a plan with map, heights, verdicts, contacts and what to do in need; says the fingerprint and verdict."""
    now = SystemClock().now()
    start = now if at is None else moment(at, "--at")
    read = formats.load(plan)
    known = inputs_of(
        read,
        at=start,
        now=now,
        home=None if home is None else place(home, "--home"),
        terrain=None if terrain is None else TerrainFile(terrain),
        airspace=airspace_in(zones or [], now=now),
        weather=None if weather is None else weather_from(weather, at=start),
        policy=AWAY if policy is None else policy_in(policy),
        simulated=simulated,
    )
    city = town_near(known)
    settings = TownSettings() if city is None else load(data).towns.get(city, TownSettings())
    around = surroundings(city, settings, pilot=pilot, simulated=simulated)
    made = Briefing(
        plan=read,
        inputs=known,
        verdicts=tuple(run_checks(known)),
        name=read.name or plan.stem,
        version=plan.name,
        timed=at is not None,
        pilot=pilot,
        drone=drone,
        area=None if area is None else load_area(area),
        town=around.town,
        contacts=around.contacts,
        streets=around.streets,
        streets_note=around.streets_note,
    )
    write_whole(out, to_html(made))
    typer.echo(json.dumps({"out": str(out), "fingerprint": made.fingerprint, "worst": worst(made.verdicts).value}))
