"""Outages: each told once when it has lasted, once when it is over, and never because of a retry."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from telemetry.cities import City
from telemetry.messages import Message, written
from telemetry.observations import SourceKind
from telemetry.scopes import LIVE
from vision.feeds.outages import Outage, OutageMonitor, to_observation
from vision.feeds.reader import ReaderState, Status

WHY = written("no picture for 2.5 s")
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
RUNNING = ReaderState("rtsp://c1", Status.RUNNING, None, 0, None, 100, 0, last_at=0.0)
LOST = replace(RUNNING, status=Status.LOST, error=WHY)


def told(watch: OutageMonitor, state: ReaderState, seconds: range) -> list[Outage]:
    """What is told from second to second after NOON, which is 0 on the monotonic clock."""
    seen = (watch.see(state, now=NOON + timedelta(seconds=second), mono=float(second)) for second in seconds)
    return [one for one in seen if one is not None]


def test_an_outage_is_told_once_however_often_the_camera_is_tried() -> None:
    watch = OutageMonitor(tell_after_s=10)
    assert told(watch, RUNNING, range(0, 1)) == []
    assert told(watch, LOST, range(3, 300)) == [Outage(NOON, WHY)]


def test_that_it_is_over_is_told_once_with_its_beginning() -> None:
    watch = OutageMonitor(tell_after_s=10)
    told(watch, LOST, range(3, 60))
    back = told(watch, RUNNING, range(60, 80))
    assert back == [Outage(NOON, WHY, NOON + timedelta(seconds=60))]


def test_a_short_stumble_is_not_told() -> None:
    watch = OutageMonitor(tell_after_s=10)
    assert told(watch, LOST, range(3, 10)) + told(watch, RUNNING, range(10, 60)) == []


def test_a_camera_that_never_came_is_missed_from_the_first_look_on() -> None:
    watch = OutageMonitor(tell_after_s=10)
    (outage,) = told(watch, replace(LOST, last_at=None, error=None), range(5, 60))
    assert outage == Outage(NOON + timedelta(seconds=5), Message("feeds.no_picture_comes"))


def test_a_second_outage_is_another_one() -> None:
    watch = OutageMonitor(tell_after_s=10)
    told(watch, LOST, range(3, 60))
    told(watch, RUNNING, range(60, 61))
    (outage,) = told(watch, replace(LOST, last_at=60.0), range(63, 99))
    assert outage.since == NOON + timedelta(seconds=60)


def test_outage_and_return_are_two_observations_of_one_identity() -> None:
    begun = Outage(NOON, written("the plug"))
    lost, back = (
        to_observation(one, "C1", city=City("dobele"), kind=SourceKind.FIXED_CAMERA, position=None, scope=LIVE)
        for one in (begun, replace(begun, ended=NOON + timedelta(seconds=75)))
    )
    assert lost.source_ref != back.source_ref
    assert lost.attributes["identity"] == back.attributes["identity"]
    assert (lost.category, lost.started_at, lost.ended_at) == ("camera_lost", NOON, None)
    assert back.summary == "C1 sends pictures again, after 75 s"
