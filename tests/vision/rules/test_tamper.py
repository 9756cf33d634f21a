"""A camera that somebody covers, turns, or puts out of focus."""

import cv2
import numpy as np
import pytest

from tests.vision.rules.scenes import firings, rule, scene
from vision.frames.decoder import Image
from vision.rules import Firing

TAMPER = rule(kind="tamper", category="camera_tampered", name="Camera 7", for_s=2)


def street(shift: int = 0, seed: int = 3) -> Image:
    """Houses and windows, drawn."""
    random = np.random.default_rng(seed)
    picture = np.full((90, 400), 90, np.uint8)
    for _ in range(60):
        x, y, wide, high = (int(v) for v in random.integers((0, 0, 6, 6), (390, 80, 40, 40)))
        cv2.rectangle(picture, (x, y), (x + wide, y + high), int(random.integers(20, 235)), -1)
    return np.ascontiguousarray(picture[:, 100 + shift : 260 + shift])


def watched(*after: Image, before: int = 25) -> list[Firing]:
    noise = np.random.default_rng(1)
    pictures = [street()] * before + list(after)
    scenes = [
        scene(n / 5, luma=np.clip(picture + noise.normal(0, 2, picture.shape), 0, 255).astype(np.uint8))
        for n, picture in enumerate(pictures)
    ]
    return firings(TAMPER, *scenes)


@pytest.mark.parametrize(
    ("picture", "what"),
    [
        (np.full((90, 160), 12, np.uint8), "covered"),
        (cv2.GaussianBlur(street(), (0, 0), 4).astype(np.uint8), "defocused"),
        (street(shift=70), "moved"),
    ],
)
def test_it_is_told_what_was_done_to_it_once(picture: Image, what: str) -> None:
    found = watched(*[picture] * 30)
    assert [(one.attributes["tamper"], str(one.summary)) for one in found] == [
        (what, f"Camera 7 seems to be {what}, for 2 s")
    ]
    assert 0.5 <= found[0].confidence <= 1


@pytest.mark.parametrize("gain", [0.5, 1.3])
def test_dusk_and_exposure_are_no_tampering(gain: float) -> None:
    other = np.clip(street() * gain, 0, 255).astype(np.uint8)
    assert not watched(*[other] * 40)


def test_a_lorry_that_passes_close_by_is_no_tampering() -> None:
    blocked = street()
    blocked[:, 30:130] = 40
    assert not watched(*[blocked] * 6, *[street()] * 20)


def test_what_it_shows_after_half_a_minute_is_usual_and_tampering_is_told_again() -> None:
    turned = street(shift=70)
    found = watched(*[turned] * 200, *[np.full((90, 160), 12, np.uint8)] * 30)
    assert [one.attributes["tamper"] for one in found] == ["moved", "covered"]


def test_in_a_night_without_light_nothing_is_told() -> None:
    dark = np.full((90, 160), 5, np.uint8)
    assert not firings(TAMPER, *[scene(n / 5, luma=dark) for n in range(100)])
