"""What people decide binds, is told on both timelines, and can be taken back."""

import pytest

from incidents.merging import State
from incidents.requests import service as requests
from incidents.settling import decisions, questions
from incidents.settling.tables import GroupingActRow
from incidents.timeline import repository, service
from incidents.timeline.tables import IncidentRow
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.store import Store, Work
from telemetry.units.tables import UnitRow
from telemetry.visibility import EVERYTHING
from tests.incidents.grouping.builders import LATER, camera, word
from tests.incidents.settling.test_service import CRASH, change_state, settle, standing, take, texts
from tests.mission.flights.builders import a_drone

pytestmark = pytest.mark.both_databases

APART = (word("here", "litter"), word("there", "litter", east_m=900, minutes=3))
"""Two things of which nobody would think that they are one."""


def row(work: Work, incident_id: str | None) -> IncidentRow:
    return repository.get(work.session, incident_id or "", EVERYTHING)


def join(store: Store, one: str | None, other: str | None) -> GroupingActRow:
    with store.write() as work:
        return decisions.join(
            work, row(work, one), row(work, other), by="coordinator", reason="the same skip", now=LATER
        )


def undo(store: Store, incident_id: str | None, act: GroupingActRow) -> None:
    with store.write() as work:
        decisions.undo(work, row(work, incident_id), act.id, by="supervisor", now=LATER)


def members(store: Store) -> list[set[str]]:
    return sorted((set(one["observation_ids"]) for one in standing(store).values()), key=sorted)


def test_what_a_person_says_is_one_is_one_until_it_is_undone(store: Store) -> None:
    first, second = take(store, *APART)
    settle(store)
    before = standing(store)
    act = join(store, first, second)
    settle(store)
    assert members(store) == [{one.id for one in APART}]
    assert any("one incident with" in text and "the same skip" in text for text in texts(store, first))
    undo(store, first, act)
    settle(store)
    assert standing(store) == before


def test_an_incident_that_is_parted_again_is_in_the_state_in_which_it_was_left(store: Store) -> None:
    first, second = take(store, *APART)
    change_state(store, second, State.DISPATCHED)
    act = join(store, first, second)
    settle(store)
    undo(store, first, act)
    settle(store)
    assert {one["state"] for one in standing(store).values()} == {"new", "dispatched"}


def test_an_answer_joins_two_incidents_that_people_touched(store: Store) -> None:
    first, second = take(store, *CRASH)
    for one in (first, second):
        change_state(store, one, State.ACKNOWLEDGED)
    settle(store)
    with store.write() as work:
        (asked,) = questions.open_ones(work.session, EVERYTHING)
        decisions.answer(work, asked, row(work, asked.a), row(work, asked.b), same=True, by="coordinator", now=LATER)
    settle(store)
    assert list(standing(store)) == [first]
    with store.read() as session:
        assert questions.open_ones(session, EVERYTHING) == []


def test_two_that_are_not_the_same_are_never_asked_about_again(store: Store) -> None:
    first, second = take(store, *CRASH)
    for one in (first, second):
        change_state(store, one, State.ACKNOWLEDGED)
    settle(store)
    with store.write() as work:
        (asked,) = questions.open_ones(work.session, EVERYTHING)
        decisions.answer(work, asked, row(work, asked.a), row(work, asked.b), same=False, by="coordinator", now=LATER)
    settle(store)
    take(store, word("3", "traffic_accident", minutes=5, east_m=10))
    settle(store)
    with store.read() as session:
        assert questions.open_ones(session, EVERYTHING) == []
    assert {first, second} <= set(standing(store))


def test_words_that_are_split_off_are_an_incident_of_their_own(store: Store) -> None:
    seen = (*CRASH, camera("3", "traffic_accident", minutes=2, east_m=5))
    (first, *_) = take(store, *seen)
    settle(store)
    with store.write() as work:
        decisions.split(
            work, row(work, first), [CRASH[1].id], by="coordinator", reason="a quarrel next door", now=LATER
        )
    settle(store)
    assert {CRASH[1].id} in members(store)
    assert first in standing(store)


def test_words_can_be_moved_to_another_incident(store: Store) -> None:
    first, second = take(store, *APART)
    take(store, word("more", "litter", minutes=1, east_m=4))
    settle(store)
    moved = word("more", "litter", minutes=1, east_m=4).id
    with store.write() as work:
        decisions.move(
            work, row(work, first), [moved], row(work, second), by="coordinator", reason="I was there", now=LATER
        )
    settle(store)
    assert {APART[1].id, moved} in members(store)


@pytest.mark.parametrize(
    ("chosen", "said"), [([], "at least one"), (["nothing known"], "does not belong"), ([CRASH[0].id], "not all")]
)
def test_what_cannot_be_split_is_refused_in_words(store: Store, chosen: list[str], said: str) -> None:
    (first,) = take(store, CRASH[0])
    with pytest.raises(BadInput, match=said), store.write() as work:
        decisions.split(work, row(work, first), chosen, by="coordinator", reason="because", now=LATER)


def test_a_decision_needs_a_reason(store: Store) -> None:
    first, second = take(store, *APART)
    with pytest.raises(BadInput, match="say why"), store.write() as work:
        decisions.part(work, row(work, first), row(work, second), by="coordinator", reason=" ", now=LATER)


def test_an_incident_is_not_joined_with_itself(store: Store) -> None:
    (first,) = take(store, CRASH[0])
    with pytest.raises(Conflict, match="already"):
        join(store, first, first)


def test_a_decision_is_undone_only_once(store: Store) -> None:
    first, second = take(store, *APART)
    act = join(store, first, second)
    undo(store, first, act)
    with pytest.raises(NotFound):
        undo(store, first, act)


def test_a_drone_asked_for_at_what_became_part_of_another_is_declined_and_withdrawn_there(store: Store) -> None:
    first, second = take(store, *APART)
    a_drone(store)
    with store.write() as work:
        unit = work.session.get_one(UnitRow, "drone-1")
        requests.ask(work, row(work, second), unit, away_m=10, by="coordinator", at=LATER)
    join(store, first, second)
    settle(store)
    with store.write() as work:
        requests.decline(work, row(work, first), "fog", by="pilot", at=LATER)
        assert requests.waiting_for(work.session, first or "") is None
    assert any("fog" in text for text in texts(store, first))


def test_a_decision_and_its_undoing_are_on_both_timelines(store: Store) -> None:
    first, second = take(store, *APART)
    act = join(store, first, second)
    undo(store, second, act)
    with store.read() as session:
        for incident in (first, second):
            said = [one["who"] for one in service.timeline(session, incident or "") if one["kind"] == "decision"]
            assert said == ["coordinator", "supervisor"]
