"""Which transitions start from which state."""

import pytest

from incidents.merging import State
from incidents.timeline.transitions import RULES, Transition, allowed, between, require
from telemetry.errors import Conflict


def test_an_open_incident_can_always_be_closed_and_a_closed_one_only_reopened() -> None:
    for state in State:
        if state.open:
            assert {Transition.RESOLVE, Transition.FALSE_ALARM} <= set(allowed(state))
        elif state.ended:
            assert allowed(state) == [Transition.REOPEN]


def test_nothing_is_done_with_an_incident_that_went_into_another() -> None:
    assert allowed(State.MERGED) == []


def test_every_transition_changes_the_state() -> None:
    assert all(rule.to not in rule.starts for rule in RULES.values())


@pytest.mark.parametrize(
    ("before", "to", "transition"),
    [
        (State.NEW, State.ACKNOWLEDGED, Transition.ACKNOWLEDGE),
        (State.NEW, State.DISPATCHED, Transition.DISPATCH),
        (State.DISPATCHED, State.ACKNOWLEDGED, Transition.RECALL),
        (State.ACKNOWLEDGED, State.FALSE_ALARM, Transition.FALSE_ALARM),
    ],
)
def test_a_state_that_is_asked_for_is_reached_by_its_transition(
    before: State, to: State, transition: Transition
) -> None:
    assert between(before, to) is transition


@pytest.mark.parametrize(
    ("before", "to", "words"),
    [
        (State.RESOLVED, State.ACKNOWLEDGED, "reopen it first, with a reason"),
        (State.FALSE_ALARM, State.NEW, "reopen it first"),
        (State.RESOLVED, State.FALSE_ALARM, "no transition leads from resolved to false alarm; possible: reopen"),
        (State.ACKNOWLEDGED, State.NEW, "no transition leads from acknowledged to new"),
        (State.NEW, State.NEW, "new already"),
    ],
)
def test_a_state_that_no_transition_leads_to_is_refused(before: State, to: State, words: str) -> None:
    with pytest.raises(Conflict, match=words):
        between(before, to)


def test_a_transition_from_elsewhere_is_refused_with_what_is_possible() -> None:
    with pytest.raises(Conflict, match='"acknowledge" is not possible while the incident is resolved; possible: reo'):
        require(Transition.ACKNOWLEDGE, State.RESOLVED)
