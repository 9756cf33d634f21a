"""Burns privacy masks into decoded pictures, in brightness and colour as they are: nothing is converted. Pure."""

from dataclasses import dataclass
from typing import Any, cast

import av
import numpy as np
from numpy.typing import NDArray

from vision.frames.decoder import Image
from vision.privacy.masks import FILL, Masks

_AS_THEY_ARE = frozenset({"yuv420p", "yuvj420p"})
_NO_COLOUR = 128
COLOURS = ("color_range", "colorspace", "color_primaries", "color_trc")
"""What a picture says of how its numbers are to be shown."""


@dataclass(frozen=True)
class _Area:
    """What is covered of a plane, and where that lies."""

    rows: slice
    columns: slice
    covered: NDArray[np.bool_]


class MaskCover:
    """The privacy masks for pictures of one size."""

    def __init__(self, masks: Masks, width: int, height: int) -> None:
        """`width` and `height` in pixels. What comes out lacks an odd last column or row, which 4:2:0 cannot hold."""
        self.width, self.height = (max(2, side // 2 * 2) for side in (width, height))
        bright = masks.covers(width, height)[: self.height, : self.width]
        # A colour sample stands for four pixels: covered with the first of them, it tells nothing of any.
        colour = bright[::2, ::2] | bright[1::2, ::2] | bright[::2, 1::2] | bright[1::2, 1::2]
        # The grey is the same number in full and in limited range.
        self._planes = ((FILL, _area(bright)), (_NO_COLOUR, _area(colour)), (_NO_COLOUR, _area(colour)))

    def over(self, picture: av.VideoFrame) -> av.VideoFrame:
        """A copy of `picture` in 4:2:0 with the masks burnt in; the decoder draws later ones from the original."""
        if picture.format.name not in _AS_THEY_ARE:
            picture = picture.reformat(format="yuvj420p" if picture.format.name.startswith("yuvj") else "yuv420p")
        burnt = av.VideoFrame(self.width, self.height, picture.format.name)
        for name in COLOURS:
            setattr(burnt, name, getattr(picture, name))
        for before, after, (shade, area) in zip(picture.planes, burnt.planes, self._planes, strict=True):
            pixels = _pixels(after)
            np.copyto(pixels, _pixels(before)[: pixels.shape[0], : pixels.shape[1]])
            if area is not None:
                np.copyto(pixels[area.rows, area.columns], np.uint8(shade), where=area.covered)
        return burnt


def _area(covered: NDArray[np.bool_]) -> _Area | None:
    """The smallest rectangle with all of it; None where nothing is covered."""
    rows, columns = (np.flatnonzero(covered.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return None
    down = slice(rows[0], rows[-1] + 1)
    across = slice(columns[0], columns[-1] + 1)
    return _Area(down, across, np.ascontiguousarray(covered[down, across]))


def _pixels(plane: Any) -> Image:
    """A plane to be read and written, without the padding of its rows."""
    rows = np.frombuffer(cast(Any, plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]
