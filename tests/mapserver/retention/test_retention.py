"""Observations and pictures go when their time has come, holds and open incidents win, and the audit trail says so."""

import os
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from incidents.retention.policy import KeepSome, RetentionPolicy
from incidents.retention.retention_worker import RetentionWorker
from incidents.timeline import repository, service
from incidents.timeline.acceptance import accept
from incidents.timeline.transitions import Transition
from mapserver.core.services import Services
from mapserver.core.video_settings import VideoSettings
from mapserver.program.invariants import violations
from mapserver.retention.flow import retention_desk
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.clock import ManualClock
from telemetry.errors import NotFound
from telemetry.fulltext import DocumentQuery, find
from telemetry.observations import Media, Observation
from telemetry.observations import repository as observations
from telemetry.scopes import LIVE
from telemetry.trusted_time import Uptime
from telemetry.visibility import EVERYTHING
from tests.builders import NOON, live, observation
from tests.query_plans import query_plans
from vision.recording import service as recording

PASSING = "vehicle_seen"
"""A category that opens no incident."""


@pytest.fixture
def clock(parts: Services) -> ManualClock:
    clock = ManualClock(NOON)
    parts.clock = clock
    parts.uptime = lambda: Uptime("boot", clock.running_s())
    parts.forgetting.renew()  # as a server does at its start
    return clock


@pytest.fixture
def desk(parts: Services, clock: ManualClock) -> RetentionWorker:
    return retention_desk(parts)


def seen(parts: Services, ref: str = "1", *, picture: bytes | None = b"a picture", **more: Any) -> Observation:
    """An observation that was accepted now."""
    media = () if picture is None else (_kept(parts, picture),)
    one = observation(ref, media=media, summary="a man in a red coat", **more)
    with parts.store.write() as work:
        accept(work, [one], now=parts.clock.now(), rules=parts.rules)
    return one


def _kept(parts: Services, picture: bytes) -> Media:
    """A picture that was handed in now, by the tests' clock."""
    sha256, now = parts.media.put(picture), parts.clock.now().timestamp()
    os.utime(parts.media.folder / sha256[:2] / sha256, (now, now))
    return Media(kind="snapshot", sha256=sha256, content_type="image/jpeg")


def close(parts: Services, of: Observation) -> str:
    """Close the incident of an observation."""
    with parts.store.write() as work:
        incident = repository.incident_of_observation(work.session, of.id)
        assert incident is not None
        row = repository.get(work.session, incident, EVERYTHING)
        service.take(work, row, Transition.RESOLVE, by="coordinator", reason="done", now=parts.clock.now())
    return incident


def now_kept(parts: Services, one: Observation) -> Observation:
    with parts.store.read() as session:
        return observations.get(session, one.id, EVERYTHING)


def picture_is_there(parts: Services, one: Observation) -> bool:
    try:
        return bool(parts.media.get(one.media[0].sha256))
    except NotFound:
        return False


def test_a_picture_goes_before_its_observation_and_the_audit_trail_says_so(
    parts: Services, clock: ManualClock, desk: RetentionWorker
) -> None:
    one = seen(parts, category=PASSING)
    clock.advance(timedelta(days=89.9).total_seconds())
    assert desk.forget() == 0
    clock.advance(86_400)
    assert desk.forget() == 1
    assert now_kept(parts, one).media == ()
    assert now_kept(parts, one).summary == "a man in a red coat"
    with parts.store.read() as session:
        (entry,) = audit.latest(session, live(City("dobele")), limit=5)
    assert (entry["who"], entry["action"], entry["subject"]) == ("retention", "forget", "observations of dobele")
    assert entry["detail"] == "past their time: 1 pictures, 0 observations"
    clock.advance(timedelta(days=640).total_seconds())
    assert (desk.forget(), desk.forget()) == (1, 0)
    with pytest.raises(NotFound):
        now_kept(parts, one)


