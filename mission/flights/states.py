"""The states of a flight and which may follow which."""

from enum import StrEnum

from telemetry.errors import Conflict
from telemetry.messages import Message

SYSTEM = "system"
"""Who did it, when the program did."""


class FlightState(StrEnum):
    """Where a flight is in its life."""

    PLANNED = "planned"
    """There is a plan, but no time."""
    SCHEDULED = "scheduled"
    """Drone, pilot and time are set."""
    UPLOADING = "uploading"
    """The plan goes on board and is read back."""
    READY = "ready"
    """The plan on board is the plan on the screen; waits for its time and the pilot's confirmation."""
    FLYING = "flying"
    PAUSED = "paused"
    """Stays where it is, its mission kept."""
    DIVERTED = "diverted"
    """Sent to a point beside its mission, and stays there; the mission is kept."""
    RETURNING = "returning"
    """On the way home or landing."""
    LANDED = "landed"
    """On the ground, motors off."""
    DEBRIEFED = "debriefed"
    """Landed, and what it brought home is known."""
    ABORTED = "aborted"
    """Given up; the event says why."""


_S = FlightState
ALLOWED: dict[FlightState, frozenset[FlightState]] = {
    _S.PLANNED: frozenset({_S.SCHEDULED, _S.ABORTED}),
    _S.SCHEDULED: frozenset({_S.UPLOADING, _S.ABORTED}),
    _S.UPLOADING: frozenset({_S.READY, _S.ABORTED}),
    _S.READY: frozenset({_S.UPLOADING, _S.FLYING, _S.ABORTED}),
    _S.FLYING: frozenset({_S.PAUSED, _S.DIVERTED, _S.RETURNING, _S.LANDED, _S.ABORTED}),
    _S.PAUSED: frozenset({_S.FLYING, _S.DIVERTED, _S.RETURNING, _S.LANDED, _S.ABORTED}),
    _S.DIVERTED: frozenset({_S.FLYING, _S.PAUSED, _S.DIVERTED, _S.RETURNING, _S.LANDED, _S.ABORTED}),
    _S.RETURNING: frozenset({_S.PAUSED, _S.DIVERTED, _S.RETURNING, _S.LANDED, _S.ABORTED}),
    _S.LANDED: frozenset({_S.DEBRIEFED}),
    _S.DEBRIEFED: frozenset(),
    _S.ABORTED: frozenset(),
}
"""From ready back to uploading only after a restart of the program; diverted again is another point, returning again
is landing where it is instead, or the other way round."""

BEFORE_START = frozenset({_S.PLANNED, _S.SCHEDULED, _S.UPLOADING, _S.READY})
IN_THE_AIR = frozenset({_S.FLYING, _S.PAUSED, _S.DIVERTED, _S.RETURNING})
OVER = frozenset({_S.LANDED, _S.DEBRIEFED, _S.ABORTED})


def require(now: FlightState, then: FlightState, name: str) -> None:
    """Raises Conflict with a sentence unless `then` may follow `now` in the flight called `name`."""
    if then not in ALLOWED[now]:
        raise Conflict(
            Message(
                "flights.cannot_become",
                name=name,
                now=now,
                then=then,
                nexts=sorted(ALLOWED[now]) or [Message("flights.nothing")],
            )
        )
