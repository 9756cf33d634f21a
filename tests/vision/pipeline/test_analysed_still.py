"""The wall's stills: small, the newest, made only when asked for, and without heads."""

import cv2
import numpy as np

from tests.vision.clips import START, frames
from vision.detection.detector import Box, Detection
from vision.pipeline.analysed_still import WIDTH, Still


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (height // 8, width // 8, 3)).repeat(8, 0).repeat(8, 1)


def shown(data: bytes) -> np.ndarray:
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return image


def test_there_is_none_before_the_first_picture() -> None:
    assert (Still().jpeg(), Still().at) == (None, None)


def test_a_large_picture_becomes_small_and_the_head_in_it_coarse() -> None:
    (frame,) = frames([noise(720, 1280).astype(np.uint8)])
    still = Still()
    still.keep(frame, [Detection("person", 0.9, Box(400, 120, 560, 600)), Detection("car", 0.9, Box(0, 0, 200, 200))])
    jpeg = still.jpeg()
    assert jpeg is not None
    image = shown(jpeg.data)
    assert (image.shape, jpeg.at) == ((360, WIDTH, 3), START)
    head, body = image[62:138, 202:278], image[150:226, 202:278]
    assert np.abs(np.diff(head.astype(int), axis=1)).mean() < 0.5 * np.abs(np.diff(body.astype(int), axis=1)).mean()


def test_it_is_made_once_for_all_who_ask_and_anew_for_the_next_picture() -> None:
    first, second = frames([noise(240, 320).astype(np.uint8)] * 2)
    still = Still()
    still.keep(first, [])
    assert still.jpeg() is still.jpeg()
    still.keep(second, [])
    jpeg = still.jpeg()
    assert jpeg is not None
    assert jpeg.at == still.at == second.at
