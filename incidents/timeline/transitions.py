"""How people move an incident from state to state: named transitions, and from where each of them may start."""

from dataclasses import dataclass
from enum import StrEnum

from incidents.merging import State
from telemetry.errors import Conflict
from telemetry.messages import Message


class Transition(StrEnum):
    """What a person does with an incident."""

    ACKNOWLEDGE = "acknowledge"
    """Somebody has seen it and sees to it."""
    DISPATCH = "dispatch"
    """Somebody is sent."""
    RECALL = "recall"
    """Who was sent is called back; it is still seen to."""
    RESOLVE = "resolve"
    FALSE_ALARM = "false_alarm"
    REOPEN = "reopen"
    """It was closed too early."""


@dataclass(frozen=True)
class TransitionRule:
    """From where to where a transition leads."""

    starts: frozenset[State]
    to: State
    needs_reason: bool = False


_OPEN = frozenset(state for state in State if state.open)
_CLOSED = frozenset(state for state in State if state.ended)
RULES: dict[Transition, TransitionRule] = {
    Transition.ACKNOWLEDGE: TransitionRule(frozenset({State.NEW}), State.ACKNOWLEDGED),
    Transition.DISPATCH: TransitionRule(frozenset({State.NEW, State.ACKNOWLEDGED}), State.DISPATCHED),
    Transition.RECALL: TransitionRule(frozenset({State.DISPATCHED}), State.ACKNOWLEDGED),
    Transition.RESOLVE: TransitionRule(_OPEN, State.RESOLVED, needs_reason=True),
    Transition.FALSE_ALARM: TransitionRule(_OPEN, State.FALSE_ALARM, needs_reason=True),
    Transition.REOPEN: TransitionRule(_CLOSED, State.ACKNOWLEDGED, needs_reason=True),
}
"""The table of transitions; what is not in it is not allowed."""


def allowed(state: State) -> list[Transition]:
    """What can be done with an incident in `state`."""
    return [transition for transition, rule in RULES.items() if state in rule.starts]


def require(transition: Transition, state: State) -> TransitionRule:
    """The rule of `transition`, which starts from `state`. Raises Conflict with what is possible instead."""
    rule = RULES[transition]
    if state in rule.starts:
        return rule
    if state is rule.to:
        raise Conflict(Message("incidents.state_already", state=state))
    raise Conflict(
        Message("incidents.no_transition", transition=transition, state=state, possible=list(allowed(state)))
    )


def between(state: State, to: State) -> Transition:
    """The transition that leads from `state` to `to`. Raises Conflict where none does, and for a closed incident, since
    opening it again is a decision that has to be named."""
    if state is to:
        raise Conflict(Message("incidents.state_already", state=to))
    if to.open and not state.open:
        raise Conflict(Message("incidents.reopen_by_name", state=state))
    found = next((one for one in allowed(state) if RULES[one].to is to), None)
    if found is None:
        raise Conflict(Message("incidents.no_way_to_state", state=state, wanted=to, possible=list(allowed(state))))
    return found
