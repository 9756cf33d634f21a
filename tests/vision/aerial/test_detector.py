"""What moves on the ground, seen from above."""

from collections.abc import Sequence

import numpy as np
import pytest

from tests.vision.aerial.scenes import Scene, px_per_m, view
from vision.aerial.detector import AerialDetector
from vision.detection.detector import Detection


def drive(
    length: float, width: float, *, height_m: float = 30, camera_step: float = 0.0, gains: Sequence[float] = (1.0,)
) -> list[Sequence[Detection]]:
    """Twelve pictures: six of the empty ground, then a thing drives down through it."""
    scene, found = Scene(height_m), []
    detector = AerialDetector(lambda _: view(height_m), moving=camera_step > 0)
    for number in range(12):
        things = [(2.0, -6.0 + 1.5 * (number - 6), length, width)] if number >= 6 else []
        picture = scene.picture(things, camera=(camera_step * number, 0.0), gain=gains[number % len(gains)])
        found.append(detector.detect(picture))
    return found


@pytest.mark.parametrize(
    ("length", "width", "label"),
    [(0.6, 0.5, "person"), (1.8, 0.6, "bicycle"), (4.4, 1.8, "car"), (11.0, 2.5, "truck")],
)
def test_a_thing_is_named_by_its_size(length: float, width: float, label: str) -> None:
    seen = drive(length, width)[-3:]
    assert [[one.label for one in found] for found in seen] == [[label]] * 3


def test_its_box_is_where_it_is() -> None:
    (found,) = drive(4.4, 1.8)[-1]
    scale = px_per_m(30)
    assert found.box.width == pytest.approx(1.8 * scale, abs=4)
    assert (found.box.x1 + found.box.x2) / 2 == pytest.approx(320 + 2 * scale, abs=3)
    assert (found.box.y1 + found.box.y2) / 2 == pytest.approx(180 + 1.5 * scale, abs=4)


def test_empty_ground_holds_nothing() -> None:
    assert all(not found for found in drive(4.4, 1.8)[:6])


def test_under_a_moving_camera_the_ground_stays_ground_and_the_car_is_found() -> None:
    seen = drive(4.4, 1.8, camera_step=0.8)
    assert all(not found for found in seen[:6])
    assert [[one.label for one in found] for found in seen[-3:]] == [["car"]] * 3


def test_a_changing_exposure_is_no_thing() -> None:
    seen = drive(4.4, 1.8, gains=(1.0, 0.8, 1.1))
    assert all(not found for found in seen[:6])
    assert [one.label for one in seen[-1]] == ["car"]


def test_what_only_reaches_into_the_picture_is_not_named_before_enough_of_it_is_seen() -> None:
    scene = Scene(30)
    detector = AerialDetector(lambda _: view(30), moving=False)
    detector.detect(scene.picture([]))
    assert list(detector.detect(scene.picture([(0.0, -11.2, 4.4, 1.8)]))) == []


def test_what_parks_becomes_ground_after_a_while() -> None:
    scene = Scene(30)
    detector = AerialDetector(lambda _: view(30), moving=False)
    detector.detect(scene.picture([]))
    parked = [(0.0, 0.0, 4.4, 1.8)]
    assert [one.label for one in detector.detect(scene.picture(parked))] == ["car"]
    for _ in range(170):
        last = detector.detect(scene.picture(parked))
    assert list(last) == []


def test_where_nobody_knows_how_the_picture_was_taken_nothing_is_found() -> None:
    detector = AerialDetector(lambda _: None, moving=False)
    assert detector.detect(np.zeros((360, 640, 3), np.uint8)) == []
