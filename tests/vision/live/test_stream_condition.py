"""A stream in a sentence: since when, how often looked at, whether something moves."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from telemetry.messages import written
from tests.vision.clips import START
from vision.feeds.reader import ReaderState, Status
from vision.live.stream_condition import CALM_S, STALE_S, StreamCondition, StreamMonitor
from vision.pipeline.counters import Counters
from vision.workers.protocol import AnalysisState

RUNNING = ReaderState("rtsp://camera/live", Status.RUNNING, None, 0, None, 1, 0, 0.0)


def seen(
    watch: StreamMonitor,
    state: ReaderState,
    at_s: float,
    *,
    gated: int = 0,
    detections: int = 0,
    looked_at: datetime | None = None,
) -> StreamCondition:
    analysed = AnalysisState(Counters(frames=gated, gated=gated, detections=detections), looked_at=looked_at)
    return watch.see(state, analysed, now=START + timedelta(seconds=at_s), mono=at_s)


def test_a_lost_camera_is_lost_since_its_last_picture() -> None:
    watch = StreamMonitor()
    seen(watch, RUNNING, 1.0)
    lost = replace(RUNNING, status=Status.LOST, error=written("no answer"), last_at=2.0)
    for at_s in (5.0, 9.0):
        condition = seen(watch, lost, at_s)
        assert (condition.since, str(condition.error)) == (START + timedelta(seconds=2), "no answer")
    assert seen(watch, replace(RUNNING, last_at=10.0), 10.0).since == START + timedelta(seconds=10)


def test_how_often_it_is_looked_at_is_counted_over_the_last_seconds() -> None:
    watch = StreamMonitor()
    for second in range(41):
        condition = seen(watch, RUNNING, float(second), gated=4 * second, detections=second // 10)
    assert condition.gated_per_s == pytest.approx(4.1)
    assert condition.detected_per_s == pytest.approx(0.1)
    assert not condition.moving


def test_a_new_connections_counters_begin_anew_and_give_no_rate_below_zero() -> None:
    watch = StreamMonitor()
    seen(watch, RUNNING, 0.0, gated=500)
    assert seen(watch, RUNNING, 1.0, gated=3).gated_per_s == 0
    assert seen(watch, RUNNING, 2.0, gated=8).gated_per_s == pytest.approx(5)


def test_what_the_detector_looks_at_again_and_again_moves_and_is_calm_only_after_a_while() -> None:
    watch = StreamMonitor()
    for tenth in range(11):
        moving = seen(watch, RUNNING, tenth / 10, detections=tenth // 2).moving
    assert moving
    assert seen(watch, RUNNING, 1.0 + CALM_S - 0.5, detections=5).moving
    assert not seen(watch, RUNNING, 4.0 + CALM_S, detections=5).moving


def test_nothing_moves_in_a_lost_stream() -> None:
    watch = StreamMonitor()
    seen(watch, RUNNING, 0.0)
    assert seen(watch, RUNNING, 1.0, detections=5).moving
    assert not seen(watch, replace(RUNNING, status=Status.LOST), 1.5, detections=5).moving


def test_a_stream_whose_pictures_nobody_can_look_at_is_stale_and_says_how_old_and_why() -> None:
    watch = StreamMonitor()
    assert seen(watch, RUNNING, 0.0).stale_since is None
    condition = seen(watch, replace(RUNNING, packets=507), STALE_S + 1)
    assert condition.stale_since == START
    assert str(condition.stale_why) == "none of the 507 pictures that came can be decoded"
    looked = seen(watch, RUNNING, STALE_S + 2, gated=9, looked_at=START + timedelta(seconds=20))
    assert looked.stale_since is None
    again = seen(watch, RUNNING, 2 * STALE_S, gated=9, looked_at=START + timedelta(seconds=20))
    assert (again.stale_since, str(again.stale_why)) == (START + timedelta(seconds=20), "its pictures come too late")


def test_how_many_pictures_come_damaged_is_a_share_of_the_last_seconds() -> None:
    watch = StreamMonitor()
    seen(watch, replace(RUNNING, packets=100, corrupt=50), 0.0)
    assert seen(watch, replace(RUNNING, packets=300, corrupt=60), 10.0).damaged == pytest.approx(0.05)
    assert seen(watch, replace(RUNNING, packets=900, corrupt=60), 31.0).damaged == 0
