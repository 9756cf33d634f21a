"""From frames to findings: on made pictures, and on the real footage."""

from collections.abc import Sequence
from datetime import timedelta

import cv2
import numpy as np
import pytest

from tests.vision.clips import HEIGHT, PERSON, START, WIDTH, Sees, footage, frames, moving, picture
from vision.detection.detector import Box, Detection, OnnxDetector
from vision.findings import Finding
from vision.frames.decoder import Image, open_video
from vision.pipeline.analysis import DAMAGED_TRUST, analyse
from vision.pipeline.counters import Counters
from vision.pipeline.frame_selection import FrameSelector, SelectedFrame
from vision.privacy.masks import FILL, Masks
from vision.rules import DEFAULT_RULES, AnyRule
from vision.rules.movement import LineRule
from vision.rules.presence import ZoneRule
from vision.rules.rule import PERSONS
from vision.rules.tamper import TamperRule


def test_a_person_in_the_picture_becomes_one_finding_with_time_place_and_reason() -> None:
    found = list(analyse(frames(moving(20)), camera_id="gate-1", detector=Sees(PERSON), epoch="e"))
    assert len(found) == 1
    finding = found[0]
    assert (finding.camera_id, finding.category, finding.label) == ("gate-1", "person_seen", "person")
    assert finding.at == START + timedelta(seconds=0.2)
    assert finding.ended == START + timedelta(seconds=1.2)
    assert finding.box == (100 / WIDTH, 60 / HEIGHT, 140 / WIDTH, 180 / HEIGHT)
    assert finding.ref == "e/1/person_seen/the picture"
    assert "1.0 s asked" in str(finding.attributes["why"])


def test_the_snapshot_frames_the_object_and_hides_every_persons_head() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    other = Detection("person", 0.3, PERSON.box._replace(x1=200.0, x2=240.0))
    images = [noise.copy() for _ in range(10)]
    for number, image in enumerate(images):
        image[200:230, number * 30 : number * 30 + 30] = 255
    found = next(analyse(frames(images), camera_id="c", detector=Sees(PERSON, other)))
    seen = cv2.imdecode(np.frombuffer(found.snapshot, np.uint8), cv2.IMREAD_COLOR)
    assert seen is not None
    assert seen.shape == (HEIGHT, WIDTH, 3)
    for left in (100, 200):
        head, below = seen[66:98, left + 6 : left + 34], seen[110:170, left + 6 : left + 34]
        assert head.std() < below.std() / 2
    assert seen[120, 100].astype(int)[2] > 200 > seen[120, 100].astype(int)[0]


def test_while_nothing_moves_the_detector_rests() -> None:
    counters, detector = Counters(), Sees(PERSON)
    found = list(analyse(frames([picture()] * 40), camera_id="c", detector=detector, counters=counters))
    assert detector.pictures == 6
    assert (counters.frames, counters.gated, counters.detections) == (40, 34, 6)
    assert [finding.label for finding in found] == ["person"]


def test_a_still_picture_is_looked_at_again_now_and_then() -> None:
    detector = Sees(PERSON)
    list(analyse(frames([picture()] * 150), camera_id="c", detector=detector))
    assert 7 <= detector.pictures <= 9


def test_who_stops_in_the_zone_is_found_though_nothing_moves_any_more() -> None:
    rule = ZoneRule(name="the yard", category="loitering", classes=PERSONS, dwell_s=6)
    images = [*moving(4), *[moving(4)[-1]] * 36]
    found = list(analyse(frames(images), camera_id="c", detector=Sees(PERSON), rules=[rule]))
    assert [finding.category for finding in found] == ["loitering"]
    assert (found[0].ended - found[0].at).total_seconds() >= 6


def test_a_finding_says_how_long_and_how_surely_its_object_was_followed() -> None:
    (finding,) = analyse(frames(moving(20)), camera_id="c", detector=Sees(PERSON), epoch="e")
    said = finding.attributes
    assert (said["followed_s"], said["seen_in"], said["missed_in"]) == (1.2, 7, 0)


def selected(selector: FrameSelector, images: Sequence[Image], corrupt: frozenset[int] = frozenset()) -> SelectedFrame:
    """What waits after the pictures came, the first of them selected."""
    first, *others = frames(images, fps=15, corrupt=corrupt)
    waiting = selector.select(first)
    assert waiting is not None
    for frame in others:
        if selector.select(frame) is None:
            waiting = selector.renew(waiting, frame)
    return waiting


