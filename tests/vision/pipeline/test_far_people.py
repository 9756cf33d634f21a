"""Somebody far away walks through a wide picture: followed, found, and nobody shown with a head."""

from collections.abc import Iterator

import numpy as np

from tests.vision.clips import SeesBlocks, frames
from vision.frames.decoder import Frame, Image
from vision.pipeline.analysis import Analysis, analyse
from vision.pipeline.counters import Counters
from vision.pipeline.frame_selection import FrameSelector
from vision.rules.presence import ZoneRule
from vision.rules.rule import PERSONS

RULE = ZoneRule(name="the yard", category="loitering", classes=PERSONS, dwell_s=2)


def walk(count: int) -> Iterator[Image]:
    """A wide picture with somebody 40 pixels tall who walks to the right."""
    for number in range(count):
        image = np.full((1440, 1920, 3), 90, np.uint8)
        x = 900 + 14 * number
        image[700:740, x : x + 16] = 220
        yield image


def test_a_person_forty_pixels_tall_in_a_wide_picture_is_followed_and_found_once() -> None:
    counters, detector = Counters(), SeesBlocks()
    images = list(walk(20))
    (finding,) = analyse(frames(images), camera_id="c", detector=detector, rules=[RULE], counters=counters)
    assert (finding.category, finding.attributes["missed_in"]) == ("loitering", 0)
    left, top, right, bottom = (edge * side for edge, side in zip(finding.box, (1920, 1440, 1920, 1440), strict=True))
    assert abs((right - left) - 16) < 4
    assert abs(top - 700) < 4
    assert abs(bottom - 740) < 4
    assert counters.network_runs == len(detector.given) <= 2 * counters.detections


def test_live_the_whole_picture_is_looked_at_once_a_second_and_only_those_looks_are_shown() -> None:
    shown: list[float] = []
    counters, detector = Counters(), SeesBlocks()

    def keep(frame: Frame, _seen: object, _tracks: object) -> None:
        shown.append(frame.seconds)

    analysis = Analysis("c", detector=detector, rules=[], counters=counters, looked=keep)
    selector = FrameSelector(counters=counters)
    for frame in frames(walk(15)):
        selected = selector.select(frame)
        assert selected is not None
        list(analysis.see(selected))
    assert shown == [0.0, 1.0, 2.0]
    assert detector.given.count((1920, 1440)) == 3


def test_the_picture_of_a_finding_covers_heads_all_over_it_though_only_a_part_was_looked_at() -> None:
    counters, detector = Counters(), SeesBlocks()
    analysis = Analysis("c", detector=detector, rules=[RULE], counters=counters)
    selector = FrameSelector(counters=counters)
    for frame in frames(walk(20)):
        selected = selector.select(frame)
        assert selected is not None
        before = len(detector.given)
        if list(analysis.see(selected)):
            assert (1920, 1440) in detector.given[before:]
            return
    raise AssertionError("nothing was found")


def test_of_a_picture_that_is_not_wide_only_the_whole_is_looked_at() -> None:
    detector = SeesBlocks()
    images = [image[600:1176, 800:1568] for image in walk(6)]
    list(analyse(frames(images), camera_id="c", detector=detector))
    assert detector.given == [(768, 576)] * 6
