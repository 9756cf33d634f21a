"""What parts of a picture show is put together into one list, in the picture's own pixels."""

import numpy as np

from tests.vision.clips import SeesBlocks, footage
from vision.detection.detector import Box, OnnxDetector
from vision.detection.region_detection import detect
from vision.detection.region_planner import RegionChoice
from vision.frames.decoder import Image, open_video

EMPTY = np.zeros((1440, 1920, 3), np.uint8)


def with_person(box: Box) -> Image:
    image = EMPTY.copy()
    image[int(box.y1) : int(box.y2), int(box.x1) : int(box.x2)] = 255
    return image


def test_who_is_far_is_found_in_a_square_at_the_right_place_and_not_in_the_whole() -> None:
    there = Box(1000, 700, 1015, 740)
    image = with_person(there)
    assert detect(SeesBlocks(), image, RegionChoice(whole=True)) == []
    (found,) = detect(SeesBlocks(), image, RegionChoice(whole=False, regions=(Box(800, 500, 1216, 916),)))
    assert found.box == there


def test_who_is_cut_off_by_a_square_is_left_to_another_look() -> None:
    image = with_person(Box(1000, 700, 1040, 800))
    assert detect(SeesBlocks(), image, RegionChoice(whole=False, regions=(Box(1010, 500, 1426, 916),))) == []


def test_who_is_cut_off_by_the_picture_itself_is_found() -> None:
    image = with_person(Box(0, 1400, 30, 1440))
    (found,) = detect(SeesBlocks(), image, RegionChoice(whole=False, regions=(Box(0, 1024, 416, 1440),)))
    assert found.box == Box(0, 1400, 30, 1440)


def test_who_is_seen_in_two_squares_and_in_the_whole_is_found_once_by_the_better_look() -> None:
    image = with_person(Box(1000, 700, 1040, 800))
    look = RegionChoice(whole=True, regions=(Box(800, 500, 1216, 916), Box(900, 400, 1540, 1040)))
    (found,) = detect(SeesBlocks(), image, look)
    assert found.score == 0.9


def test_a_cyclist_far_away_in_a_wide_picture_is_found_by_the_real_network(detector: OnnxDetector) -> None:
    with open_video(footage("bikes").path) as video:
        image = next(frame.image for frame in video if frame.index == 118)
    (near, *_) = [one for one in detector.detect(image) if one.label == "person"]
    wide = np.full((1440, 1920, 3), 114, np.uint8)
    wide[600 : 600 + image.shape[0], 700 : 700 + image.shape[1]] = image
    region = RegionChoice(whole=False, regions=(Box(700, 480, 1340, 1120),))
    persons = [one for one in detect(detector, wide, region) if one.label == "person" and one.score >= 0.5]
    assert any(abs(one.box.x1 - 700 - near.box.x1) < 15 and abs(one.box.y2 - 600 - near.box.y2) < 15 for one in persons)
