"""Times of pictures: the sender's steps on a steady clock, whatever is done to the clock on the wall."""

import logging
import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.clock import ManualClock
from tests.vision.clips import START
from vision.feeds.capture_time import CaptureTimeline, SteadyTime

EPOCH = START.timestamp()
FRAME_S = 0.04


class Ticks:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def run(timeline: CaptureTimeline, steps: list[tuple[float, float]]) -> list[tuple[float, bool]]:
    """Where `timeline` puts packets of (time stamp, arrival after EPOCH); times after EPOCH."""
    placed = [timeline.place(stamp, FRAME_S, EPOCH + came) for stamp, came in steps]
    return [(at - EPOCH, jumped) for at, jumped in placed]


@pytest.mark.parametrize("step_s", [3600.0, -3600.0])
def test_a_step_of_the_wall_clock_by_an_hour_never_takes_video_time_back_and_is_said_once(
    step_s: float, caplog: pytest.LogCaptureFixture
) -> None:
    ticks, wall = Ticks(), ManualClock(START)
    steady, times = SteadyTime(wall, ticks), []
    with caplog.at_level(logging.WARNING):
        for number in range(40):
            if number == 20:
                wall.advance(step_s)
            times.append(steady.now()[0])
            ticks.now += 0.5
            wall.advance(0.5)
    steps = [after - before for before, after in pairwise(times)]
    assert min(steps) == pytest.approx(0.5)
    assert sum(steps) == pytest.approx(19.5 + max(step_s, 0))
    assert len(caplog.records) == 1


def test_arrivals_that_jitter_do_not_move_the_pictures() -> None:
    placed = run(
        CaptureTimeline(live=True), [(n * FRAME_S, n * FRAME_S + (0.3 if n % 7 == 3 else 0)) for n in range(200)]
    )
    assert [at for at, _ in placed] == pytest.approx([n * FRAME_S for n in range(200)])
    assert not any(jumped for _, jumped in placed)


@given(rate=st.floats(0.995, 1.005), seed=st.integers(0, 1_000))
def test_a_camera_whose_clock_drifts_stays_with_the_present_and_goes_only_forward(rate: float, seed: int) -> None:
    jitter = random.Random(seed)
    steps = [(number * 0.1 * rate, number * 0.1 + jitter.uniform(0, 0.3)) for number in range(800)]
    placed = run(CaptureTimeline(live=True), steps)
    assert all(after > before for (before, _), (after, _) in pairwise(placed))
    assert not any(jumped for _, jumped in placed)
    assert abs(placed[-1][0] - 79.9) < 0.5


def test_a_restart_of_the_senders_clock_is_a_jump_to_the_present() -> None:
    placed = run(CaptureTimeline(live=True), [(5000.0, 0.0), (5000.04, 0.04), (0.0, 0.5), (0.04, 0.54)])
    assert [jumped for _, jumped in placed] == [False, False, True, False]
    assert [at for at, _ in placed] == pytest.approx([0.0, 0.04, 0.5, 0.54])


def test_a_wall_clock_set_forward_is_followed_by_a_jump_within_two_windows() -> None:
    placed = run(CaptureTimeline(live=True), [(n * 0.5, n * 0.5 + (3600 if n > 40 else 0)) for n in range(90)])
    assert sum(jumped for _, jumped in placed) == 1
    assert placed[-1][0] == pytest.approx(44.5 + 3600, abs=0.1)
    assert all(after > before for (before, _), (after, _) in pairwise(placed))


def test_a_file_keeps_its_own_times_and_bridges_what_has_none() -> None:
    timeline = CaptureTimeline(live=False, starts_at=EPOCH)
    stamps = [7.0, 7.04, None, 7.12, 3.0]
    placed = [timeline.place(stamp, FRAME_S, EPOCH + 1e6)[0] - EPOCH for stamp in stamps]
    assert placed == pytest.approx([0.0, 0.04, 0.08, 0.12, 0.16])
