"""The values a planner gives: legs in flying order and the numbers a pilot wants of them. Computes no geometry."""

from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, NamedTuple

from telemetry.positions import Position


class LegKind(StrEnum):
    """What a leg is for."""

    TRANSECT = "transect"
    """A line flown for its pictures."""
    TURN = "turn"
    """From one transect to the next, inside the area."""
    TRANSIT = "transit"
    """From home to where the work begins, and back; may leave the area."""
    CLIMB = "climb"
    """Up or down over one place."""
    ORBIT = "orbit"
    """Round a point or a structure, looking at it."""
    PATROL = "patrol"
    """Along the edge of an area, looking into it."""
    HOLD = "hold"
    """Staying at one place, looking."""


class Waypoint(NamedTuple):
    """A corner of a route."""

    lat: float
    """Degrees north."""
    lon: float
    """Degrees east."""
    height_m: float
    """Metres above home."""

    @property
    def place(self) -> tuple[float, float]:
        """(lat, lon), without the height."""
        return self.lat, self.lon


def height_base(home: Position | None, first: Waypoint) -> tuple[float, float]:
    """(lat, lon) of the place that heights count from: home, or where the route begins when there is none."""
    if home is None:
        return first.place
    return home.lat, home.lon


@dataclass(frozen=True)
class GimbalPitch:
    """The camera looks this far up from the horizon, straight ahead: -90 is straight down."""

    deg: float


@dataclass(frozen=True)
class PointOfInterest:
    """The camera keeps looking at this place while the vehicle moves."""

    at: Waypoint


Look = GimbalPitch | PointOfInterest
STRAIGHT_DOWN = GimbalPitch(-90.0)


@dataclass(frozen=True)
class Leg:
    """A piece of the route of one kind; begins where the one before it ended."""

    kind: LegKind
    points: tuple[Waypoint, ...]
    """At least two; a hold has the same one twice."""
    camera: bool
    """Whether pictures are taken on it."""
    look: Look | None = None
    """Where the camera looks; None where that does not matter."""
    hold_s: float = 0.0
    """Seconds stayed at its last point."""


@dataclass(frozen=True)
class Summary:
    """What flying the route means. None where a number makes no sense for the pattern flown."""

    length_m: float
    """Flown, transit, climbs and descents included, without take-off and landing."""
    duration_s: float
    """From take-off to landing, stopping at every corner; with the wind that was planned for."""
    photos: int
    covered_fraction: float | None
    """Part of the area that is within half a line spacing of a leg on which pictures are taken, and not beyond its
    end."""
    outside_m: float | None
    """Metres of everything but transit and climbs outside the area."""
    transit_m: float
    max_height_agl_m: float
    """Over the terrain that was planned over, transit included; flat at the height of the take-off if there is none."""
    energy_fraction: float
    """Part of a full battery, without reserve; of all sorties together, so above 1 when they need several."""
    speed_m_s: float
    gsd_cm: float | None = None
    spacing_m: float | None = None
    trigger_m: float | None = None
    """Metres between pictures; None when none are taken by distance."""
    angle_deg: float | None = None
    """Direction of the transects, clockwise from north, 0..180."""
    transects: int = 0
    area_m2: float | None = None
    images_wanted: int | None = None
    """Pictures that were to show each point of the area; None where no pictures map it."""
    images_least: int | None = None
    """Pictures that show the point of the area that is shown least."""
    images_short_fraction: float | None = None
    """Part of the area that fewer pictures than wanted show."""

    def as_json(self) -> dict[str, Any]:
        """Rounded for people and JSON."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in values.items()}


@dataclass(frozen=True)
class TakeoffPlace:
    """A place from which the same work takes fewer batteries."""

    where: str
    """`middle` of the work, or `edge` of it."""
    lat: float
    lon: float
    flights: int
    """Batteries that it takes from there."""
    energy_fraction: float
    """Of all flights together, in full batteries."""


@dataclass(frozen=True)
class Route:
    """All that is flown for one wish: legs in flying order."""

    legs: tuple[Leg, ...]
    summary: Summary
    sorties: tuple["Route", ...] = ()
    """The same legs as flights of one battery each, in order; empty when one battery is enough."""
    takeoff_places: tuple[TakeoffPlace, ...] = ()
    """Where to take off so that fewer batteries are enough, the best first; empty where there is no better place."""

    @property
    def altitude_m(self) -> float:
        """Metres above home to which it takes off."""
        return self.legs[0].points[0].height_m

    @property
    def points(self) -> list[Waypoint]:
        """Every corner in flying order, those where legs meet once."""
        line = [self.legs[0].points[0]]
        for leg in self.legs:
            line.extend(leg.points[1:])
        return line

    @property
    def flights(self) -> tuple["Route", ...]:
        """What one battery each can fly: the sorties, or the route itself."""
        return self.sorties or (self,)

    def as_json(self) -> dict[str, Any]:
        """The summary ready for JSON, with that of each sortie, and better places to take off, where there are any."""
        return self.summary.as_json() | {
            "sorties": [sortie.summary.as_json() for sortie in self.sorties],
            "takeoff_places": [asdict(place) for place in self.takeoff_places],
        }