def test_the_file_of_a_picture_goes_with_the_last_observation_that_names_it(
    parts: Services, clock: ManualClock, desk: RetentionWorker
) -> None:
    early = seen(parts, "early", category=PASSING)
    clock.advance(timedelta(days=60).total_seconds())
    seen(parts, "late", category=PASSING)
    clock.advance(timedelta(days=31).total_seconds())
    desk.forget()
    assert picture_is_there(parts, early)
    clock.advance(timedelta(days=60).total_seconds())
    desk.forget()
    assert not picture_is_there(parts, early)


def test_what_belongs_to_an_incident_stays_while_that_is_open_and_half_a_year_after(
    parts: Services, clock: ManualClock, desk: RetentionWorker
) -> None:
    one = seen(parts)
    clock.advance(timedelta(days=1000).total_seconds())
    assert desk.forget() == 0
    close(parts, one)
    clock.advance(timedelta(days=179).total_seconds())
    assert desk.forget() == 0
    clock.advance(timedelta(days=2).total_seconds())
    assert desk.forget() == 1


def test_of_an_incidents_observation_a_shell_stays_and_what_it_said_goes_from_the_timeline(
    parts: Services, clock: ManualClock, desk: RetentionWorker
) -> None:
    one = seen(parts, attributes={"identity": "cam/0/7", "colour": "red"})
    incident = close(parts, one)
    clock.advance(timedelta(days=731).total_seconds())
    assert (desk.forget(), desk.forget()) == (1, 0)
    left = now_kept(parts, one)
    assert (left.summary, left.attributes, left.media) == ("", {}, ())
    assert (left.category, left.position, left.started_at) == (one.category, one.position, one.started_at)
    with parts.store.read() as session:
        told = {entry.kind: entry.text for entry in repository.entries(session, incident)}
        assert repository.get(session, incident, EVERYTHING).identities == []
    assert told["observation"] == ""
    assert told["state"].endswith("done")
    assert list(violations(parts.store, parts.media, parts.clock)) == []


def test_what_was_forgotten_is_not_found_by_a_search(
    parts: Services, clock: ManualClock, desk: RetentionWorker
) -> None:
    close(parts, seen(parts))
    passing = seen(parts, "2", category=PASSING)

    def found(words: str) -> int:
        with parts.store.read() as session:
            return len(find(session, DocumentQuery(EVERYTHING, words=words), limit=10).rows)

    assert (found("red coat"), found("cam")) == (2, 2)
    clock.advance(timedelta(days=731).total_seconds())
    assert desk.forget() == 2
    with pytest.raises(NotFound):
        now_kept(parts, passing)
    assert (found("red coat"), found("cam"), found("closed area")) == (0, 0, 1)


def test_a_timeline_lets_nothing_else_go(parts: Services, clock: ManualClock, desk: RetentionWorker) -> None:
    one, other = seen(parts), seen(parts, "2", city=City("siauliai"))
    close(parts, one)
    clock.advance(timedelta(days=731).total_seconds())
    desk.forget()
    for statement in (
        "UPDATE timeline SET text = 'rewritten' WHERE observation_id = :one",
        "UPDATE timeline SET text = '', why = '[]', who = 'me' WHERE observation_id = :one",
        "UPDATE timeline SET text = '', why = '[]' WHERE observation_id = :other",
        "UPDATE timeline SET text = '', why = '[]' WHERE observation_id IS NULL",
        "DELETE FROM timeline WHERE observation_id = :one",
        "DELETE FROM forgotten_observations",
    ):
        with pytest.raises(DatabaseError, match="append-only"), parts.store.write() as work:
            work.session.execute(text(statement), {"one": one.id, "other": other.id})


def test_a_hold_on_the_footage_keeps_what_was_seen_in_it(
    parts: Services, clock: ManualClock, desk: RetentionWorker
) -> None:
    one = seen(parts, category=PASSING)
    times = {"begins": NOON - timedelta(minutes=1), "ends": NOON + timedelta(minutes=1)}
    with parts.store.write() as work:
        held = recording.place_hold(
            work.session, camera_id="cam", city=City("dobele"), scope=LIVE, until=NOON + timedelta(days=5000),
            why="court", by="supervisor", now=NOON, **times,
        )  # fmt: skip
    clock.advance(timedelta(days=1000).total_seconds())
    assert desk.forget() == 0
    with parts.store.write() as work:
        recording.lift_hold(work.session, "cam", held.id, live(City("dobele")), by="supervisor", now=clock.now())
    assert desk.forget() == 1
    assert not picture_is_there(parts, one)


