"""What the API answers of units."""

from typing import ClassVar

from mapserver.web.schemas import AccuratePlace, Answer, Fraction, GeoJsonPolygon, Json, Utc
from telemetry.units.kinds import UnitKind
from telemetry.vehicles.drivers import VehicleDriver


class UnitPosition(AccuratePlace):
    """Where a unit is."""

    alt_m: float | None
    """Above the sea."""


class UnitCamera(Answer):
    """What a unit's camera sees."""

    hfov_deg: float
    range_m: float | None


class UnitAnswer(Answer):
    """A drone, a tower or a body camera."""

    EXAMPLE: ClassVar[Json] = {
        "id": "DOB-T1",
        "city": "dobele",
        "lent_to": None,
        "kind": "tower",
        "name": "Tower 1",
        "status": "deployed",
        "position": {"lat": 56.6253, "lon": 23.2771, "alt_m": None, "accuracy_m": 5.0},
        "height_m": None,
        "heading_deg": 90.0,
        "battery": 0.82,
        "instruments": None,
        "footprint": None,
        "camera": {"hfov_deg": 60.0, "range_m": 200.0},
        "updated_at": "2026-11-30T21:40:12Z",
        "simulated": False,
    }

    id: str
    city: str
    lent_to: str | None
    kind: UnitKind
    name: str
    status: str
    position: UnitPosition | None
    height_m: float | None
    """Above the take-off."""
    heading_deg: float | None
    battery: Fraction | None
    instruments: Json | None
    footprint: GeoJsonPolygon | None
    """Ground that its camera sees; null where that is not known."""
    camera: UnitCamera | None
    updated_at: Utc | None
    simulated: bool


class ChangedUnit(UnitAnswer):
    """A unit and how it is reached, for administrators."""

    link: str | None
    driver: VehicleDriver
