"""Masks in the still: at once when they are drawn, and for as long as nobody has looked below them."""

import cv2
import numpy as np

from tests.vision.clips import Sees, frames
from vision.frames.decoder import Image
from vision.pipeline.analysed_still import Still
from vision.privacy.masks import FILL, NO_MASKS, Masks

LEFT = Masks(privacy=(((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)),))
WHITE = np.full((240, 320, 3), 250, np.uint8)


def left_of(still: Still) -> float:
    jpeg = still.jpeg()
    assert jpeg is not None
    image: Image = cv2.imdecode(np.frombuffer(jpeg.data, np.uint8), cv2.IMREAD_COLOR)  # type: ignore[assignment]
    return float(image[:, :140].mean())


def test_a_mask_is_burnt_into_the_picture_that_is_there_already() -> None:
    still, (frame,) = Still(), frames([WHITE])
    still.keep(frame, Sees().detections)
    assert left_of(still) > 240
    still.mask(LEFT)
    assert abs(left_of(still) - FILL) < 3


def test_a_mask_that_was_taken_away_stays_until_somebody_has_looked_for_heads_below_it() -> None:
    still, (before, after) = Still(), frames([WHITE, WHITE])
    still.mask(LEFT)
    still.keep(before, (), LEFT)
    still.mask(NO_MASKS)
    assert abs(left_of(still) - FILL) < 3
    still.keep(after, (), NO_MASKS)
    assert left_of(still) > 240
