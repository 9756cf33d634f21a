"""The demo's invented places: cameras, units and problem zones. No real camera stands where these say."""

import math
from dataclasses import dataclass
from typing import Any

from telemetry.cities import City
from telemetry.positions import LocalFrame
from telemetry.scopes import DEMO
from telemetry.units.tables import UnitKind, UnitRow
from vision.cameras.tables import CameraRow
from vision.simulator.camera_clips import Show

HOME = (56.6188, 23.2742)
"""Where Dobele's drone takes off, lat and lon."""
HOME_ALT_M = 70.0
FAIR = "DOB-Z1"
RIVERSIDE = "DOB-Z2"
LAKESIDE = "SIA-Z2"
"""The zone that the demo's story is about, another one there, and one in the other town."""
TOWER_AT_HOME = "TWR-1"
TOWER_ON_LOAN = "TWR-2"
BODY_CAMERA = "BC-1"
DRONE = "DRN-1"

PATROL = {f"BC-{n}": f"inspector-{n}.dobele" for n in (2, 3, 4)}
"""Who carries the other body cameras when all cameras send video; they are off duty else."""

_CLOSED = dict.fromkeys(("car", "truck", "bus", "motorcycle", "bicycle"), "vehicle_in_closed_area")
_ENTRANCES = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


@dataclass(frozen=True)
class Zone:
    """A problem zone: a rectangle turned by `turn_deg` round a point given in metres from the town's centre."""

    id: str
    city: City
    name: str
    kind: str
    priority: int
    east_m: float
    north_m: float
    width_m: float
    height_m: float
    turn_deg: float
    notes: str

    def polygon(self) -> dict[str, Any]:
        """GeoJSON Polygon, lon/lat, counter-clockwise and closed."""
        frame = LocalFrame(self.city.facts.lat, self.city.facts.lon)
        turn = math.radians(self.turn_deg)
        ring = []
        for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)):
            dx = x * self.width_m / 2
            dy = y * self.height_m / 2
            east = self.east_m + dx * math.cos(turn) - dy * math.sin(turn)
            north = self.north_m + dx * math.sin(turn) + dy * math.cos(turn)
            lat, lon = frame.to_degrees(east, north)
            ring.append([round(lon, 7), round(lat, 7)])
        return {"type": "Polygon", "coordinates": [ring]}


ZONES = (
    Zone(FAIR, City("dobele"), "Market square, closed for the fair", "closed_area", 5, 120, 90, 190, 130, 18,
         "No vehicles, no bicycles until 22:00. Invented place."),
    Zone(RIVERSIDE, City("dobele"), "Riverside path", "dumping", 2, -620, -340, 260, 90, -25,
         "Rubbish left at night. Invented place."),
    Zone("SIA-Z1", City("siauliai"), "Boulevard, pedestrians only", "closed_area", 4, 60, -150, 420, 60, 8,
         "Deliveries before 9:00 only. Invented place."),
    Zone(LAKESIDE, City("siauliai"), "Lakeside car park", "racing", 3, 850, 620, 200, 150, 35,
         "Street racing on Friday nights. Invented place."),
)  # fmt: skip


def cameras() -> list[CameraRow]:
    """The 30 fixed cameras, 15 of which read plates: 20 in Šiauliai (10), 10 in Dobele (5)."""
    return [
        *_town_cameras(City("siauliai"), "SIA", 10, 10, 3_000, 900),
        *_town_cameras(City("dobele"), "DOB", 5, 5, 1_500, 420),
    ]


def units() -> list[UnitRow]:
    """2 towers of Šiauliai, one of them on loan; 4 body cameras and a drone of Dobele."""
    return [
        _tower(TOWER_AT_HOME, "Tower 1", None),
        _tower(TOWER_ON_LOAN, "Tower 2", City("dobele")),
        *(_body_camera(n) for n in (1, 2, 3, 4)),
        UnitRow(
            id=DRONE, city=City("dobele"), kind=UnitKind.DRONE, name="Drone 1", scope=DEMO,
            hfov_deg=73.7, range_m=120, lat=HOME[0], lon=HOME[1], alt_m=HOME_ALT_M, accuracy_m=2.0, battery=1.0,
        ),
    ]  # fmt: skip


