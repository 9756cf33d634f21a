"""How a picture of a plate is laid out: bands at its ends, one line or two. Makes one line of it, and reads nothing."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.frames.decoder import Image

COLOURLESS = 3
"""Mean difference of blue and red, 0..255, in a picture without colour."""
DARKER = 0.75
"""A band's ground is less than this of the plate's, where there is no colour to tell it by."""
BLUEST = 40
"""The least blue, 0..255, of a band that can be told from the dark."""
BAND_WIDTH = (0.04, 0.2)
"""Of the picture's width: a band is no narrower, and reaches no further in."""
WIDEST_TWO_LINES = 2.2
"""Width by height: what is wider has one line."""
BREAK = (0.3, 0.7)
"""Of the height: where the break between two lines may be."""
DEEPEST_BREAK = 0.5
"""Between two lines there is at most that share of the strokes in the fainter of them."""
INKED = 0.4
"""Where there is writing, brightness changes along the line by at least that share of what it does at most."""


def in_one_line(plate: Image) -> Image:
    """`plate` (blue green red) without its bands, its second line set behind the first where it has two."""
    at = line_break(plate)
    if at is None:
        return without_band(plate)
    lines = [_written(without_band(plate[:at])), _written(plate[at:])]
    high = max(line.shape[0] for line in lines)
    level = [cv2.resize(line, (max(1, round(line.shape[1] * high / line.shape[0])), high)) for line in lines]
    return np.hstack(level).astype(np.uint8, copy=False)


def line_break(plate: Image) -> int | None:
    """The row between the two lines of a nearly square plate; None when there is one line."""
    high, wide = plate.shape[:2]
    if wide >= WIDEST_TWO_LINES * high:
        return None
    grey = cv2.cvtColor(plate, cv2.COLOR_BGR2GRAY).astype(np.float32)
    strokes = np.abs(np.diff(grey[:, wide // 6 : wide - wide // 6], axis=1)).mean(axis=1)
    strokes = cv2.blur(strokes[:, None], (1, 2 * (high // 30) + 1)).ravel()
    first = round(BREAK[0] * high)
    last = round(BREAK[1] * high)
    at: int = first + int(strokes[first:last].argmin())
    fainter = min(np.percentile(strokes[: at + 1], 75), np.percentile(strokes[at:], 75))
    if strokes[at] < DEEPEST_BREAK * fainter:
        return at
    return None


def without_band(plate: Image) -> Image:
    """`plate` without the blue bands at its ends, whose letters are not the plate's; as it is where none stands out.

    France and Italy have one at the right too. In a picture without colour, as cameras make by night, the left one is
    what is dark from top to bottom.
    """
    blue, green, red = (plate[:, :, channel].astype(np.int16) for channel in range(3))
    if np.abs(blue - red).mean() <= COLOURLESS:
        ground = np.percentile(green, 85, axis=0)
        return plate[:, _band(ground < DARKER * np.median(ground)) :]
    is_blue = (blue > BLUEST) & (5 * blue > 7 * red) & (8 * blue > 9 * green)
    edge = plate.shape[0] // 4
    band = is_blue[edge : plate.shape[0] - edge].mean(axis=0) > 0.4
    left = _band(band)
    right = _band(band[::-1])
    return plate[:, left : plate.shape[1] - right]


def _band(columns: NDArray[np.bool_]) -> int:
    """How many of `columns`, each of a band's colour or not, the band that they begin with takes; 0 when none does."""
    found = np.flatnonzero(columns[: len(columns) // 2])
    narrowest, widest = (len(columns) * share for share in BAND_WIDTH)
    within = found[found <= widest]
    if len(within) < narrowest or found[0] > widest / 2 or found[-1] > 2 * widest:
        return 0  # none, or it is the light that is so
    return int(within[-1]) + 1


def _written(line: Image) -> Image:
    """`line` without what is empty at its ends."""
    high, wide = line.shape[:2]
    grey = cv2.cvtColor(line, cv2.COLOR_BGR2GRAY)[high // 4 : high - high // 4].astype(np.float32)
    strokes = np.abs(np.diff(grey, axis=1)).mean(axis=0)
    inked = np.flatnonzero(strokes > INKED * np.percentile(strokes, 90))
    if not len(inked):
        return line
    around = max(1, high // 6)
    return line[:, max(0, int(inked[0]) - around) : min(wide, int(inked[-1]) + 1 + around)]
