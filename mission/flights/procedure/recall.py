"""A vehicle that is to be on the ground again: its motors stop where it stands, or it flies home.

Asked until it obeys; whether it has landed is not told here.
"""

from mission.flights.procedure.events import OrderAnswer, OrderAnswered
from mission.flights.procedure.outputs import OrderWanted, ProcedureOutput, VehicleOrder
from telemetry.messages import Message


class Recall:
    """One at a time; the time is seconds of any steady clock."""

    def __init__(self, why: Message, words: Message | None, *, ask_again_s: float) -> None:
        self.why = why
        """What the flight ends with."""
        self._words = words
        self._ask_again_s = ask_again_s
        self._in_air = False
        self._waits = False
        self._next_at = float("inf")
        self._next_order = VehicleOrder.DISARM
        self._told: Message | None = None
        self.taken_at: float | None = None
        """When it took the order."""

    def ask(self, now: float, *, in_air: bool) -> list[ProcedureOutput]:
        """Begin. One that is known to be in the air is not asked to stop its motors."""
        self._in_air = in_air
        self._next_order = self._usual_order()
        self._next_at = now
        return self.next(now)

    def next(self, now: float) -> list[ProcedureOutput]:
        """The order that is due."""
        if self._waits or self.taken_at is not None or now < self._next_at:
            return []
        self._waits = True
        return [OrderWanted(self._next_order)]

    def answered(self, event: OrderAnswered, now: float) -> list[tuple[str, Message]]:
        """What the vehicle said to it; gives (event, words) to record."""
        if not self._waits or event.order is not self._next_order:
            return []
        self._waits = False
        if event.answer is OrderAnswer.TAKEN:
            self.taken_at = now
            if self._words is None:
                return []
            return [("", self._words)]
        refused_on_ground = event.order is VehicleOrder.DISARM and event.answer is OrderAnswer.REFUSED
        if refused_on_ground:  # it is in the air
            self._next_order = VehicleOrder.RETURN
            self._next_at = now
            return []
        self._next_order = self._usual_order()
        self._next_at = now + self._ask_again_s
        if event.why is None or event.why == self._told:
            return []
        self._told = event.why
        return [("waiting", Message("flights.not_coming_back_yet", why=event.why))]

    def _usual_order(self) -> VehicleOrder:
        if self._in_air:
            return VehicleOrder.RETURN
        return VehicleOrder.DISARM
