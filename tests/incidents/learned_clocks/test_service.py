"""Offsets of clocks are learned from stored words, proposed with what they change, taken over, declined and ended."""

import pytest
from sqlmodel import select

from incidents.grouping import group_observations
from incidents.grouping.clocks import ClockOffset, read_clock
from incidents.learned_clocks import service as clocks
from incidents.learned_clocks.tables import ClockOffsetRow
from incidents.rebuilding import service as rebuilding
from incidents.timeline import service
from incidents.timeline.incident_index import Town
from telemetry.cities import City
from telemetry.errors import BadInput, Conflict
from telemetry.observations import Observation, SourceKind
from telemetry.scopes import LIVE
from telemetry.store import Store
from telemetry.visibility import EVERYTHING
from tests.incidents.grouping.builders import LATER, RULES, word
from tests.incidents.settling.test_service import settle, standing, take

pytestmark = pytest.mark.both_databases

DOBELE = Town(City("dobele"), LIVE)
DEVICE = "body_camera body-1"


def body_camera(ref: str, *, minutes: float, east_m: float = 0) -> Observation:
    """A word of a body camera about a fight."""
    return word(
        ref, "fight", minutes=minutes, east_m=east_m, accuracy_m=9, kind=SourceKind.BODY_CAMERA, source="body-1"
    )


AN_HOUR_OFF = (
    word("call", "fight", accuracy_m=20),
    word("again", "fight", minutes=2, accuracy_m=15),
    body_camera("body", minutes=62),
    body_camera("body again", minutes=65, east_m=5),
)
"""Two callers see a fight, and a body camera whose clock is an hour ahead."""
LONE = body_camera("lone", minutes=600, east_m=1_500)
"""Alone it says nothing of its clock."""


def look(store: Store) -> list[ClockOffsetRow]:
    clocks.look(store, DOBELE, RULES, LATER)
    with store.read() as session:
        return clocks.listed(session, EVERYTHING, LATER)


def take_over(store: Store, clock_id: str, reason: str = "summer time was missed") -> None:
    with store.write() as work:
        clocks.take_over(work, clocks.get(work.session, clock_id, EVERYTHING), by="sandra", reason=reason, now=LATER)


def test_an_hour_off_is_proposed_with_what_it_changes(store: Store) -> None:
    take(store, *AN_HOUR_OFF)
    (proposed,) = look(store)
    assert (proposed.device, proposed.ahead_s, proposed.whole_hour) == (DEVICE, 3_600, True)
    assert (proposed.state, proposed.words, proposed.incidents, proposed.changed) == ("proposed", 2, 2, 2)


def test_a_second_look_proposes_nothing_twice(store: Store) -> None:
    take(store, *AN_HOUR_OFF)
    (first,) = look(store)
    (second,) = look(store)
    assert first.id == second.id


def test_what_was_declined_is_not_proposed_again(store: Store) -> None:
    take(store, *AN_HOUR_OFF)
    (proposed,) = look(store)
    with store.write() as work:
        row = clocks.get(work.session, proposed.id, EVERYTHING)
        clocks.decline(work, row, by="sandra", reason="it was put right", now=LATER)
    assert [row.state for row in look(store)] == ["declined"]


def test_what_was_taken_over_holds_for_words_that_say_nothing_of_the_clock(store: Store) -> None:
    take(store, *AN_HOUR_OFF)
    (proposed,) = look(store)
    take_over(store, proposed.id)
    settle(store)
    (lone,) = take(store, LONE.model_copy(update={"city": City("dobele")}))
    settle(store)
    with store.read() as session:
        (entry,) = [one for one in service.timeline(session, lone or "") if one["kind"] == "observation"]
    assert entry["clock_ahead_s"] == 3_600
    assert entry["happened_at"] < entry["observation"]["started_at"]
    assert rebuilding.check(store, RULES, LATER)[0].first is None


def test_the_server_and_merge_group_alike_with_what_was_taken_over(store: Store) -> None:
    seen = [AN_HOUR_OFF[0], AN_HOUR_OFF[2], LONE]
    take(store, *AN_HOUR_OFF)
    (proposed,) = look(store)
    take_over(store, proposed.id)
    take(store, *seen, LONE)
    settle(store)
    known = read_clock({"clock": DEVICE, "ahead_s": 3_600})
    assert known == (DEVICE, ClockOffset(3_600.0, whole_hour=True))
    stored = [one.model_copy(update={"received_at": LATER}) for one in (*AN_HOUR_OFF, LONE)]
    grouping = group_observations(stored, now=LATER, rules=RULES, taken_over=dict([known]))
    assert standing(store) == {one.incident.id: one.incident.public() for one in grouping.incidents}


def test_what_is_ended_holds_no_longer(store: Store) -> None:
    take(store, *AN_HOUR_OFF)
    (proposed,) = look(store)
    take_over(store, proposed.id)
    with store.write() as work:
        row = clocks.get(work.session, proposed.id, EVERYTHING)
        clocks.end(work, row, by="sandra", reason="put right", now=LATER)
    with store.read() as session:
        assert clocks.taken_over(session, DOBELE) == {}
        assert session.exec(select(ClockOffsetRow.state)).all() == ["ended"]


def test_a_decision_needs_a_reason_and_is_made_once(store: Store) -> None:
    take(store, *AN_HOUR_OFF)
    (proposed,) = look(store)
    with pytest.raises(BadInput, match="say why"):
        take_over(store, proposed.id, reason=" ")
    take_over(store, proposed.id)
    with pytest.raises(Conflict, match="taken over"):
        take_over(store, proposed.id)
