"""Random zones and random questions for them, hard where it is: at edges, heights, hours and the 180th meridian."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from random import Random

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely import Polygon

from mission.airspace.applicability import DAYS, Applicability, DailyPeriod, SunEvent
from mission.airspace.evaluate import Airspace
from mission.airspace.heights import HeightReference, LengthUnit, Limit
from mission.airspace.volume import Volume
from mission.airspace.zones import Circle, Restriction, UasZone, ZoneVolume
from mission.zones.attention import Weekday
from tests.mission.airspace.oracle import Floats, Points, blocked, instant

BEGIN = datetime(2026, 3, 23, tzinfo=UTC)
"""A week with the change to summer time in the Baltic states."""
LENGTH = timedelta(days=9)
GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Region:
    """Where a scene lies."""

    lat: float
    lon: float
    geoid_m: float
    """Around which the true separation varies, metres."""
    half_deg: float = 0.12


BALTIC = Region(55.95, 23.3, 24.0)
DATE_LINE = Region(-17.5, 179.99, 55.0)


@dataclass(frozen=True)
class Answers:
    """What evaluator and oracle said of the same questions: a row a zone, a column a question."""

    found: NDArray[np.bool_]
    truth: NDArray[np.bool_]

    @property
    def unsafe(self) -> int:
        """Questions answered "free of this zone" about a point that is in it."""
        return int((self.truth & ~self.found).sum())


def ground_m(lat: Floats, lon: Floats) -> Floats:
    """A slope of 8 % to the north and 3 % to the east over the whole scene."""
    return np.asarray(1_200 + (lat % 1) * 111_000 * 0.08 + (lon % 0.5) * 62_000 * 0.03)


def geoid_m(region: Region, lat: Floats) -> Floats:
    """A separation that varies by a few metres."""
    return np.asarray(region.geoid_m + 4 * np.sin(lat * 300))


def zones(rnd: Random, region: Region, count: int) -> list[UasZone]:
    """Zones of every sort round the region's middle."""
    made = []
    for number in range(count):
        volumes = tuple(_volume(rnd, region) for _ in range(rnd.choice((1, 1, 1, 2, 3))))
        restriction = rnd.choice(list(Restriction))
        made.append(
            UasZone(f"Z{number}", "LTU", f"zone {number}", restriction, volumes, applicability=_times(rnd, region))
        )
    return made


def _volume(rnd: Random, region: Region) -> ZoneVolume:
    lat = region.lat + rnd.uniform(-1, 1) * region.half_deg
    lon = region.lon + rnd.uniform(-1, 1) * region.half_deg * 1.8
    if rnd.random() < 0.45:
        unit = rnd.choice(list(LengthUnit))
        size = rnd.choice((150.0, 900.0, 3_000.0, 12_000.0)) / unit.metres(1)
        return ZoneVolume(Circle(lat, (lon + 180) % 360 - 180, size, unit), *_limits(rnd))
    corners = rnd.randint(3, 9)
    size = rnd.choice((0.004, 0.02, 0.05))
    turns = sorted(rnd.uniform(0, 2 * np.pi) for _ in range(corners))
    reach = [size * rnd.uniform(0.4, 1) for _ in turns]
    star = [(lon + 1.8 * r * np.cos(t), lat + r * np.sin(t)) for r, t in zip(reach, turns, strict=True)]
    shell = Polygon(star)
    if not shell.is_valid or shell.area == 0:
        return _volume(rnd, region)
    middle = shell.representative_point()
    hole = (
        middle.buffer(shell.exterior.distance(middle) * 0.6, quad_segs=2).exterior.coords
        if rnd.random() < 0.4
        else None
    )
    return ZoneVolume(Polygon(star, [] if hole is None else [hole]), *_limits(rnd))


def _limits(rnd: Random) -> tuple[Limit, Limit]:
    def limit(metres: float) -> Limit:
        reference, unit = rnd.choice(list(HeightReference)), rnd.choice(list(LengthUnit))
        height = metres if reference is HeightReference.AGL else metres + rnd.uniform(1_200, 10_000)
        return Limit(round(height / unit.metres(1), 1), reference, unit)

    lower = rnd.choice((Limit(0.0), Limit(None), limit(rnd.uniform(20, 120)), limit(rnd.uniform(20, 120))))
    upper = rnd.choice((Limit(None), Limit(99_999.0), limit(rnd.uniform(60, 250)), limit(rnd.uniform(60, 250))))
    return lower, upper


def _times(rnd: Random, region: Region) -> tuple[Applicability, ...]:
    sort = rnd.randrange(8)
    if sort < 2:
        return ()
    begins = BEGIN + timedelta(seconds=rnd.uniform(0, 1) * LENGTH.total_seconds() * 0.7)
    dated = Applicability(begins, begins + timedelta(hours=rnd.uniform(1, 90)))
    if sort == 2:
        return (Applicability(permanent=True, ends=BEGIN),)
    if sort == 3:
        return (dated, Applicability(schedule=(_hours(rnd),)))
    if sort == 4:
        return (dated,)
    if sort == 5:
        return (Applicability(begins=dated.begins, schedule=(_hours(rnd), _hours(rnd))),)
    return (Applicability(schedule=(_sun_hours(rnd, any_day=region is DATE_LINE),)),)


