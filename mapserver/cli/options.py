"""Options that several commands share, and how their words are read."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from mission.airspace.evaluate import Airspace
from mission.checks.inputs import Inputs
from mission.checks.offline import AWAY, airspace_in, inputs_of, policy_in, weather_from
from mission.checks.policy import Policy
from mission.formats.document import PlanFile
from mission.ground import Terrain
from mission.heights import AboveSea, Band
from telemetry.cities import known_towns
from telemetry.clock import as_utc
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.positions import Position, distance_m
from telemetry.scopes import Scope
from telemetry.transfer.refusals import AutopilotName

DataDir = Annotated[
    Path | None, typer.Option("--data", help="Folder that keeps everything; VANAGAS_DATA_DIR, else ./data.")
]
PlanArgument = Annotated[
    Path, typer.Argument(metavar="PLAN", help="A plan in any format that `vanagas convert` reads.")
]
ZoneFiles = Annotated[list[Path] | None, typer.Option("--zones", help="Zones of an authority: ED-269 or ED-318.")]
TakeOff = Annotated[
    str | None, typer.Option("--at", metavar="TIME", help="Take-off, such as 2026-06-01T10:00Z; else now.")
]
TownName = Annotated[str, typer.Option("--city", metavar="TOWN", help="The town: its id in `vanagas town list`.")]
Home = Annotated[
    str | None,
    typer.Option(
        "--home", metavar="LAT,LON[,ALT]|NAME", help="Where the drone starts, in m above the sea; else as planned."
    ),
]
TerrainPath = Annotated[
    Path | None, typer.Option("--terrain", help="A GeoTIFF of heights above the sea; else as high as home.")
]
GroundWords = Annotated[
    str | None,
    typer.Option("--ground", metavar="LOW,HIGH", help="Lowest and highest ground, m above the sea, if no terrain."),
]
WeatherWords = Annotated[
    str | None,
    typer.Option("--weather", help="wind=6,gust=9,rain=0,visibility=9000,temperature=12,kp=2 in m/s, mm/h, m and °C."),
]
AutopilotOption = Annotated[
    AutopilotName | None, typer.Option("--autopilot", help="Name the items that this autopilot refuses.")
]
PolicyPath = Annotated[Path | None, typer.Option("--policy", help="A TOML file with a town's thresholds.")]


def _scope(text: str) -> Scope:
    return Scope.read(text)


ScopeOption = Annotated[
    Scope | None,
    typer.Option("--scope", parser=_scope, metavar="SCOPE", help="live, or exercise/ID; else the server's own."),
]
NEAR_M = 500_000.0
"""A place that is nearer than this to a town may be meant; exchanged, it lies thousands of kilometres away."""


class UnclearZones(StrEnum):
    """What becomes of a zone that its file leaves unclear."""

    WORST = "worst"
    """It is taken as prohibited, at all heights or always, wherever that is what is unclear."""
    REFUSE = "refuse"
    """Its whole file is refused."""


PLACES_TOLD = 5
Unclear = Annotated[
    UnclearZones, typer.Option("--unclear", help="Take a zone that its file leaves unclear at its worst, or refuse.")
]


def given_inputs(
    plan: PlanFile, *, at: datetime, now: datetime, zones: list[Path] | None, unclear: UnclearZones, home: str | None,
    terrain: Path | None, ground: Band[AboveSea] | None, weather: str | None, policy: Path | None, **more: Any,
) -> Inputs:  # fmt: skip
    """What the checks look at, from the words of the options above; `more` as of `inputs_of`. Raises BadInput."""
    return inputs_of(
        plan, at=at, now=now, home=place_given(home, "--home"),
        terrain=terrain_given(terrain),
        ground=ground, airspace=zones_given(zones, unclear, now=now),
        weather=None if weather is None else weather_from(weather, at=at),
        policy=policy_given(policy), **more,
    )  # fmt: skip


def policy_given(path: Path | None) -> Policy:
    """The town's policy in a file; that of whoever is away without one. Raises BadInput."""
    if path is None:
        return AWAY
    return policy_in(path)


