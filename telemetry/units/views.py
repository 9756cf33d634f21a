"""What a unit's camera looks at, as far as the unit tells. Asks no video and no terrain."""

from typing import Any

from telemetry.geometry.footprints import footprint
from telemetry.geometry.rays import half_width_of
from telemetry.geometry.views import middle_of_view, view_sector
from telemetry.positions import Position
from telemetry.units.tables import UnitRow


def tells_where_it_looks(unit: UnitRow) -> bool:
    """Whether the unit is in the air and says where its camera points."""
    told = unit.instruments
    return told is not None and bool(told.get("in_air")) and told.get("camera_pitch_deg") is not None


def footprint_of(unit: UnitRow, stand: Position | None) -> dict[str, Any] | None:
    """The ground that the unit's camera sees from `stand`, as a GeoJSON polygon; None where that is not known.

    A drone in the air that tells where its camera points sees a trapezium of level ground; everything else a sector
    ahead of it, which begins at `stand`.
    """
    if stand is None or unit.hfov_deg is None:
        return None
    if tells_where_it_looks(unit) and unit.instruments is not None:
        return footprint(
            stand,
            height_m=unit.height_m or 0.0,
            yaw_deg=unit.instruments["camera_yaw_deg"],
            pitch_deg=unit.instruments["camera_pitch_deg"],
            hfov_deg=unit.hfov_deg,
        )
    if unit.heading_deg is None or not unit.range_m:
        return None
    return view_sector(stand, azimuth_deg=unit.heading_deg, hfov_deg=unit.hfov_deg, range_m=unit.range_m)


def looks_at(unit: UnitRow, stand: Position | None) -> Position | None:
    """The middle of what the unit's camera shows: below a drone, ahead of a tower, around a body camera."""
    if stand is None or unit.hfov_deg is None or unit.range_m is None:
        return stand
    if unit.height_m is not None:
        half_footprint_m = unit.height_m * half_width_of(unit.hfov_deg)
        return Position(lat=stand.lat, lon=stand.lon, accuracy_m=max(half_footprint_m, stand.accuracy_m))
    if unit.heading_deg is None:
        return Position(lat=stand.lat, lon=stand.lon, accuracy_m=unit.range_m)
    return middle_of_view(stand, azimuth_deg=unit.heading_deg, hfov_deg=unit.hfov_deg, range_m=unit.range_m)
