"""Which points are in which zone, worked out the slow and plain way: the yardstick for `mission/airspace/evaluate.py`.

Shares no algorithm with it. Outlines: casting a ray, and Vincenty's distance on the ellipsoid (Survey Review 23, 1975);
no shapely. Heights: the true ground and geoid at the very point. Times: the second of the day and of the week; the sun
by its elevation at the point (Meeus, Astronomical Algorithms, chapter 25, low accuracy), not by rising and setting.
"""

from dataclasses import dataclass, fields
from datetime import UTC, datetime, time
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mission.airspace.applicability import DAYS, Applicability, DailyPeriod, SunEvent
from mission.airspace.heights import Limit
from mission.airspace.zones import Circle, UasZone

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
SUNRISE_DEG, TWILIGHT_DEG = -0.833, -6.0


@dataclass(frozen=True)
class Points:
    """Where and when something is, all of one length."""

    lon: Floats
    lat: Floats
    alt_m: Floats
    """Above the sea."""
    ground_m: Floats
    geoid_m: Floats
    at: Floats
    """Seconds since 1970, UTC."""

    def of(self, rows: NDArray[np.intp]) -> "Points":
        """Some of them."""
        return Points(*(getattr(self, each.name)[rows] for each in fields(self)))


def blocked(zone: UasZone, points: Points) -> Bools:
    """Whether each point is in the zone while it applies."""
    found = np.zeros(len(points.lon), dtype=bool)
    for volume in zone.volumes:
        rows = np.flatnonzero(in_latitude(volume.shape, points))
        for test in (partial(in_outline, volume.shape), partial(above, volume.lower), partial(below, volume.upper)):
            rows = rows[test(points.of(rows))]
        found[rows[applies(zone.applicability, points.of(rows))]] = True
    return found


def in_latitude(shape: Any, points: Points) -> Bools:
    """Whether each point is as far north as some point of the outline; a degree is never less than 110 km."""
    if isinstance(shape, Circle):
        return np.asarray(np.abs(points.lat - shape.lat) <= shape.radius_m / 110_000)
    lats = np.asarray(shape.exterior.coords)[:, 1]
    return (points.lat >= lats.min()) & (points.lat <= lats.max())


def in_outline(shape: Any, points: Points) -> Bools:
    """Whether each point is in a circle or a polygon."""
    return in_circle(shape, points) if isinstance(shape, Circle) else in_rings(shape, points)


def in_rings(polygon: Any, points: Points) -> Bools:
    """Even-odd: how often a ray to the east crosses the rings, on each turn of the globe that may meet them."""
    rings = [np.asarray(ring.coords) for ring in (polygon.exterior, *polygon.interiors)]
    found = np.zeros(len(points.lon), dtype=bool)
    for turn in (-360.0, 0.0, 360.0):
        x, odd = points.lon + turn, np.zeros(len(points.lon), dtype=bool)
        for ring in rings:
            for (x1, y1), (x2, y2) in pairwise(ring):
                spans = (y1 > points.lat) != (y2 > points.lat)
                if y1 != y2:
                    odd ^= spans & (x < x1 + (points.lat - y1) / (y2 - y1) * (x2 - x1))
        found |= odd
    return found


def in_circle(circle: Circle, points: Points) -> Bools:
    """Whether the distance to the centre is at most the radius."""
    return distance_m(points.lat, points.lon, circle.lat, circle.lon) <= circle.radius_m


def distance_m(lat: Floats, lon: Floats, lat0: float, lon0: float) -> Floats:
    """Vincenty's inverse formula on WGS 84, metres; for points that are not opposite each other."""
    a, f = 6_378_137.0, 1 / 298.257223563
    b = a * (1 - f)
    u1, u2 = np.arctan((1 - f) * np.tan(np.radians(lat))), np.arctan((1 - f) * np.tan(np.radians(lat0)))
    between = np.radians((lon - lon0 + 180) % 360 - 180)
    lam = between.copy()
    for _ in range(12):
        sin_s = np.hypot(np.cos(u2) * np.sin(lam), np.cos(u1) * np.sin(u2) - np.sin(u1) * np.cos(u2) * np.cos(lam))
        cos_s = np.sin(u1) * np.sin(u2) + np.cos(u1) * np.cos(u2) * np.cos(lam)
        sigma = np.arctan2(sin_s, cos_s)
        sin_a = np.cos(u1) * np.cos(u2) * np.sin(lam) / np.where(sin_s == 0, 1, sin_s)
        cos2_a = 1 - sin_a**2
        cos_m = cos_s - 2 * np.sin(u1) * np.sin(u2) / np.where(cos2_a == 0, 1, cos2_a)
        c = f / 16 * cos2_a * (4 + f * (4 - 3 * cos2_a))
        turn = sigma + c * sin_s * (cos_m + c * cos_s * (-1 + 2 * cos_m**2))
        before, lam = lam, between + (1 - c) * f * sin_a * turn
        if np.max(np.abs(lam - before), initial=0.0) < 1e-12:
            break
    k = cos2_a * (a**2 - b**2) / b**2
    big_a = 1 + k / 16_384 * (4_096 + k * (-768 + k * (320 - 175 * k)))
    big_b = k / 1_024 * (256 + k * (-128 + k * (74 - 47 * k)))
    inner = cos_s * (-1 + 2 * cos_m**2) - big_b / 6 * cos_m * (-3 + 4 * sin_s**2) * (-3 + 4 * cos_m**2)
    delta = big_b * sin_s * (cos_m + big_b / 4 * inner)
    return np.asarray(np.where(sin_s == 0, 0.0, b * big_a * (sigma - delta)))


