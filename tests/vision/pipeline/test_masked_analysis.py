"""An analysis under masks, and one whose picture is laid on the ground."""

import cv2
import numpy as np
import pytest

from telemetry.positions import Position
from tests.vision.clips import HEIGHT, PERSON, WIDTH, Sees, frames, moving
from vision.detection.detector import Detection
from vision.frames.decoder import Image
from vision.pipeline.analysis import analyse
from vision.pipeline.counters import Counters
from vision.privacy.masks import FILL, Masks
from vision.rules.presence import ZoneRule
from vision.rules.rule import PERSONS
from vision.rules.tamper import TamperRule

TOP = ((0.0, 0.0), (1.0, 0.0), (1.0, 0.2), (0.0, 0.2))
BAND = ((0.0, 0.4), (1.0, 0.4), (1.0, 0.62), (0.0, 0.62))
"""Where the block of `moving` goes."""
WHERE_PERSON_STANDS = ((0.2, 0.6), (0.6, 0.6), (0.6, 0.9), (0.2, 0.9))


def decoded(jpeg: bytes) -> Image:
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return image.astype(np.uint8)


class Remembers(Sees):
    """Keeps the last picture it was given."""

    seen: Image

    input_side = None

    def detect(self, image: Image) -> list[Detection]:
        self.seen = image
        return list(super().detect(image))


def test_a_privacy_mask_is_in_the_snapshot_and_in_what_the_detector_sees() -> None:
    detector = Remembers(PERSON)
    (finding,) = analyse(frames(moving(20)), camera_id="c", detector=detector, masks=Masks(privacy=(TOP,)))
    assert np.abs(decoded(finding.snapshot)[: HEIGHT // 5 - 4].astype(int) - FILL).max() < 8
    assert (detector.seen[: HEIGHT // 5] == FILL).all()


@pytest.mark.parametrize("masks", [Masks(privacy=(BAND,)), Masks(ignored=(BAND,))])
def test_what_moves_below_a_mask_wakes_nobody(masks: Masks) -> None:
    counters = Counters()
    list(analyse(frames(moving(40)), camera_id="c", detector=Sees(), masks=masks, counters=counters))
    assert (counters.gated, counters.detections) == (34, 6)


def test_who_stands_in_an_ignored_area_is_no_finding() -> None:
    masks = Masks(ignored=(WHERE_PERSON_STANDS,))
    assert list(analyse(frames(moving(20)), camera_id="c", detector=Sees(PERSON), masks=masks)) == []


def test_heads_in_an_ignored_area_are_made_unrecognisable_where_they_are_when_the_snapshot_is_taken() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    rule = ZoneRule(name="the yard", category="loitering", classes=PERSONS, dwell_s=4)
    other = Detection("person", 0.9, PERSON.box._replace(x1=200.0, x2=240.0))
    ignored = ((0.6, 0.6), (1.0, 0.6), (1.0, 0.9), (0.6, 0.9))
    detector = Sees(PERSON)
    given = frames([noise] * 40)
    found = []
    for finding in analyse(
        (frame for frame in given if _arrives(frame.index, detector, other)),
        camera_id="c",
        detector=detector,
        rules=[rule],
        masks=Masks(ignored=(ignored,)),
    ):
        found.append(finding)
    seen = decoded(found[0].snapshot)
    head, below = seen[66:98, 206:234], seen[110:170, 206:234]
    assert head.std() < below.std() / 2


def _arrives(index: int, detector: Sees, other: Detection) -> bool:
    """Somebody comes into the ignored area while the rest of the picture is still and nobody looks."""
    if index == 10:
        detector.detections = (PERSON, other)
    return True


def test_a_finding_is_placed_on_the_ground_by_its_foot_point() -> None:
    asked: list[tuple[float, float]] = []

    def place(x: float, y: float) -> Position:
        asked.append((x, y))
        return Position(lat=56.6, lon=23.3, accuracy_m=1.5)

    (finding,) = analyse(frames(moving(20)), camera_id="c", detector=Sees(PERSON), place=place)
    assert finding.position == Position(lat=56.6, lon=23.3, accuracy_m=1.5)
    assert asked == [(120 / WIDTH, 180 / HEIGHT)]
    list(analyse(frames(moving(20)), camera_id="c", detector=Sees(PERSON), place=place, from_above=True))
    assert asked[1] == (120 / WIDTH, 120 / HEIGHT)


def test_what_is_about_the_whole_picture_has_no_place_on_the_ground() -> None:
    covered = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    noise = np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    rule = TamperRule(kind="tamper", name="the camera", category="camera_tampered", for_s=1)
    given = frames([noise] * 60 + [covered] * 60)
    found = list(
        analyse(given, camera_id="c", detector=Sees(), rules=[rule], place=lambda x, y: Position(lat=x, lon=y))
    )
    assert found
    assert found[0].position is None
