"""Fixed cameras: found by id, by town and by a device's name; and what they watch."""

import math
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from telemetry.cities import City
from telemetry.errors import BadObservation, NotFound
from telemetry.positions import Position, distance_m, moved
from telemetry.scopes import DEMO, LIVE
from telemetry.store import Store
from telemetry.visibility import EVERYTHING
from tests.builders import live
from vision.cameras import service
from vision.cameras.tables import CameraRow


def camera(**given: object) -> CameraRow:
    facts: dict[str, object] = {
        "id": "sia-01",
        "city": "siauliai",
        "scope": LIVE,
        "name": "Tilžės street",
        "lat": 55.93,
        "lon": 23.31,
        "azimuth_deg": 90.0,
        "hfov_deg": 60.0,
        "range_m": 100.0,
        "device_names": ["tilzes"],
    }
    return CameraRow.model_validate(facts | given)


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.write() as work:
        work.session.add(camera())
        work.session.add(
            camera(id="dob-01", city="dobele", name="Brīvības street", device_names=["brivibas", "ACCC8E"])
        )
    with store.read() as reading:
        yield reading


def test_a_town_sees_its_own_cameras_only(session: Session) -> None:
    assert [c.id for c in service.listed(session, live(City("dobele")))] == ["dob-01"]
    assert [c.id for c in service.listed(session, EVERYTHING)] == ["dob-01", "sia-01"]
    with pytest.raises(NotFound, match="no camera sia-01 in a town you may see"):
        service.get(session, "sia-01", live(City("dobele")))


@pytest.mark.parametrize("name", ["dob-01", "brivibas", "ACCC8E"])
def test_a_device_may_name_a_camera_by_its_id_or_by_any_of_its_device_names(session: Session, name: str) -> None:
    assert service.by_device_name(session, name, EVERYTHING).id == "dob-01"


def test_an_unknown_device_name_says_what_to_do(session: Session) -> None:
    with pytest.raises(BadObservation, match=r"no camera answers to 'porch'; add that name"):
        service.by_device_name(session, "porch", EVERYTHING)
    with pytest.raises(BadObservation, match="no camera answers to 'tilzes'"):
        service.by_device_name(session, "tilzes", live(City("dobele")))


def test_a_device_name_of_two_cameras_is_refused_rather_than_guessed(session: Session) -> None:
    session.add(camera(id="sia-02"))
    with pytest.raises(BadObservation, match="'tilzes' is a device name of sia-01 and sia-02"):
        service.by_device_name(session, "tilzes", EVERYTHING)


def test_it_aims_sixty_per_cent_of_its_range_along_its_azimuth() -> None:
    aim = service.aim(camera(azimuth_deg=90.0, range_m=100.0))
    assert aim.lat == pytest.approx(55.93)
    assert distance_m(Position(lat=55.93, lon=23.31), aim) == pytest.approx(60, abs=0.5)
    assert aim.lon > 23.31


@given(
    azimuth=st.floats(0, 359.9),
    hfov=st.floats(5, 360),
    reach=st.floats(5, 500),
    at=st.floats(0, 1),
    side=st.floats(-1, 1),
)
def test_every_point_of_the_field_of_view_lies_within_two_sigma_of_the_aim(
    azimuth: float, hfov: float, reach: float, at: float, side: float
) -> None:
    row = camera(azimuth_deg=azimuth, hfov_deg=hfov, range_m=reach)
    direction = math.radians(azimuth + side * hfov / 2)
    point = moved(
        Position(lat=row.lat, lon=row.lon),
        east_m=at * reach * math.sin(direction),
        north_m=at * reach * math.cos(direction),
    )
    aim = service.aim(row)
    assert distance_m(aim, point) <= 2 * aim.accuracy_m * 1.01 + 0.1


def test_its_public_shape_carries_the_field_of_view_and_whether_it_is_simulated() -> None:
    public = service.public(camera(scope=DEMO))
    assert public.pop("footprint")["type"] == "Polygon"
    assert public == {
        "id": "sia-01",
        "city": "siauliai",
        "name": "Tilžės street",
        "position": {"lat": 55.93, "lon": 23.31},
        "azimuth_deg": 90.0,
        "hfov_deg": 60.0,
        "range_m": 100.0,
        "reads_plates": False,
        "simulated": True,
    }