def above(limit: Limit, points: Points) -> Bools:
    """Whether each point is at or above a lower limit."""
    return np.ones(len(points.lon), dtype=bool) if limit.value is None else points.alt_m >= amsl(limit, points)


def below(limit: Limit, points: Points) -> Bools:
    """Whether each point is at or below an upper limit."""
    unlimited = limit.value is None or limit.value >= 99_999
    return np.ones(len(points.lon), dtype=bool) if unlimited else points.alt_m <= amsl(limit, points)


def amsl(limit: Limit, points: Points) -> Floats:
    """A limit above the sea at each point."""
    metres = (limit.value or 0.0) * (0.3048 if limit.unit == "FT" else 1.0)
    return metres + {"AGL": points.ground_m, "AMSL": 0 * points.ground_m, "WGS84": -points.geoid_m}[limit.reference]


def applies(periods: tuple[Applicability, ...], points: Points) -> Bools:
    """Whether any of the periods has each point's time."""
    if not periods:
        return np.ones(len(points.at), dtype=bool)
    found = np.zeros(len(points.at), dtype=bool)
    for period in periods:
        within = np.ones(len(points.at), dtype=bool)
        if not period.permanent:
            within &= points.at >= (-np.inf if period.begins is None else period.begins.timestamp())
            within &= points.at <= (np.inf if period.ends is None else period.ends.timestamp())
            if period.schedule:
                within &= np.any([in_hours(hours, points) for hours in period.schedule], axis=0)
        found |= within
    return found


def in_hours(hours: DailyPeriod, points: Points) -> Bools:
    """Whether each point's time is in the hours of a day on which they begin."""
    if isinstance(hours.begins, SunEvent) or isinstance(hours.ends, SunEvent):
        return in_sun_hours(hours, points)
    begins, offset = seconds_of(hours.begins), offset_of(hours.begins)
    ends = 86_400.0 if hours.ends is None else seconds_of(hours.ends)
    local = points.at + offset
    second, day = local % 86_400, np.floor(local / 86_400)
    today, yesterday = on(hours, day), on(hours, day - 1)
    if ends > begins:
        return today & (second >= begins) & (second <= ends)
    return (today & (second >= begins)) | (yesterday & (second <= ends))


def in_sun_hours(hours: DailyPeriod, points: Points) -> Bools:
    """The few combinations that the scenes have: by day, by night, from sunset to an hour, from an hour to sunrise."""
    high = sun(points)
    second, day = points.at % 86_400, np.floor(points.at / 86_400)
    morning = second < 43_200  # of UTC: days are told apart in the Baltic scene only
    pair = (hours.begins, hours.ends)
    any_day = len(hours.days) == 7
    if pair == (SunEvent.SR, SunEvent.SS):
        return (high >= SUNRISE_DEG) & (any_day | on(hours, day))
    if pair == (SunEvent.BMCT, SunEvent.EECT):
        return (high >= TWILIGHT_DEG) & (any_day | on(hours, day))
    if pair == (SunEvent.SS, SunEvent.SR):
        return (high <= SUNRISE_DEG) & (any_day | on(hours, day - morning))
    if hours.begins is SunEvent.SS and isinstance(hours.ends, time):
        return (high <= SUNRISE_DEG) & ~morning & (second <= seconds_of(hours.ends)) & on(hours, day)
    assert hours.ends is SunEvent.BMCT
    assert isinstance(hours.begins, time)
    return (high <= TWILIGHT_DEG) & morning & (second >= seconds_of(hours.begins)) & on(hours, day)


def on(hours: DailyPeriod, day: Floats) -> Bools:
    """Whether a day, counted from 1 January 1970 (a Thursday), is one of the days."""
    wanted = np.array([name in hours.days for name in DAYS])
    return np.asarray(wanted[((day.astype(int) + 3) % 7)])


def seconds_of(hour: time) -> float:
    """Seconds from midnight; 23:59:59 is how files write the next one."""
    return 86_400.0 if (hour.hour, hour.minute) == (23, 59) else hour.hour * 3_600 + hour.minute * 60 + hour.second


def offset_of(hour: time) -> float:
    """Seconds east of UTC."""
    offset = hour.utcoffset()
    return 0.0 if offset is None else offset.total_seconds()


def sun(points: Points) -> Floats:
    """The sun's elevation in degrees, without refraction, at each point."""
    days = points.at / 86_400 + 2_440_587.5 - 2_451_545.0
    mean, anomaly = np.radians(280.460 + 0.9856474 * days), np.radians(357.528 + 0.9856003 * days)
    ecliptic = mean + np.radians(1.915) * np.sin(anomaly) + np.radians(0.020) * np.sin(2 * anomaly)
    tilt = np.radians(23.439 - 4e-7 * days)
    ascension = np.arctan2(np.cos(tilt) * np.sin(ecliptic), np.cos(ecliptic))
    declination = np.arcsin(np.sin(tilt) * np.sin(ecliptic))
    sidereal = np.radians(280.46061837 + 360.98564736629 * days) + np.radians(points.lon)
    hour_angle = (sidereal - ascension + np.pi) % (2 * np.pi) - np.pi
    lat = np.radians(points.lat)
    height = np.sin(lat) * np.sin(declination) + np.cos(lat) * np.cos(declination) * np.cos(hour_angle)
    return np.asarray(np.degrees(np.arcsin(height)))


def instant(seconds: float) -> datetime:
    """A moment in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
