"""Whose picture is looked at next, when there are more pictures than one detector can look at.

A stated order, by strides (Waldspurger 1995): each stream has a weight, a turn costs it one over its weight (twice that
where the network runs twice), and the next turn is for who has spent least. While there is time for all, everybody gets
every turn asked for; when there is not, a stream of weight 4 is looked at four times as often as one of weight 1. Who
did not ask for a while has saved nothing up. `rate` says how often each is looked at.
"""

from collections import deque
from dataclasses import dataclass, field

WINDOW_S = 10.0
"""Over how long a stream's rate is counted."""
LATE_S = 0.5
"""Who waited longer for a turn is behind the present: the machine is too busy."""


@dataclass(frozen=True)
class AnalysisRate:
    """How often one stream is looked at."""

    weight: float
    per_s: float
    """Turns a second, over the last WINDOW_S."""
    waited_s: float
    """The longest wait for a turn in that time: how far behind the present its findings may be."""

    @property
    def late(self) -> bool:
        """Whether there is more to look at than there is time for, as far as this stream feels it."""
        return self.waited_s > LATE_S


@dataclass
class _Member:
    weight: float
    spent: float
    asked_at: float | None = None
    """When it began to wait; None when it does not."""
    turns: deque[tuple[float, float]] = field(default_factory=deque)
    """When each turn of the last WINDOW_S began, and how long was waited for it."""


class StrideScheduler:
    """The stated order, without any waiting: times come in as numbers."""

    def __init__(self) -> None:
        self._members: dict[str, _Member] = {}
        self._spent = 0.0
        """What who had the last turn had spent before it: nobody begins below."""

    def join(self, name: str, weight: float) -> None:
        """Take part from now on. Raises ValueError for a weight that is not above 0."""
        if weight <= 0:
            raise ValueError(f"the weight of {name} is {weight:g}; it must be above 0")
        self._members[name] = _Member(weight, self._spent)

    def leave(self, name: str) -> None:
        """Take part no more."""
        self._members.pop(name, None)

    def ask(self, name: str, now: float) -> None:
        """Begin to wait."""
        member = self._members[name]
        member.spent = max(member.spent, self._spent)
        member.asked_at = now

    def asks(self, name: str) -> bool:
        """Whether it waits already."""
        return self._members[name].asked_at is not None

    def first(self) -> str | None:
        """Who of those that wait comes next; of equals who asked first. None when nobody waits."""
        waiting = [(name, one, one.asked_at) for name, one in self._members.items() if one.asked_at is not None]
        if not waiting:
            return None
        return min(waiting, key=lambda one: (one[1].spent, one[2]))[0]

    def serve(self, name: str, now: float) -> None:
        """It is its turn."""
        member = self._members[name]
        member.turns.append((now, now - (now if member.asked_at is None else member.asked_at)))
        member.asked_at = None
        self._spent = member.spent
        member.spent += 1 / member.weight

    def charge(self, name: str, turns: float) -> None:
        """Its last turn cost `turns` more than one."""
        if (member := self._members.get(name)) is not None:
            member.spent += turns / member.weight

    def rate(self, name: str, now: float) -> AnalysisRate | None:
        """How often one is looked at; None when it does not take part."""
        member = self._members.get(name)
        if member is None:
            return None
        return _rate(member, now)


def _rate(member: _Member, now: float) -> AnalysisRate:
    while member.turns and now - member.turns[0][0] > WINDOW_S:
        member.turns.popleft()
    longest = max((waited for _, waited in member.turns), default=0.0)
    return AnalysisRate(member.weight, len(member.turns) / WINDOW_S, longest)
