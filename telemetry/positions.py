"""Positions on the WGS 84 globe and the flat metres around one of them. Knows no database and no format."""

import math
from typing import Annotated, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius R1 of the WGS 84 ellipsoid (IUGG)."""

Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class Ellipse(BaseModel):
    """One-sigma error ellipse on the ground."""

    model_config = ConfigDict(frozen=True)

    major_m: Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)]
    minor_m: Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)]
    azimuth_deg: Annotated[float, Field(ge=0, lt=360, allow_inf_nan=False)]
    """Direction of the major axis, clockwise from true north."""


class Position(BaseModel):
    """A point on the globe with what is known of its error."""

    model_config = ConfigDict(frozen=True)

    lat: Latitude
    """Degrees north."""
    lon: Longitude
    """Degrees east."""
    alt_m: Annotated[float, Field(ge=-1_000, le=100_000, allow_inf_nan=False)] | None = None
    """Metres above mean sea level."""
    accuracy_m: Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)] = 25.0
    """One sigma of the horizontal error, metres."""
    ellipse: Ellipse | None = None


class Offset(NamedTuple):
    """Metres east and north of an origin."""

    east_m: float
    north_m: float


class LocalFrame:
    """Flat metres around an origin: equirectangular on the local radii of the ellipsoid.

    Good to 1 mm in 1 km and 1 m in 30 km at these latitudes, and its own exact inverse.
    Radii of curvature: NGA.STND.0036 (WGS 84), a = 6378137 m, e2 = 0.00669437999014.
    """

    def __init__(self, lat: float, lon: float) -> None:
        self.lat = lat
        self.lon = lon
        e2 = 0.00669437999014
        s = math.sin(math.radians(lat))
        w = math.sqrt(1 - e2 * s * s)
        self.metres_per_degree = Offset(
            math.radians(6_378_137.0 / w * math.cos(math.radians(lat))), math.radians(6_378_137.0 * (1 - e2) / w**3)
        )

    def to_metres(self, lat: float, lon: float) -> Offset:
        """Metres east and north of the origin."""
        per_degree = self.metres_per_degree
        return Offset((lon - self.lon) * per_degree.east_m, (lat - self.lat) * per_degree.north_m)

    def to_degrees(self, east_m: float, north_m: float) -> tuple[float, float]:
        """(lat, lon) in degrees of a point given in metres."""
        per_degree = self.metres_per_degree
        return self.lat + north_m / per_degree.north_m, self.lon + east_m / per_degree.east_m


class Point(Protocol):
    """Whatever is somewhere."""

    @property
    def lat(self) -> float:
        """Degrees north."""

    @property
    def lon(self) -> float:
        """Degrees east."""


def distance_m(a: Point, b: Point) -> float:
    """Great-circle distance in metres (haversine)."""
    phi1 = math.radians(a.lat)
    phi2 = math.radians(b.lat)
    h = (
        math.sin((phi2 - phi1) / 2) ** 2
        + math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))


def moved(origin: Position, *, east_m: float, north_m: float) -> Position:
    """`origin` shifted by metres east and north, its error kept; never past a pole, and its longitude within 180°."""
    lat, lon = LocalFrame(origin.lat, origin.lon).to_degrees(east_m, north_m)
    return origin.model_copy(update={"lat": max(-90.0, min(90.0, lat)), "lon": wrapped(lon)})


def wrapped(lon: float) -> float:
    """The same meridian in -180..180 degrees; at a pole, where every longitude is the same place, possibly another."""
    if -180 <= lon <= 180:
        return lon
    return math.remainder(lon, 360.0)
