"""Where an analysis is blind: privacy masks, which nothing that leaves it shows, and areas that it is to ignore.

Pure: pictures in, pictures out, of any size, since outlines are fractions of the picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from telemetry.errors import BadMask
from telemetry.messages import Message
from telemetry.validation import reason_of
from vision.frames.decoder import Frame, Image
from vision.rules.shapes import Outline, Point, inside

FILL = 114
"""The grey that covers a masked area: the one detectors are trained to see nothing in."""


class Mask(BaseModel):
    """One masked area of a camera's picture."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    kind: Literal["privacy", "ignore"]
    """`privacy`: burnt into every picture that leaves the analysis, and seen by no part of it. `ignore`: what moves
    there wakes nobody and is not followed, but it is in the pictures."""
    name: Annotated[str, Field(min_length=1, max_length=60)]
    """What is there: a window, a garden, a busy road."""
    outline: Outline


@dataclass(frozen=True)
class Masks:
    """The masks of one camera."""

    privacy: tuple[tuple[Point, ...], ...] = ()
    ignored: tuple[tuple[Point, ...], ...] = ()

    def burn(self, image: Image) -> Image:
        """`image` (colour or brightness) with the privacy masks burnt in; itself where there are none."""
        return _fill(image, self.privacy)

    def covers(self, width: int, height: int) -> NDArray[np.bool_]:
        """Which pixels of a picture of that size the privacy masks cover; its shape is height x width."""
        covered: NDArray[np.bool_] = _fill(np.zeros((height, width), np.uint8), self.privacy) == FILL
        return covered

    def over(self, frame: Frame) -> Frame:
        """`frame` as everybody after the gate gets it: its `image` has the privacy masks burnt in."""
        if self.privacy:
            return replace(frame, cover=self.burn)
        return frame

    def blind(self, image: Image) -> Image:
        """`image` as the gate sees it: privacy masks and ignored areas alike are one grey."""
        return _fill(image, (*self.privacy, *self.ignored))

    def ignores(self, foot: tuple[float, float]) -> bool:
        """Whether what stands at `foot` (fractions of the picture) is not to be followed."""
        return any(inside(foot, outline) for outline in self.ignored)


NO_MASKS = Masks()
_LIST: TypeAdapter[list[Mask]] = TypeAdapter(Annotated[list[Mask], Field(max_length=50)])


def parse_masks(raw: object) -> tuple[Mask, ...]:
    """Masks from decoded JSON, {"mask": [...]}. Raises BadMask naming the mask and the field."""
    entries = None
    if isinstance(raw, dict):
        entries = raw.get("mask")
    try:
        return tuple(_LIST.validate_python(entries))
    except ValidationError as error:
        first = error.errors()[0]
        number, *field = first["loc"] or (None,)
        if not isinstance(number, int):
            message = Message("masks.no_list", fault=reason_of(first))
            raise BadMask(message, number=None, field=None) from error
        name = None
        if field:
            name = str(field[0])
        fault = reason_of(first)
        message = Message("masks.wrong", number=number + 1, fault=fault)
        if name is not None:
            message = Message("masks.field_wrong", number=number + 1, field=name, fault=fault)
        raise BadMask(message, number=number + 1, field=name) from error


def gather(masks: Sequence[Mask]) -> Masks:
    """What a camera's masks come to."""
    return Masks(
        tuple(mask.outline for mask in masks if mask.kind == "privacy"),
        tuple(mask.outline for mask in masks if mask.kind == "ignore"),
    )


def _fill(image: Image, outlines: Sequence[tuple[Point, ...]]) -> Image:
    if not outlines:
        return image
    covered = image.copy()
    height, width = image.shape[:2]
    for outline in outlines:
        corners = np.round(np.array(outline) * (width, height)).astype(np.int32)
        # With its edge, so that rounding never uncovers a pixel that the outline touches.
        cv2.fillPoly(covered, [corners], (FILL, FILL, FILL))
        cv2.polylines(covered, [corners], isClosed=True, color=(FILL, FILL, FILL), thickness=2)
    return covered
