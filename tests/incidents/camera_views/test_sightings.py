"""Which cameras could have seen a place, and which plate readers somebody passes who drives away."""

from datetime import timedelta

import pytest

from incidents.camera_views.sightings import PlacedCamera, ViewOfPlace, sight_of, ways_out
from telemetry.geometry.views import view_sector
from telemetry.observations.values import SourceKind
from tests.builders import NOON, place


def camera(
    name: str = "C", *, east_m: float = 0, north_m: float = 0, azimuth_deg: float = 0, range_m: float = 100
) -> PlacedCamera:
    """A camera that sees 60 degrees of the ground to the north, unless a test says otherwise."""
    stand = place(east_m=east_m, north_m=north_m)
    ground = view_sector(stand, azimuth_deg=azimuth_deg, hfov_deg=60, range_m=range_m)
    return PlacedCamera(name, name, SourceKind.FIXED_CAMERA, stand, range_m, ground, reads_plates=True)


@pytest.mark.parametrize(
    ("east_m", "north_m", "accuracy_m", "expected"),
    [
        (0, 50, 5, ViewOfPlace.LOOKS),
        (0, 108, 10, ViewOfPlace.EDGE),
        (0, 108, 5, ViewOfPlace.TOO_FAR),
        (0, -50, 5, ViewOfPlace.TURNED_AWAY),
        (0, -90, 400, ViewOfPlace.TURNED_AWAY),
        (0, 300, 5, ViewOfPlace.TOO_FAR),
    ],
)
def test_a_camera_sees_what_is_in_its_sector_as_well_as_the_place_is_known(
    east_m: float, north_m: float, accuracy_m: float, expected: ViewOfPlace
) -> None:
    found = sight_of(camera(), place(east_m=east_m, north_m=north_m, accuracy_m=accuracy_m))
    assert found.sight is expected
    assert found.away_m == pytest.approx(abs(north_m), rel=0.01)


def test_the_nearest_reader_in_each_direction_is_on_the_way_out() -> None:
    readers = [camera("near east", east_m=600), camera("far east", east_m=900), camera("north", north_m=1_000)]
    assert [way.camera.id for way in ways_out(readers, place(), NOON)] == ["near east", "north"]


def test_a_reader_is_passed_between_the_fastest_and_the_slowest_way() -> None:
    (way,) = ways_out([camera(east_m=1_000)], place(), NOON)
    assert (way.begins - NOON).total_seconds() == pytest.approx(40, rel=0.01)
    assert (way.ends - NOON).total_seconds() == pytest.approx(1_000 * 1.3 / 6, rel=0.01)


def test_a_reader_at_the_place_itself_is_no_way_out() -> None:
    assert ways_out([camera(east_m=10)], place(), NOON + timedelta(0)) == []
