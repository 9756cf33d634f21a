"""Accepting observations into incidents and their timelines, on a real database."""

from datetime import timedelta

import pytest

from incidents.merging import State, default_rules
from incidents.timeline import repository, service, transitions
from incidents.timeline.acceptance import Outcome, Receipt
from incidents.timeline.acceptance import accept as take
from incidents.timeline.transitions import Transition
from telemetry.errors import BadInput, BadObservation, Conflict
from telemetry.observations import Media, Observation
from telemetry.store import Change, Store
from telemetry.visibility import EVERYTHING
from tests.builders import NOON, observation, place

pytestmark = pytest.mark.both_databases

RULES = default_rules()


def accept(store: Store, *seen: Observation, after_s: float = 0) -> list[Receipt]:
    with store.write() as work:
        return take(work, seen, now=NOON + timedelta(seconds=after_s), rules=RULES)


def texts(store: Store, incident_id: str | None) -> list[str]:
    with store.read() as session:
        return [entry["text"] for entry in service.timeline(session, incident_id or "")]


def test_the_first_observation_opens_an_incident_with_two_entries(store: Store) -> None:
    receipt = accept(store, observation(summary="car on the square"))[0]
    assert receipt.outcome is Outcome.ACCEPTED
    assert texts(store, receipt.incident_id) == ["Opened: Vehicle in a closed area", "car on the square"]


def test_an_observation_sent_twice_is_kept_once(store: Store) -> None:
    first, again = accept(store, observation(), observation())
    assert (again.outcome, again.incident_id) == (Outcome.DUPLICATE, first.incident_id)
    assert len(texts(store, first.incident_id)) == 2


def test_an_event_that_ends_amends_what_was_said(store: Store) -> None:
    accept(store, observation())
    receipt = accept(store, observation(ended_at=NOON + timedelta(seconds=42)), after_s=42)[0]
    assert receipt.outcome is Outcome.AMENDED
    assert "ended after 42 s" in texts(store, receipt.incident_id)[-1]


def test_a_picture_that_arrives_later_is_added(store: Store) -> None:
    accept(store, observation())
    picture = Media(kind="snapshot", sha256="0" * 64, content_type="image/jpeg")
    receipt = accept(store, observation(media=(picture,)))[0]
    assert "1 new picture" in texts(store, receipt.incident_id)[-1]


def test_a_passing_sight_is_kept_without_an_incident(store: Store) -> None:
    receipt = accept(store, observation(category="plate_read"))[0]
    assert (receipt.outcome, receipt.incident_id) == (Outcome.ACCEPTED, None)


def test_the_entry_of_a_merged_observation_says_why(store: Store) -> None:
    opened, _ = accept(store, observation("1"), observation("2", position=place(east_m=30)))
    with store.read() as session:
        why = service.timeline(session, opened.incident_id or "")[-1]["why"]
    assert {reason["term"] for reason in why} == {"distance", "time", "category", "accuracy"}


def test_a_failure_half_way_keeps_nothing_of_the_request(store: Store) -> None:
    good, clash = observation("1", id="same"), observation("2", id="same")
    with pytest.raises(BadObservation, match="belongs to another observation"):
        accept(store, good, clash)
    with store.read() as session:
        assert repository.open_ones(session, EVERYTHING) == []


def test_the_news_is_told_only_after_the_commit(store: Store) -> None:
    heard: list[Change] = []
    store.listen(heard.extend)
    with pytest.raises(RuntimeError), store.write() as work:
        take(work, [observation()], now=NOON, rules=RULES)
        raise RuntimeError("power cut")
    assert heard == []
    accept(store, observation())
    assert [change.kind for change in heard] == ["incident"]


def test_closing_needs_a_reason_and_is_written_down(store: Store) -> None:
    receipt = accept(store, observation())[0]
    with store.write() as work, pytest.raises(BadInput, match="needs a reason"):
        row = repository.get(work.session, receipt.incident_id or "", EVERYTHING)
        service.take(work, row, Transition.RESOLVE, by="ilze", reason=" ", now=NOON)
    with store.write() as work:
        row = repository.get(work.session, receipt.incident_id or "", EVERYTHING)
        service.take(work, row, Transition.RESOLVE, by="ilze", reason="driver sent off", now=NOON)
    assert texts(store, receipt.incident_id)[-1] == "new → resolved: driver sent off"


def test_a_state_it_is_in_already_is_a_conflict(store: Store) -> None:
    receipt = accept(store, observation())[0]
    with store.write() as work, pytest.raises(Conflict, match="new already"):
        row = repository.get(work.session, receipt.incident_id or "", EVERYTHING)
        service.take(work, row, transitions.between(State.NEW, State.NEW), by="ilze", reason="", now=NOON)


@pytest.mark.parametrize("text", ["", "   ", "x" * 4_001])
def test_a_note_that_says_nothing_or_too_much_is_refused(store: Store, text: str) -> None:
    receipt = accept(store, observation())[0]
    with store.write() as work, pytest.raises(BadInput, match=r"note|characters"):
        service.add_note(
            work, repository.get(work.session, receipt.incident_id or "", EVERYTHING), text, by="ilze", now=NOON
        )
