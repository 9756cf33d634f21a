"""`vanagas briefing`: a plan file as a sheet to print and take along, checked on the way, without a server."""

import json
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from mapserver.basemap.town_map import town_picture
from mapserver.briefings.flow import surroundings, town_near
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
)
from mapserver.core.settings import load
from mapserver.core.town_settings import TownSettings
from mission import formats
from mission.briefing import Briefing, to_html
from mission.checks.inputs import Inputs
from mission.checks.registry import run_checks
from mission.checks.verdict import worst
from mission.heights import AboveSea, Band
from mission.zones.areas import load_shape
from mission.zones.geometry import read_area
from telemetry.clock import SystemClock
from telemetry.files import write_whole


def briefing(
    plan: PlanArgument,
    out: Annotated[Path, typer.Option("-o", "--out", help="The briefing: one .html file that needs no network.")],
    zones: ZoneFiles = None,
    unclear: Unclear = UnclearZones.WORST,
    at: TakeOff = None,
    area: Annotated[Path | None, typer.Option(help="The zone that is looked at, to draw it.")] = None,
    home: Home = None,
    pilot: Annotated[str, typer.Option(help="Who flies; else a line to write on.")] = "",
    drone: Annotated[str, typer.Option(help="With what; else a line to write on.")] = "",
    terrain: TerrainPath = None,
    ground: GroundWords = None,
    weather: WeatherWords = None,
    policy: PolicyPath = None,
    simulated: Annotated[bool, typer.Option("--simulated", help="A flight for training: every page says so.")] = False,
    data: DataDir = None,
) -> None:
    """Print a plan with map, heights, verdicts, contacts and what to do in need; says the fingerprint and verdict.

    Without --at it is checked for now, and the time is left open on the sheet.
    """
    know_towns(data)
    now = SystemClock().now()
    start = moment_given(at, "--at", otherwise=now)
    read = formats.load(plan)

    def looked_at(band: Band[AboveSea] | None) -> Inputs:
        return given_inputs(
            read, at=start, now=now, zones=zones, unclear=unclear, home=home, terrain=terrain, ground=band,
            weather=weather, policy=policy, simulated=simulated,
        )  # fmt: skip

    given = ground_given(ground)
    known = looked_at(given)
    city = town_near(known)
    whole = load(data)
    settings = TownSettings() if city is None else whole.towns.get(city, TownSettings())
    if given is None and settings.terrain.ground is not None:
        known = looked_at(settings.terrain.ground)
    around = surroundings(city, settings, pilot=pilot)
    made = Briefing(
        plan=read,
        inputs=known,
        verdicts=tuple(run_checks(known)),
        name=read.name or plan.stem,
        version=plan.name,
        timed=at is not None,
        pilot=pilot,
        drone=drone,
        area=None if area is None else read_area(load_shape(area), area.name),
        town=around.town,
        contacts=around.contacts,
    )
    write_whole(out, to_html(made, partial(town_picture, whole, city)))
    typer.echo(json.dumps({"out": str(out), "fingerprint": made.fingerprint, "worst": worst(made.verdicts).value}))