def shows() -> dict[str, Show]:
    """What each of the 37 cameras shows when all send: eight of them something that moves."""
    moving = {"SIA-P01", "SIA-P02", "DOB-P01", "SIA-C01", "DOB-C01", TOWER_ON_LOAN, BODY_CAMERA}
    names = [*(one.id for one in cameras()), *(one.id for one in units())]
    shown: dict[str, Show] = {name: "street" if name in moving else "still" for name in names}
    shown[DRONE] = "flight"
    return shown


def _town_cameras(city: City, prefix: str, plates: int, views: int, ring_m: float, inner_m: float) -> list[CameraRow]:
    entrances = [_entrance_camera(city, prefix, n, plates, ring_m) for n in range(plates)]
    inner = [_street_camera(city, prefix, n, views, inner_m) for n in range(views)]
    return [*inner, *entrances]


def _entrance_camera(city: City, prefix: str, n: int, of: int, ring_m: float) -> CameraRow:
    bearing = 360 * n / of
    lat, lon = _from_centre(city, bearing, ring_m)
    side = _ENTRANCES[round(bearing / 45) % 8]
    return CameraRow(
        id=f"{prefix}-P{n + 1:02}", city=city, name=f"Entrance {side} ({prefix}-P{n + 1:02})", lat=lat, lon=lon,
        azimuth_deg=(bearing + 180) % 360, hfov_deg=25, range_m=60, reads_plates=True, scope=DEMO,
        device_names=[f"{city}_entrance_{n + 1}", f"ACCC8E{prefix}{n + 1:03}"],
    )  # fmt: skip


def _street_camera(city: City, prefix: str, n: int, of: int, inner_m: float) -> CameraRow:
    watched = next(zone for zone in ZONES if zone.city == city)
    if n == 0:  # the first one of each town watches that town's closed area
        frame = LocalFrame(city.facts.lat, city.facts.lon)
        lat, lon = frame.to_degrees(watched.east_m - 75, watched.north_m - 60)
        azimuth = 51.0
        name = f"{watched.name.split(',')[0]} ({prefix}-C01)"
        categories = dict(_CLOSED)
    else:
        lat, lon = _from_centre(city, 360 * n / of + 20, inner_m * (0.6 + 0.1 * (n % 5)))
        azimuth = (360 * n / of * 3) % 360
        name = f"Street camera {n + 1} ({prefix}-C{n + 1:02})"
        categories = {}
    return CameraRow(
        id=f"{prefix}-C{n + 1:02}", city=city, name=name, lat=lat, lon=lon, azimuth_deg=azimuth,
        hfov_deg=70, range_m=110, scope=DEMO, categories=categories, device_names=[f"{city}_street_{n + 1}"],
    )  # fmt: skip


def _tower(unit_id: str, name: str, lent_to: City | None) -> UnitRow:
    facts = City("siauliai").facts
    lat, lon = LocalFrame(facts.lat, facts.lon).to_degrees(-400, 250)
    return UnitRow(
        id=unit_id, city=City("siauliai"), lent_to=lent_to, kind=UnitKind.TOWER, name=name, scope=DEMO,
        lat=lat, lon=lon, accuracy_m=3.0, heading_deg=90.0, battery=0.94, hfov_deg=62, range_m=140,
    )  # fmt: skip


def _body_camera(n: int) -> UnitRow:
    facts = City("dobele").facts
    lat, lon = LocalFrame(facts.lat, facts.lon).to_degrees(-330 + 50 * n, -60)
    return UnitRow(
        id=f"BC-{n}", city=City("dobele"), kind=UnitKind.BODY_CAMERA, name=f"Body camera {n}", scope=DEMO,
        lat=lat, lon=lon, accuracy_m=5.0, battery=1.0 - 0.07 * n, hfov_deg=110, range_m=20,
    )  # fmt: skip


def _from_centre(city: City, bearing_deg: float, metres: float) -> tuple[float, float]:
    bearing = math.radians(bearing_deg)
    frame = LocalFrame(city.facts.lat, city.facts.lon)
    return frame.to_degrees(metres * math.sin(bearing), metres * math.cos(bearing))
