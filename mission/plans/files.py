"""From a shape in a file to plan files with their verdicts in one step, for the command line. Keeps nothing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from shapely import Polygon

from mission.airspace.evaluate import Airspace
from mission.checks.images import image_count_of
from mission.checks.inputs import Inputs, MappedArea
from mission.checks.offline import AWAY, inputs_of
from mission.checks.registry import run_checks
from mission.checks.verdict import Verdict
from mission.checks.wind import near_ground
from mission.formats import FORMATS, PlanFile, dump
from mission.ground import Terrain
from mission.heights import AboveSea, Band
from mission.plans.editable_survey import SURVEY, with_editable_survey
from mission.plans.fences import fence_round, rally_at_home
from mission.plans.geojson import route_feature, to_geojson
from mission.plans.mapped import mapped_area
from mission.routes.cameras import Camera
from mission.routes.drones import Drone
from mission.routes.energy import CALM, Wind
from mission.routes.image_map import image_map
from mission.routes.mission_items import items_of
from mission.routes.patterns import RESERVE, plan_pattern
from mission.routes.route import Route, Waypoint
from mission.weather.values import WeatherSample
from mission.zones.areas import load_shape
from mission.zones.geometry import read_area
from telemetry.errors import BadPlan
from telemetry.files import write_whole
from telemetry.messages import Message
from telemetry.positions import Position

GEOJSON = (".geojson", ".json")
QGC = ".plan"
TURNAROUND = timedelta(minutes=10)
"""Between two sorties, for changing the battery."""


@dataclass(frozen=True)
class Setting:
    """With what, from where and in what a plan is flown, and when it is checked for."""

    at: datetime
    """Take-off, UTC."""
    now: datetime
    home: Position | None = None
    drone: Drone | None = None
    cameras: Mapping[str, Camera] | None = None
    terrain: Terrain | None = None
    """None: the ground is taken to be as high as home."""
    ground: Band[AboveSea] | None = None
    """Where the ground may be when there is no terrain."""
    wind: Wind | None = None
    """At flying height; None: still air is planned with, and the checks say that no wind is known."""
    airspace: Airspace | None = None
    reserve: float = RESERVE
    feature: str | None = None
    """Name or number of the shape to plan over, in a file of several."""
    images_map: Path | None = None
    """A GeoJSON file for how many pictures show each part of the area."""


def plan_file(
    pattern: str, shape_path: Path, out_path: Path, wishes: Mapping[str, object], setting: Setting
) -> dict[str, Any]:
    """Plan `pattern` over the shape in `shape_path`, write `out_path` in the format of its ending.

    Gives the summary, the sorties', the names of the files, what they cannot hold (`lost`) and every check's verdict.
    GeoJSON holds the whole; of a flight that needs several batteries each sortie is a mission of its own, in files
    numbered -01, -02, …. Raises BadGeometry, BadPlan or BadInput; then nothing is written.
    """
    if out_path.suffix.lower() not in FORMATS:
        raise BadPlan(Message("plans.other_ending", out_path=out_path.name, known=list(FORMATS)))
    shape = load_shape(shape_path, setting.feature)
    route = plan_pattern(
        pattern,
        shape,
        wishes,
        home=setting.home,
        drone=setting.drone,
        cameras=setting.cameras,
        terrain=setting.terrain,
        wind=setting.wind or CALM,
        reserve=setting.reserve,
        name=shape_path.name,
    )
    camera = wishes.get("camera")
    if not camera and setting.drone is not None:
        camera = setting.drone.cameras[0]
    wanted = {**wishes, "camera": camera}
    mapped = mapped_area(pattern, shape, wanted, setting.cameras)
    survey = None
    if pattern == SURVEY:
        survey = (read_area(shape, shape_path.name), wanted)
    files, lost = _files(route, out_path, setting, survey)
    flights = _inputs_of_flights(route, out_path.stem, setting)
    if setting.images_map is not None:
        files[setting.images_map] = _images_map(mapped, flights)
    verdicts = _verdicts_of(flights, mapped)
    for path, content in files.items():
        write_whole(path, content)
    return route.as_json() | {
        "files": [path.name for path in files],
        "lost": lost,
        "verdicts": [verdict.as_json() for verdict in verdicts],
    }


def plan_file_of(route: Route, name: str, *, home_alt_m: float | None = None) -> PlanFile:
    """What one battery flies as a plan file holds it: home where it begins, and there the place to land in need.

    The geofence is that of `fence_round`. Heights are above home, whose own is `home_alt_m` metres above the sea;
    None where nobody knows it. Raises BadPlan for a route of several sorties.
    """
    first = route.points[0]
    home = Position(lat=first.lat, lon=first.lon, alt_m=home_alt_m)
    items = tuple(items_of(route))
    speed = round(route.summary.speed_m_s, 2)
    return PlanFile(name, items, home, (fence_round(route),), (rally_at_home(route),), speed)


def plan_files_of(route: Route, name: str, setting: Setting) -> list[PlanFile]:
    """The plan file of each sortie, in order; where there are several they are called `name`-01, `name`-02, …."""
    return [
        plan_file_of(
            flight, f"{name}-{number:02}" if route.sorties else name, home_alt_m=_ground_at(flight.points[0], setting)
        )
        for number, flight in enumerate(route.flights, start=1)
    ]


def _verdicts_of(flights: Sequence[Inputs], mapped: MappedArea | None) -> list[Verdict]:
    """Every check's verdicts on flights of one route, one after the other; `numbers.sortie` says which of several.

    `mapped` is what the pictures of all flights together are to map.
    """
    found: list[Verdict] = []
    for number, flight in enumerate(flights, start=1):
        others = tuple(other.profile.pictures for other in flights if other is not flight)
        asked = None
        if mapped is not None:
            asked = replace(mapped, others=others)
        verdicts = run_checks(replace(flight, mapped=asked))
        if len(flights) > 1:
            verdicts = [replace(each, numbers={**each.numbers, "sortie": number}) for each in verdicts]
        found += verdicts
    return found


def _images_map(mapped: MappedArea | None, flights: Sequence[Inputs]) -> str:
    """How many pictures of all flights show each part of the area, as GeoJSON. Raises BadPlan where none map it."""
    if mapped is None:
        raise BadPlan(Message("plans.no_images_map"))
    first, *others = flights
    whole = replace(mapped, others=tuple(flight.profile.pictures for flight in others))
    return json.dumps(image_map(image_count_of(first, whole), mapped.wanted), allow_nan=False) + "\n"


def _inputs_of_flights(route: Route, name: str, setting: Setting) -> list[Inputs]:
    """What the checks look at, flight by flight; each takes off when the battery of the one before is changed."""
    found: list[Inputs] = []
    at = setting.at
    for flight, plan in zip(route.flights, plan_files_of(route, name, setting), strict=True):
        found.append(
            inputs_of(
                plan,
                at=at,
                now=setting.now,
                airframe=None if setting.drone is None else setting.drone.airframe,
                home=setting.home,
                terrain=setting.terrain,
                ground=setting.ground,
                airspace=setting.airspace,
                weather=None
                if setting.wind is None
                else _weather(setting.wind, route.summary.max_height_agl_m, setting.at),
                policy=AWAY.model_copy(update={"reserve": setting.reserve}),
            )
        )
        at += timedelta(seconds=flight.summary.duration_s) + TURNAROUND
    return found


def _ground_at(place: Waypoint, setting: Setting) -> float | None:
    """How high above the sea the ground of home is, where the terrain or whoever plans has told it."""
    if setting.terrain is not None:
        return round(float(setting.terrain.heights_m(place.lat, place.lon)), 1)
    if setting.home is None:
        return None
    return setting.home.alt_m


def _files(
    route: Route, out_path: Path, setting: Setting, survey: tuple[Polygon, dict[str, Any]] | None
) -> tuple[dict[Path, str | bytes], list[str]]:
    """What is written, by path, and what the format cannot hold of it.

    GeoJSON holds the route with its legs and numbers, other formats mission items; a .plan holds a survey, given as its
    area and wishes, as one that can be edited.
    """
    suffix = out_path.suffix.lower()
    if suffix in GEOJSON:
        return {out_path: json.dumps(to_geojson(route), indent=2, allow_nan=False) + "\n"}, []
    plans = plan_files_of(route, out_path.stem, setting)
    if survey is not None and suffix == QGC:
        cameras = None if setting.cameras is None else dict(setting.cameras)
        plans = [
            with_editable_survey(plan, *survey, route_feature(flight), cameras, is_sortie=bool(route.sorties))
            for plan, flight in zip(plans, route.flights, strict=True)
        ]
    dumps = {out_path.with_name(plan.name + out_path.suffix): dump(plan, suffix) for plan in plans}
    lost = dict.fromkeys(lost.text() for each in dumps.values() for lost in each.lost)
    return {path: each.content for path, each in dumps.items()}, list(lost)


def _weather(wind: Wind, height_m: float, at: datetime) -> WeatherSample:
    """What is known of the weather when only the wind at flying height is."""
    return WeatherSample(begins=at, ends=at + timedelta(days=1), wind_m_s=near_ground(wind.speed_m_s, height_m))
