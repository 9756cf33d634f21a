"""A debrief from what was recorded of a flight and what was planned. Pure: values in, values out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry import mapping

from mission.debrief.battery import BatteryUse, compare
from mission.debrief.camera_view import CameraState
from mission.debrief.coverage import Coverage, cover
from mission.debrief.legs import OFF_ROUTE_M, FlownLeg, legs_of, match
from mission.debrief.simplification import simplified
from mission.ground import FlatTerrain, Terrain
from mission.routes.cameras import Camera
from telemetry.errors import Conflict
from telemetry.logs.photos import Photos
from telemetry.messages import Message
from telemetry.positions import LocalFrame
from telemetry.vehicles import Airframe

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Recorded:
    """A flight's track, a row a point, by time."""

    seconds: Floats
    """Since the first point."""
    lat: Floats
    lon: Floats
    height_m: Floats
    """Above the take-off."""
    heading_deg: Floats
    """NaN where it was not told."""
    speed_m_s: Floats
    battery: Sequence[float | None]


@dataclass(frozen=True)
class DebriefInputs:
    """What a debrief is made of."""

    track: Recorded
    route: dict[str, Any]
    """The plan's GeoJSON Feature."""
    area: Polygon | None
    """(longitude, latitude) degrees; None for a flight over no area."""
    camera: Camera
    airframe: Airframe
    terrain: Terrain = field(default_factory=FlatTerrain)
    returning_s: float | None = None
    """From then on it flew home and took no pictures of the plan any more; None: never."""
    photos: Photos | None = None
    """What the vehicle told of its pictures; None when it told nothing."""


@dataclass(frozen=True)
class DebriefResult:
    """What a debrief found."""

    coverage: Coverage | None
    battery: BatteryUse
    frame: LocalFrame
    shown: list[list[float]]
    """The thinned track: longitude, latitude, metres above the take-off, seconds since its first point."""
    curve: list[list[float]]
    """Seconds and battery (0..1) where the battery changed."""
    length_m: float
    photos: int
    photos_from: str
    """What they were counted by: the vehicle's message, or `distance` flown where it tells of none."""
    photo_places: list[list[float]]
    """Where it says it took them: longitude, latitude, metres above home."""

    def as_json(self) -> dict[str, Any]:
        """Ready for the database and the page: numbers rounded, areas as GeoJSON in degrees."""
        battery = self.battery
        return {
            "coverage": None if self.coverage is None else self._coverage(self.coverage),
            "battery": {
                "used_wh": None if battery.used_wh is None else round(battery.used_wh, 2),
                "predicted_wh": round(battery.predicted_wh, 2),
                "recorded": round(battery.recorded, 3),
                "ratio": None if battery.ratio is None else round(battery.ratio, 3),
            },
            "track": self.shown,
            "battery_curve": self.curve,
            "length_m": round(self.length_m, 1),
            "photos": self.photos,
            "photos_from": self.photos_from,
            "photo_places": self.photo_places,
        }

    def _coverage(self, found: Coverage) -> dict[str, Any]:
        return {
            "fraction": round(found.fraction, 4),
            "watched_s": round(found.watched_s, 1),
            "mean_dwell_s": round(found.mean_dwell_s, 1),
            "covered": mapping(self._degrees(found.covered.simplify(0.1))),
            "gaps": [{"area_m2": round(gap.area, 1), "geometry": mapping(self._degrees(gap))} for gap in found.gaps],
        }

    def _degrees(self, shape: Any) -> Any:
        def back(points: Floats) -> Floats:
            lat, lon = self.frame.to_degrees(points[:, 0], points[:, 1])  # type: ignore[arg-type]  # it takes arrays too
            return np.round(np.column_stack([lon, lat]), 7)

        return shapely.transform(shape, back)


