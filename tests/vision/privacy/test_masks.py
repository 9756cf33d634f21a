"""Masks: what they cover, what they leave alone, and what is refused."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.errors import BadMask
from vision.privacy.masks import FILL, NO_MASKS, Mask, Masks, gather, parse_masks

LEFT = ((0.0, 0.0), (0.4, 0.0), (0.4, 1.0), (0.0, 1.0))
RIGHT = ((0.6, 0.0), (1.0, 0.0), (1.0, 1.0), (0.6, 1.0))
BOTH = Masks(privacy=(LEFT,), ignored=(RIGHT,))


def noise(width: int, height: int, *channels: int) -> Any:
    return np.random.default_rng(1).integers(150, 255, (height, width, *channels)).astype(np.uint8)


@given(width=st.integers(20, 400), height=st.integers(20, 300))
def test_a_privacy_mask_leaves_nothing_of_what_is_below_it_whatever_the_size(width: int, height: int) -> None:
    image = noise(width, height, 3)
    burnt = BOTH.burn(image)
    assert (burnt[:, : int(0.4 * width)] == FILL).all()
    beyond = int(0.4 * width) + 4
    assert (burnt[:, beyond:] == image[:, beyond:]).all()


def test_the_gate_sees_neither_privacy_masks_nor_ignored_areas() -> None:
    luma = noise(160, 90)
    blind = BOTH.blind(luma)
    assert (blind[:, :64] == FILL).all()
    assert (blind[:, 96:] == FILL).all()
    assert (blind[:, 70:90] == luma[:, 70:90]).all()


def test_an_ignored_area_stays_in_the_pictures_but_who_stands_there_is_not_followed() -> None:
    image = noise(160, 90, 3)
    assert (BOTH.burn(image)[:, 96:] == image[:, 96:]).all()
    assert BOTH.ignores((0.8, 1.0))
    assert not BOTH.ignores((0.2, 0.5))


def test_without_masks_no_picture_is_copied() -> None:
    image = noise(160, 90, 3)
    assert NO_MASKS.burn(image) is image


def test_masks_are_gathered_by_kind() -> None:
    drawn = parse_masks({"mask": [{"kind": "ignore", "name": "the road", "outline": RIGHT}]})
    assert drawn == (Mask(kind="ignore", name="the road", outline=RIGHT),)
    assert gather(drawn) == Masks(ignored=(RIGHT,))


@pytest.mark.parametrize(
    ("mask", "field"),
    [
        ({"kind": "privacy", "name": "", "outline": LEFT}, "name"),
        ({"kind": "blur", "name": "a", "outline": LEFT}, "kind"),
        ({"kind": "privacy", "name": "a", "outline": LEFT[:2]}, "outline"),
        ({"kind": "privacy", "name": "a", "outline": [(0, 0), (1, 1), (1, 0), (0, 1)]}, "outline"),
        ({"kind": "privacy", "name": "a", "outline": [(0, 0), (1.2, 0), (1, 1)]}, "outline"),
        ({"kind": "privacy", "name": "a", "outline": LEFT, "colour": "red"}, "colour"),
    ],
)
def test_a_mask_that_cannot_be_is_refused_by_number_and_field(mask: dict[str, Any], field: str) -> None:
    good = {"kind": "privacy", "name": "a window", "outline": LEFT}
    with pytest.raises(BadMask) as refused:
        parse_masks({"mask": [good, mask]})
    assert refused.value.details == {"number": 2, "field": field}


@pytest.mark.parametrize("raw", [None, [], {}, {"mask": None}, {"mask": "all"}])
def test_what_is_no_list_of_masks_is_refused(raw: object) -> None:
    with pytest.raises(BadMask, match="send"):
        parse_masks(raw)
