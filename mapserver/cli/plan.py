"""`vanagas plan`: a route of any pattern over a shape, and a look into a plan file, without a server.

The commands and their options follow from the patterns' own wishes, so that none is described twice.
"""

import inspect
import json
import types
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from mapserver.cli.listed_towns import know_towns
from mapserver.cli.mapped import ImagesMap
from mapserver.cli.options import (
    DataDir,
    GroundWords,
    TakeOff,
    TerrainPath,
    Unclear,
    UnclearZones,
    ZoneFiles,
    ground_given,
    moment_given,
    place_given,
    terrain_given,
    zones_given,
)
from mapserver.cli.rest import rest
from mission.formats import load
from mission.plans.files import Setting, plan_file
from mission.routes.cameras import catalogue
from mission.routes.drones import drone_named
from mission.routes.drones import drones as drone_catalogue
from mission.routes.energy import Wind
from mission.routes.mission_items import items_to_json
from mission.routes.patterns import PATTERNS, RESERVE, UNITS, Pattern
from mission.zones.areas.picking import KNOWN
from telemetry.clock import SystemClock
from telemetry.errors import BadInput
from telemetry.messages import Message

app = typer.Typer(help="Plan a route over a shape.", no_args_is_help=True, add_completion=False)


@app.command()
def show(
    plan: Annotated[Path, typer.Argument(metavar="FILE", help="A plan file of any known format.")],
) -> None:
    """Print the mission items of a plan as JSON; a file that is no plan is refused with the place and the reason."""
    typer.echo(json.dumps(items_to_json(list(load(plan).items)), indent=1))


def _shared(
    area: Annotated[Path, typer.Argument(metavar="AREA", help=f"The point, line or area: {KNOWN}.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The plan; its ending says the format.")],
    feature: Annotated[
        str | None, typer.Option(metavar="NAME|N", help="Which shape of a file that holds several.")
    ] = None,
    home: Annotated[
        str | None, typer.Option(metavar="LAT,LON[,ALT]|NAME", help="Where the drone starts and lands; ALT in m.")
    ] = None,
    drone: Annotated[str | None, typer.Option(help="A drone of the catalogue.")] = None,
    wind: Annotated[
        str | None, typer.Option(metavar="FROM_DEG,M_S", help="At flying height, such as 270,6; else still air.")
    ] = None,
    terrain: TerrainPath = None,
    ground: GroundWords = None,
    zones: ZoneFiles = None,
    unclear: Unclear = UnclearZones.WORST,
    at: TakeOff = None,
    reserve: Annotated[float, typer.Option(help="Part of the battery left after landing, 0 to 0.9.")] = RESERVE,
    cameras: Annotated[Path | None, typer.Option(help="A TOML file with more cameras.")] = None,
    drones: Annotated[Path | None, typer.Option(help="A TOML file with more drones.")] = None,
    images_map: ImagesMap = None,
    data: DataDir = None,
) -> None:
    """Stands for the options that every pattern has."""


def _command(pattern: Pattern) -> Callable[..., None]:
    """The command that plans `pattern`: the shared options, and one for each of its wishes."""
    names = {_option(name): name for name in pattern.wishes.model_fields}

    def plan(**given: Any) -> None:
        know_towns(given.pop("data"))
        wishes = {name: given[option] for option, name in names.items()}
        setting = _setting(**{name: value for name, value in given.items() if name not in (*names, "area", "out")})
        told = plan_file(pattern.name, given["area"], given["out"], wishes, setting)
        typer.echo(json.dumps(told, ensure_ascii=False))

    parameters = {**inspect.signature(_shared).parameters, **{each.name: each for each in _options(pattern)}}
    plan.__doc__ = f"{pattern.help} Prints the numbers and the verdicts as JSON."
    plan.__signature__ = inspect.Signature(list(parameters.values()))  # type: ignore[attr-defined]
    plan.__annotations__ = {name: each.annotation for name, each in parameters.items()}
    return plan


def _options(pattern: Pattern) -> list[inspect.Parameter]:
    """One option a wish; None means the wish's own default, which the help names."""
    found = []
    for each, wish in zip(pattern.form(), pattern.wishes.model_fields.values(), strict=True):
        kind: Any = next((part for part in get_args(wish.annotation) if part is not types.NoneType), wish.annotation)
        said = each["help"]
        if each["unit"]:
            said += f" In {each['unit']}."
        if each["default"] is not None and each["name"] != "camera":
            said += f" Default {each['default']}."
        annotation: Any = Annotated[kind | None, typer.Option(help=said)]
        name = _option(each["name"])
        found.append(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation))
    return found


def _option(wish: str) -> str:
    """A wish's name on the command line: without its unit."""
    return next((wish.removesuffix(ending) for ending in UNITS if wish.endswith(ending)), wish)


def _setting(
    feature: str | None,
    home: str | None,
    drone: str | None,
    wind: str | None,
    terrain: Path | None,
    ground: str | None,
    zones: list[Path] | None,
    unclear: UnclearZones,
    at: str | None,
    reserve: float,
    cameras: Path | None,
    drones: Path | None,
    images_map: Path | None,
) -> Setting:
    now = SystemClock().now()
    known = drone_catalogue(drones)  # a file that is named is read, and refused, even when no drone is
    return Setting(
        at=moment_given(at, "--at", otherwise=now),
        now=now,
        home=place_given(home, "--home"),
        drone=None if drone is None else drone_named(drone, known),
        cameras=catalogue(cameras),
        terrain=terrain_given(terrain),
        ground=ground_given(ground),
        wind=None if wind is None else _wind(wind),
        airspace=zones_given(zones, unclear, now=now),
        reserve=reserve,
        feature=feature,
        images_map=images_map,
    )


def _wind(text: str) -> Wind:
    try:
        from_deg, speed = (float(part) for part in text.split(","))
    except ValueError as error:
        raise BadInput(Message("cli.not_a_wind", text=text)) from error
    return Wind(from_deg, speed)


app.command()(rest)
for _pattern in PATTERNS.values():
    app.command(_pattern.name)(_command(_pattern))