def debrief(flown: DebriefInputs) -> DebriefResult:
    """What was flown against what was planned. Raises Conflict when there is no track to tell it by."""
    track = flown.track
    if len(track.seconds) < 2:
        raise Conflict(Message("debriefs.nothing_recorded"))
    frame = LocalFrame(float(track.lat[0]), float(track.lon[0]))
    places = _metres(frame, track.lat, track.lon, track.height_m)
    legs = legs_of(flown.route, frame.to_metres)
    runs: list[list[CameraState]] = []
    if legs:
        runs = list(_runs(flown, places, legs))
    coverage = None
    if flown.area is not None:
        area = shapely.transform(flown.area, lambda at: _metres(frame, at[:, 1], at[:, 0], at[:, 0])[:, :2])
        coverage = cover(area, runs, flown.camera)
    told = [level for level in track.battery if level is not None]
    kept = simplified(track.seconds, places)
    return DebriefResult(
        coverage=coverage,
        battery=compare(
            flown.airframe,
            track.seconds,
            track.height_m,
            track.speed_m_s,
            told[0] if told else None,
            told[-1] if told else None,
        ),
        frame=frame,
        shown=[
            [
                round(float(track.lon[i]), 7),
                round(float(track.lat[i]), 7),
                round(float(track.height_m[i]), 2),
                round(float(track.seconds[i]), 2),
            ]
            for i in kept
        ],
        curve=_curve(track),
        length_m=float(np.linalg.norm(np.diff(places, axis=0), axis=1).sum()),
        photos=_photos(flown.route, runs) if flown.photos is None else len(flown.photos.places),
        photos_from="distance" if flown.photos is None else flown.photos.told_by,
        photo_places=[]
        if flown.photos is None
        else [
            [round(float(lon), 7), round(float(lat), 7), round(float(up), 1)] for lat, lon, up in flown.photos.places
        ],
    )


def _metres(frame: LocalFrame, lat: Floats, lon: Floats, height: Floats) -> Floats:
    east, north = frame.to_metres(lat, lon)  # type: ignore[arg-type]  # it takes arrays too
    return np.column_stack([east, north, height])


def _runs(flown: DebriefInputs, places: Floats, legs: list[FlownLeg]) -> Iterator[list[CameraState]]:
    """Stretches of one leg on which the camera was on, as the camera's places and looks."""
    track = flown.track
    numbers, apart = match(places, legs)
    ground = flown.terrain.heights_m(track.lat, track.lon)
    above = places[:, 2] + ground[0] - ground
    course = _course(places)
    on = apart <= OFF_ROUTE_M
    if flown.returning_s is not None:
        on &= track.seconds < flown.returning_s
    rows = [row for row in range(len(places)) if on[row] and legs[numbers[row]].camera]
    for (_, number), run in groupby(enumerate(rows), key=lambda pair: (pair[1] - pair[0], numbers[pair[1]])):
        leg = legs[number]
        eyes = []
        for _, row in run:
            heading = track.heading_deg[row]
            yaw, pitch = leg.look(places[row], float(course[row] if np.isnan(heading) else heading))
            eyes.append(
                CameraState(
                    float(track.seconds[row]),
                    float(places[row, 0]),
                    float(places[row, 1]),
                    float(above[row]),
                    yaw,
                    pitch,
                )
            )
        yield eyes


def _course(places: Floats) -> Floats:
    """Direction of travel at each point, degrees from north."""
    way = np.gradient(places[:, :2], axis=0)
    return np.degrees(np.arctan2(way[:, 0], way[:, 1])) % 360


def _curve(track: Recorded) -> list[list[float]]:
    curve: list[list[float]] = []
    for at, level in zip(track.seconds, track.battery, strict=True):
        if level is not None and (not curve or curve[-1][1] != round(level, 3)):
            curve.append([round(float(at), 1), round(level, 3)])
    return curve


def _photos(route: dict[str, Any], runs: Sequence[Sequence[CameraState]]) -> int:
    """Pictures by the plan's distance between two, along what was flown with the camera on; 0 when none are taken."""
    every = (route["properties"].get("summary") or {}).get("trigger_m")
    if not every:
        return 0
    total = 0
    for run in runs:
        line = np.array([(eye.east_m, eye.north_m) for eye in run])
        total += 1 + int(np.linalg.norm(np.diff(line, axis=0), axis=1).sum() / every)
    return total
