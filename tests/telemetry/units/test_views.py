"""What a unit's camera looks at, by what the unit tells."""

from typing import Any

import pytest

from telemetry.positions import LocalFrame, Position
from telemetry.units.tables import UnitRow
from telemetry.units.views import footprint_of, looks_at

STAND = Position(lat=56.62, lon=23.28)
FRAME = LocalFrame(STAND.lat, STAND.lon)
TOLD = {"in_air": True, "camera_yaw_deg": 90.0, "camera_pitch_deg": -45.0}


def drone(**changes: Any) -> UnitRow:
    known: dict[str, Any] = {"heading_deg": 0.0, "height_m": 60.0, "hfov_deg": 70.0, "range_m": 120.0}
    known["instruments"] = TOLD
    return UnitRow(id="drone-1", city="dobele", kind="drone", name="Drone", **known | changes)


def middle_of(unit: UnitRow) -> tuple[float, float]:
    seen = footprint_of(unit, STAND)
    assert seen is not None
    corners = [FRAME.to_metres(lat, lon) for lon, lat in seen["coordinates"][0][:-1]]
    return sum(east for east, _ in corners) / len(corners), sum(north for _, north in corners) / len(corners)


def test_a_flying_drone_sees_where_its_camera_looks_not_where_its_nose_points() -> None:
    east, north = middle_of(drone())
    assert east > 60
    assert north == pytest.approx(0, abs=1)


@pytest.mark.parametrize("told", [None, {**TOLD, "in_air": False}, {**TOLD, "camera_pitch_deg": None}])
def test_a_unit_that_does_not_tell_where_it_looks_sees_what_is_ahead_of_it(told: dict[str, Any] | None) -> None:
    east, north = middle_of(drone(instruments=told))
    assert east == pytest.approx(0, abs=1)
    assert north > 30


@pytest.mark.parametrize("missing", ["hfov_deg", "heading_deg", "range_m"])
def test_nothing_is_drawn_of_a_camera_that_is_not_known(missing: str) -> None:
    assert footprint_of(drone(instruments=None, **{missing: None}), STAND) is None


def test_below_a_drone_its_view_is_as_wide_as_its_lens_sees() -> None:
    seen = looks_at(drone(), STAND)
    assert seen is not None
    assert (seen.lat, seen.lon) == (STAND.lat, STAND.lon)
    assert seen.accuracy_m == pytest.approx(42.0, abs=0.1)