def _days(rnd: Random) -> frozenset[Weekday]:
    return frozenset(rnd.sample(DAYS, rnd.choice((1, 2, 5, 7))))


def _hours(rnd: Random) -> DailyPeriod:
    zone = rnd.choice((UTC, UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-9, minutes=-30))))
    begins, ends = (time(rnd.randrange(24), rnd.randrange(0, 60, 5), tzinfo=zone) for _ in range(2))
    return DailyPeriod(_days(rnd), begins, rnd.choice((ends, ends, ends, time(23, 59, 59, tzinfo=zone), None)))


def _sun_hours(rnd: Random, *, any_day: bool) -> DailyPeriod:
    pairs: list[tuple[time | SunEvent, time | SunEvent]] = [
        (SunEvent.SR, SunEvent.SS), (SunEvent.BMCT, SunEvent.EECT), (SunEvent.SS, SunEvent.SR),
        (SunEvent.SS, time(22, 40, tzinfo=UTC)), (time(0, 20, tzinfo=UTC), SunEvent.BMCT),
    ]  # fmt: skip
    begins, ends = rnd.choice(pairs[:3] if any_day else pairs)
    return DailyPeriod(frozenset(DAYS) if any_day else _days(rnd), begins, ends)


def questions(seed: int, region: Region, asked: list[UasZone], count: int) -> tuple[list[Volume], Points]:
    """Volumes, and for each a point in it: every third just inside the edge of a circle, the rest anywhere."""
    rng = np.random.default_rng(seed)
    lat = region.lat + rng.uniform(-1.2, 1.2, count) * region.half_deg
    lon = region.lon + rng.uniform(-1.2, 1.2, count) * region.half_deg * 1.8
    circles = [volume.shape for zone in asked for volume in zone.volumes if isinstance(volume.shape, Circle)]
    near = np.arange(0, count, 3) if circles else np.arange(0)
    picked = rng.integers(0, max(1, len(circles)), len(near))
    centres = [np.array([getattr(circle, side) for circle in circles])[picked] for side in ("lon", "lat", "radius_m")]
    inside = centres[2] * (1 - 10 ** rng.uniform(-7, -1, len(near)))
    lon[near], lat[near], _ = GEOD.fwd(centres[0], centres[1], rng.uniform(0, 360, len(near)), inside)
    size = 10 ** rng.uniform(-7, -2.5, count)
    corners = np.empty((count, 4, 2))
    for corner in range(3):
        bearing = rng.uniform(0, 2 * np.pi, count)
        corners[:, corner, 0], corners[:, corner, 1] = lon + size * np.cos(bearing), lat + size * np.sin(bearing)
    corners[:, 0] = np.column_stack([lon, lat])
    corners[:, 3] = corners[:, 0]
    ground = ground_m(corners[:, :, 1], corners[:, :, 0])
    weights = rng.dirichlet([0.4, 0.4, 0.4], count)
    weights[near] = [1.0, 0.0, 0.0]
    place = np.einsum("nc,ncx->nx", weights, corners[:, :3])
    low, high = ground.min(axis=1), ground.max(axis=1)
    true_ground = np.clip(ground_m(place[:, 1], place[:, 0]), low, high)
    alt = true_ground + rng.uniform(0, 260, count)
    at = BEGIN.timestamp() + rng.uniform(0, LENGTH.total_seconds(), count)
    before, after = 10 ** rng.uniform(-2, 4.3, (2, count))
    thick = 10 ** rng.uniform(-2, 1.5, (2, count))
    volumes = [
        Volume(outline, bottom, top, lowest, highest, instant(begins), instant(ends))
        for outline, bottom, top, lowest, highest, begins, ends in zip(
            shapely.polygons(corners if region is not DATE_LINE else _wrapped(corners, rng)),
            (alt - thick[0]).tolist(), (alt + thick[1]).tolist(), low.tolist(), high.tolist(),
            (at - before).tolist(), (at + after).tolist(), strict=True,
        )
    ]  # fmt: skip
    wrapped = (place[:, 0] + 180) % 360 - 180
    points = Points(wrapped, place[:, 1], alt, true_ground, geoid_m(region, place[:, 1]), at)
    return volumes, points


def _wrapped(corners: Floats, rng: np.random.Generator) -> Floats:
    """The same places with longitudes from -180 to 180, for half of them corner by corner: as naive programs draw."""
    single = corners.copy()
    single[:, :, 0] = (corners[:, :, 0] + 180) % 360 - 180
    return np.where(rng.random(len(corners))[:, None, None] < 0.5, single, corners)


def answers(region: Region, seed: int, count: int, number_of_zones: int = 60) -> Answers:
    """Ask evaluator and oracle the same `count` questions about the same random zones."""
    made = zones(Random(seed), region, number_of_zones)
    volumes, points = questions(seed, region, made, count)
    found = np.zeros((len(made), count), dtype=bool)
    numbers = {zone.identifier: number for number, zone in enumerate(made)}
    for finding in Airspace(made).findings(volumes):
        found[numbers[finding.zone.identifier], list(finding.volumes)] = True
    return Answers(found, np.array([blocked(zone, points) for zone in made]))