def ground_given(words: str | None) -> Band[AboveSea] | None:
    """How high the ground lies by `LOW,HIGH`. Raises BadInput."""
    if words is None:
        return None
    return ground_band(words)


def moment_given(text: str | None, option: str, *, otherwise: datetime) -> datetime:
    """A moment as `moment`, or `otherwise` without one."""
    if text is None:
        return otherwise
    return moment(text, option)


def place_given(text: str | None, option: str) -> Position | None:
    """A position as `place`; None without one."""
    if text is None:
        return None
    return place(text, option)


def zones_given(paths: list[Path] | None, unclear: UnclearZones, *, now: datetime) -> Airspace | None:
    """The zones of the files; those that were mended or taken at their worst are named on standard error."""
    airspace = airspace_in(paths or [], now=now, keep_unclear=unclear is UnclearZones.WORST)
    for zone in () if airspace is None else airspace.zones:
        for remark in zone.remarks:
            typer.echo(f"zone {zone.identifier}: {remark.text()}", err=True)
    return airspace


def terrain_given(path: Path | None) -> Terrain | None:
    """The terrain in a GeoTIFF. Raises BadInput. Its library takes a tenth of a second to load, so not without one."""
    if path is None:
        return None
    from mission.terrain import TerrainFile  # noqa: PLC0415

    return TerrainFile(path)


def moment(text: str, option: str) -> datetime:
    """A moment in UTC from ISO 8601 with a time zone. Raises BadInput."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(Message("cli.not_a_time", option=option, text=text)) from error
    try:
        return as_utc(read)
    except ValueError as error:
        raise BadInput(f"{option}: {error}") from error


def place(text: str, option: str) -> Position:
    """A position from `LAT,LON` or `LAT,LON,ALT` (m above the sea), or from a place's name.

    Raises BadInput, also where the two are exchanged: read the other way round they lie near one of the towns.
    """
    try:
        lat, lon, *alt = (float(part) for part in text.split(","))
        if len(alt) > 1:
            raise ValueError("more than three numbers")
        read = Position(lat=lat, lon=lon, alt_m=alt[0] if alt else None)
    except ValueError as error:
        if any(sign.isalpha() for sign in text):
            return _named_place(text, option)
        raise BadInput(Message("cli.not_a_place", option=option, text=text)) from error
    if not _near_a_town(lat, lon) and _near_a_town(lon, lat):
        raise BadInput(Message("cli.exchanged", option=option, text=text, lon=lon, lat=lat))
    return read


def _near_a_town(lat: float, lon: float) -> bool:
    if abs(lat) > 90:
        return False
    here = Position(lat=lat, lon=lon)
    return any(distance_m(here, Position(lat=city.facts.lat, lon=city.facts.lon)) < NEAR_M for city in known_towns())


def _named_place(text: str, option: str) -> Position:
    """The one place that has this name; what was taken is said on standard error."""
    from mapserver.core.settings import load  # noqa: PLC0415  slow to import, and most places are numbers
    from telemetry.gazetteer import gazetteer_file  # noqa: PLC0415

    path = load().gazetteer
    if path is None:
        raise BadInput(Message("cli.place_without_gazetteer", option=option, text=text))
    gazetteer = gazetteer_file(path).gazetteer
    meant = gazetteer.named(text)
    if len(meant) != 1:
        like = [one.place.label for one in gazetteer.search(text)[:PLACES_TOLD]]
        if not like:
            raise BadInput(Message("cli.place_unknown", option=option, text=text, file=path.name))
        raise BadInput(Message("cli.place_unclear", option=option, text=text, places=like))
    typer.echo(f"{option}: {meant[0].label}, {meant[0].lat:.5f},{meant[0].lon:.5f}", err=True)
    return Position(lat=meant[0].lat, lon=meant[0].lon)


def ground_band(text: str) -> Band[AboveSea]:
    """The ground from `LOW,HIGH`, metres above the sea. Raises BadInput."""
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError as error:
        raise BadInput(Message("cli.not_heights", text=text)) from error
    if not low <= high:
        raise BadInput(Message("cli.heights_exchanged", text=text))
    return Band(low, high)