def test_a_town_keeps_what_its_cameras_purpose_allows(
    parts: Services, clock: ManualClock, desk: RetentionWorker
) -> None:
    parts.settings.videos = [VideoSettings(name="crossing", source="rtsp://camera", purpose="traffic")]
    parts.settings.retention = RetentionPolicy(keep=(KeepSome(city=City("dobele"), purpose="traffic", picture_days=2),))
    short = seen(parts, "1", source="crossing", category=PASSING, picture=b"short")
    long = seen(parts, "2", source="park", category=PASSING, picture=b"long")
    other = seen(parts, "3", source="crossing-2", city=City("siauliai"), category=PASSING, picture=b"other")
    clock.advance(timedelta(days=3).total_seconds())
    assert desk.forget() == 1
    assert [picture_is_there(parts, one) for one in (short, long, other)] == [False, True, True]


def test_a_picture_that_was_just_handed_in_again_stays(
    parts: Services, clock: ManualClock, desk: RetentionWorker
) -> None:
    one = seen(parts, category=PASSING)
    clock.advance(timedelta(days=91).total_seconds())
    _kept(parts, b"a picture")
    desk.forget()
    assert picture_is_there(parts, one)
    clock.advance(timedelta(days=2).total_seconds())
    desk.forget()
    assert not picture_is_there(parts, one)


def test_many_are_forgotten_in_batches(
    parts: Services, clock: ManualClock, desk: RetentionWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidents.retention.service.EXAMINED", 3)
    for number in range(7):
        seen(parts, str(number), category=PASSING, picture=None)
    clock.advance(timedelta(days=731).total_seconds())
    assert desk.forget() == 7
    with parts.store.read() as session:
        assert observations.latest(session, EVERYTHING, limit=10) == []


@pytest.mark.only_sqlite
def test_whether_anything_is_due_is_asked_of_an_index(
    parts: Services, clock: ManualClock, desk: RetentionWorker
) -> None:
    seen(parts)
    with query_plans(parts.store, "observations") as steps:
        assert desk.forget() == 0
    searches = [step for step in steps if not step.endswith("RIGHT PART OF ORDER BY")]
    assert len(searches) == 2
    assert all(step.startswith("SEARCH observations USING INDEX observations_by_review") for step in searches)


def test_shorter_times_count_for_what_was_judged_by_longer_ones(
    parts: Services, clock: ManualClock, desk: RetentionWorker
) -> None:
    seen(parts, category=PASSING)
    clock.advance(timedelta(days=101).total_seconds())
    assert (desk.forget(), desk.forget()) == (1, 0)
    parts.settings.retention = RetentionPolicy(observation_days=100)
    assert (desk.forget(), desk.forget()) == (1, 0)


def test_a_picture_that_comes_late_goes_at_the_next_turn(
    parts: Services, clock: ManualClock, desk: RetentionWorker
) -> None:
    one = seen(parts, category=PASSING, picture=None)
    clock.advance(timedelta(days=91).total_seconds())
    assert desk.forget() == 0
    with parts.store.write() as work:
        grown = now_kept(parts, one).model_copy(update={"media": (_kept(parts, b"late"),)})
        observations.update(work.session, [grown], at=clock.now())
    assert (desk.forget(), desk.forget()) == (1, 0)


def test_a_turn_that_is_told_to_stop_leaves_the_rest_for_the_next_start(
    parts: Services, clock: ManualClock, desk: RetentionWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidents.retention.service.EXAMINED", 1)
    for number in range(3):
        seen(parts, str(number), category=PASSING, picture=None)
    clock.advance(timedelta(days=731).total_seconds())
    desk.stop()
    assert desk.forget() == 0
    assert retention_desk(parts).forget() == 3
