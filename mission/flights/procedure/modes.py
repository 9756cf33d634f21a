"""What the mode of a vehicle says of its flight when nobody here ordered it: failsafe, remote control. Pure."""

from mission.flights.states import IN_THE_AIR, FlightState
from telemetry.messages import Message
from telemetry.vehicles import VehicleState

GOING_HOME = ("return", "land")
"""Modes."""
_ON_ITS_WAY = IN_THE_AIR - {FlightState.RETURNING}
MEANINGS = {
    **dict.fromkeys(GOING_HOME, (FlightState.RETURNING, _ON_ITS_WAY, Message("flights.flies_home_itself"))),
    "hold": (FlightState.PAUSED, frozenset({FlightState.FLYING}), Message("flights.holds_itself")),
    "mission": (
        FlightState.FLYING,
        frozenset({FlightState.PAUSED, FlightState.DIVERTED}),
        Message("flights.goes_on_itself"),
    ),
}
"""By the mode: the state that it means, before which states, and the words for it."""


class ModeFollower:
    """Follows the mode of one vehicle in the air."""

    def __init__(self, settle_s: float) -> None:
        """`settle_s`: after a person's order, until what the vehicle says of its mode is newer than that order."""
        self._settle_s = settle_s
        self._ordered_at = float("-inf")
        self._mode = ""
        self._changed = False

    def ordered(self, now: float) -> None:
        """A person has just given an order."""
        self._ordered_at = now

    def follow(self, said: VehicleState, state: FlightState, now: float) -> tuple[FlightState, Message] | None:
        """The state that the vehicle is in by itself, and the words for it; None when that is nothing new."""
        before = self._mode
        self._mode = said.mode
        if before not in ("", said.mode) and said.in_air:
            self._changed = True
        returns = said.mode in GOING_HOME and state in _ON_ITS_WAY
        if not (self._changed or returns) or now - self._ordered_at < self._settle_s:
            return None
        self._changed = False
        meaning = MEANINGS.get(said.mode)
        if meaning is None or state not in meaning[1]:
            return None
        return meaning[0], meaning[2]