def test_a_look_that_waits_is_of_the_newest_picture_that_is_not_damaged_masks_put_over_it() -> None:
    masks = Masks(privacy=(((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)),))
    selector = FrameSelector(masks=masks, counters=Counters())
    waiting = selected(selector, moving(3), corrupt=frozenset({2}))
    assert waiting.frame.index == 1
    assert waiting.cut
    assert (waiting.frame.image[:, : WIDTH // 2 - 1] == FILL).all()
    assert (waiting.luma[:, : waiting.luma.shape[1] // 2 - 1] == FILL).all()


def test_damaged_frames_are_counted_and_looked_at_with_less_trust() -> None:
    counters, detector = Counters(), Sees(PERSON)
    given = frames(moving(20), corrupt=frozenset(range(20)))
    (finding,) = analyse(given, camera_id="c", detector=detector, counters=counters)
    assert (counters.corrupt, detector.pictures) == (20, 20)
    assert finding.confidence == pytest.approx(PERSON.score * DAMAGED_TRUST)
    assert finding.attributes["damaged"] is True


def test_damage_on_the_way_is_not_taken_for_somebody_at_the_camera() -> None:
    rule = TamperRule(kind="tamper", name="C 7", category="camera_tampered", for_s=1)
    grey = [np.full((HEIGHT, WIDTH, 3), 128, np.uint8)] * 30
    found = {
        damaged: list(
            analyse(frames([*moving(20), *grey], corrupt=damaged), camera_id="c", detector=Sees(), rules=[rule])
        )
        for damaged in (frozenset[int](), frozenset(range(20, 50)))
    }
    assert [len(one) for one in found.values()] == [1, 0]


def test_no_more_than_five_pictures_a_second_are_looked_at() -> None:
    detector = Sees()
    list(analyse(frames(moving(100, step=3), fps=25), camera_id="c", detector=detector))
    assert 19 <= detector.pictures <= 21


def test_progress_is_told_at_every_frame() -> None:
    told: list[int] = []
    list(analyse(frames(moving(7)), camera_id="c", detector=Sees(), progress=lambda c: told.append(c.frames)))
    assert told == [1, 2, 3, 4, 5, 6, 7]


def bikes(detector: OnnxDetector, rules: tuple[AnyRule, ...], epoch: str) -> list[Finding]:
    with open_video(footage("bikes").path, started_at=START) as video:
        return list(analyse(video, camera_id="tower-1", detector=detector, rules=rules, epoch=epoch))


def test_the_cyclist_and_a_car_are_found_in_real_footage_and_a_second_run_finds_the_same(
    detector: OnnxDetector,
) -> None:
    found = bikes(detector, DEFAULT_RULES, "one")
    assert [(f.label, f.category) for f in found] == [("person", "person_seen"), ("car", "vehicle_seen")]
    cyclist = found[0]
    assert START + timedelta(seconds=3.9) < cyclist.at < START + timedelta(seconds=4.5)
    assert cyclist.box[0] > 0.5
    assert bikes(detector, DEFAULT_RULES, "one") == found
    assert {f.ref for f in bikes(detector, DEFAULT_RULES, "two")}.isdisjoint(f.ref for f in found)


def test_the_demo_rules_find_a_vehicle_in_the_closed_street(detector: OnnxDetector) -> None:
    found = bikes(detector, footage("bikes").rules, "one")
    assert [(f.category, f.label) for f in found] == [("vehicle_in_closed_area", "car")]


def test_what_was_counted_across_a_line_is_told_when_the_video_ends_before_its_time() -> None:
    class Walks:
        """A person that goes to the right through the picture."""

        x = 40.0

        input_side = None

        def detect(self, image: Image) -> Sequence[Detection]:
            self.x += 8
            return [Detection("person", 0.9, Box(self.x, 60, self.x + 40, 180))]

    down = ((0.5, 0.0), (0.5, 1.0))
    line = LineRule(kind="line", name="The gate", category="passing", classes=PERSONS, line=down, count_every_s=600)
    (finding,) = analyse(frames(moving(26)), camera_id="c", detector=Walks(), rules=[line])
    assert finding.attributes["counts"] == {"right": 0, "left": 1}
    assert str(finding.summary) == "The gate: 0 to the right, 1 to the left in 5 s"
