"""`vanagas check`: every pre-flight check of a plan file with its reason, without a server."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mapserver.cli.listed_towns import know_towns
from mapserver.cli.mapped import (
    AreaPath,
    CameraName,
    CamerasPath,
    ImagesMap,
    ImagesWanted,
    mapped_given,
    write_images_map,
)
from mapserver.cli.options import (
    AutopilotOption,
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
    place_given,
)
from mission import formats
from mission.checks.registry import run_checks
from mission.checks.verdict import Acknowledgement, Level, Verdict, acknowledged, worst
from mission.routes.drones import DEFAULT_DRONE, drone_named
from mission.routes.drones import drones as catalogue
from telemetry.clock import SystemClock, iso
from telemetry.errors import BadInput
from telemetry.messages import Message

STOPS = frozenset({Level.BLOCK, Level.PERMIT})
MARKS = {
    Level.PASS: ("✓", "green"),
    Level.WARN: ("!", "yellow"),
    Level.ACKNOWLEDGE: ("?", "magenta"),
    Level.PERMIT: ("✗", "bold red"),
    Level.BLOCK: ("✗", "bold red"),
}
"""The sign of each level, and its style on the terminal."""


def check(
    plan: PlanArgument,
    zones: ZoneFiles = None,
    unclear: Unclear = UnclearZones.WORST,
    at: TakeOff = None,
    drone: Annotated[str, typer.Option(help="A drone of the catalogue.")] = DEFAULT_DRONE,
    drones: Annotated[Path | None, typer.Option(help="A TOML file with more drones.")] = None,
    home: Home = None,
    pilot: Annotated[
        str | None, typer.Option(metavar="LAT,LON|NAME", help="Where the pilot stands; else home.")
    ] = None,
    terrain: TerrainPath = None,
    ground: GroundWords = None,
    weather: WeatherWords = None,
    policy: PolicyPath = None,
    autopilot: AutopilotOption = None,
    area: AreaPath = None,
    camera: CameraName = None,
    cameras: CamerasPath = None,
    images: ImagesWanted = None,
    images_map: ImagesMap = None,
    bvlos: Annotated[bool, typer.Option("--bvlos", help="An authorisation for BVLOS is held.")] = False,
    acknowledge: Annotated[
        list[str] | None, typer.Option(metavar="SUBJECT", help="A condition that is met, such as a zone's identifier.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdicts as JSON.")] = False,
    data: DataDir = None,
) -> None:
    """Run the pre-flight checks. Exit status 1 when one blocks or wants a permit; what is not known warns."""
    know_towns(data)
    now = SystemClock().now()
    known = drone_named(drone, catalogue(drones))
    start = moment_given(at, "--at", otherwise=now)
    file = formats.load(plan)
    inputs = given_inputs(
        file,
        at=start,
        now=now,
        zones=zones,
        unclear=unclear,
        home=home,
        terrain=terrain,
        ground=ground_given(ground),
        weather=weather,
        policy=policy,
        airframe=known.airframe,
        autopilot=autopilot or known.autopilot,
        pilot_at=place_given(pilot, "--pilot"),
        bvlos=bvlos,
        mapped=mapped_given(file, area, camera, cameras, images, of_drone=known.cameras[0]),
    )
    verdicts = run_checks(inputs)
    if images_map is not None:
        write_images_map(images_map, inputs)
    verdicts = acknowledged(verdicts, _given(verdicts, acknowledge or []))
    stopped = any(verdict.level in STOPS for verdict in verdicts)
    if as_json:
        told = {
            "plan": plan.name,
            "at": iso(start),
            "worst": worst(verdicts).value,
            "blocked": stopped,
            "verdicts": [verdict.as_json() for verdict in verdicts],
        }
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _show(plan.name, start, verdicts)
    if stopped:
        raise typer.Exit(1)


def _given(verdicts: list[Verdict], subjects: list[str]) -> list[Acknowledgement]:
    asking = [verdict for verdict in verdicts if verdict.level is Level.ACKNOWLEDGE]
    if unknown := set(subjects) - {verdict.subject for verdict in asking}:
        known = ", ".join(verdict.subject for verdict in asking) or "nothing"
        raise BadInput(Message("cli.nothing_to_acknowledge", name=min(unknown), known=known))
    return [
        Acknowledgement(
            verdict.check, verdict.subject, verdict.data_version, Message("checks.acknowledged_on_command_line")
        )
        for verdict in asking
        if verdict.subject in subjects
    ]


def _show(name: str, start: datetime, verdicts: list[Verdict]) -> None:
    title = Message("cli.verdicts_of", plan=name, at=f"{start:%Y-%m-%d %H:%M}").text()
    table = Table(title=title, title_justify="left", show_lines=False)
    table.add_column(Message("cli.check").text())
    table.add_column(Message("cli.verdict").text(), no_wrap=True)
    table.add_column(Message("cli.why").text(), ratio=3)
    table.add_column(Message("cli.what_would_clear_it").text(), ratio=2)
    for verdict in verdicts:
        why = Text(verdict.message.text())  # a zone's name is no markup
        clears = ""
        if verdict.clears is not None:
            clears = verdict.clears.text()
        table.add_row(Text(f"{verdict.title.text()} ({verdict.check})"), _mark(verdict.level), why, Text(clears))
    console = Console()
    console.print(table)
    counts = {level: sum(verdict.level is level for verdict in verdicts) for level in Level}
    said = ", ".join(f"{_level(level)}: {count}" for level, count in counts.items() if count)
    word = Message("cli.may_be_flown")
    if counts[Level.BLOCK] or counts[Level.PERMIT]:
        word = Message("cli.not_to_be_flown")
    elif counts[Level.ACKNOWLEDGE]:
        word = Message("cli.flown_once_acknowledged")
    console.print(f"{said} – {word.text()}", highlight=False)


def _level(level: Level) -> str:
    return Message(f"levels.{level}").text()


def _mark(level: Level) -> Text:
    sign, style = MARKS[level]
    return Text(f"{sign} {_level(level)}", style)
