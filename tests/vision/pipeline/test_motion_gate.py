"""The motion gate: shut on what stands still, open on what moves."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vision.frames.decoder import Image
from vision.pipeline.motion_gate import Motion, MotionGate

SHAPE = (90, 160)


def ground(seed: int) -> Image:
    """A busy picture: nothing flat for the gate to lean on."""
    return np.random.default_rng(seed).integers(40, 160, SHAPE).astype(np.uint8)


@given(seed=st.integers(0, 1000), noise=st.integers(0, 9), drift=st.integers(-3, 3))
def test_a_still_picture_never_opens_the_gate_despite_noise_and_changing_light(
    seed: int, noise: int, drift: int
) -> None:
    rng, still, gate = np.random.default_rng(seed), ground(seed), MotionGate()
    gate.see(still)
    for number in range(12):
        shaken = still.astype(int) + rng.integers(-noise, noise + 1, SHAPE) + drift * number
        assert gate.see(shaken.clip(0, 255).astype(np.uint8)) is Motion.STILL


@given(seed=st.integers(0, 1000), size=st.integers(3, 30), row=st.integers(0, 60), bright=st.booleans())
def test_a_moving_block_always_opens_the_gate(seed: int, size: int, row: int, bright: bool) -> None:
    still, gate = ground(seed), MotionGate()
    gate.see(still)
    for number in range(4):
        image = still.copy()
        image[row : row + size, number * size : (number + 1) * size] = 230 if bright else 0
        assert gate.see(image) is Motion.MOVING


def test_another_picture_altogether_is_a_cut_and_is_then_the_new_ground() -> None:
    gate = MotionGate()
    gate.see(ground(1))
    other = np.zeros(SHAPE, np.uint8)
    other[:, 80:] = 255
    assert gate.see(other) is Motion.CUT
    assert gate.see(other) is Motion.STILL


def test_the_first_picture_and_one_of_another_size_are_cuts() -> None:
    gate = MotionGate()
    assert gate.see(ground(1)) is Motion.CUT
    assert gate.see(ground(1)[:40]) is Motion.CUT


def test_what_has_come_to_rest_no_longer_moves_after_a_second() -> None:
    gate, image = MotionGate(), ground(3)
    gate.see(image)
    image = image.copy()
    image[20:40, 20:40] = 250
    seen = [gate.see(image) for _ in range(8)]
    assert seen[:5] == [Motion.MOVING] * 5
    assert seen[5:] == [Motion.STILL] * 3


def test_what_has_passed_leaves_no_trace_that_moves() -> None:
    gate, empty = MotionGate(), ground(3)
    gate.see(empty)
    for _ in range(20):
        image = empty.copy()
        image[20:40, 20:40] = 250
        gate.see(image)
    seen = [gate.see(empty) for _ in range(8)]
    assert seen[0] is Motion.MOVING
    assert seen[5:] == [Motion.STILL] * 3


def test_a_streak_is_no_movement() -> None:
    gate, still = MotionGate(), ground(3)
    gate.see(still)
    image = still.copy()
    image[10:40, 50] = 255
    assert gate.see(image) is Motion.STILL


def test_the_gate_says_where_it_saw_movement_thing_by_thing() -> None:
    gate, still = MotionGate(), ground(3)
    gate.see(still)
    assert gate.moving_boxes() == []
    image = still.copy()
    image[20:30, 40:46] = 250
    image[60:70, 120:126] = 250
    gate.see(image)
    first, second = sorted(gate.moving_boxes())
    for box, (x, y) in ((first, (40, 20)), (second, (120, 60))):
        assert x - 4 <= box.x1 * 160 <= x < x + 5 <= box.x2 * 160 <= x + 10
        assert y - 4 <= box.y1 * 90 <= y < y + 9 <= box.y2 * 90 <= y + 14
