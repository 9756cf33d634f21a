"""What people decided about observations: together or apart. It binds, the later decision over the earlier."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidents.grouping.evidence import Group
from telemetry.errors import BadInput
from telemetry.messages import Message

SEPARATOR = "/"
"""Between the two observations in the id of a question."""


@dataclass(frozen=True)
class PersonDecision:
    """One decision about two observations."""

    a: str
    b: str
    together: bool
    """Whether both are of one incident; otherwise never."""


@dataclass(frozen=True)
class ClosedIncident:
    """An incident that people closed: what it was stays together, and nothing that happened later joins it."""

    observation_ids: tuple[str, ...]
    closed_at: datetime
    """UTC."""


def question_id(a: str, b: str) -> str:
    """The id of a question about the incidents of two observations: an answer binds these two, whatever comes later."""
    return f"{a}{SEPARATOR}{b}"


def read_decision(line: Any, where: str) -> PersonDecision:
    """A line of the answers' file, decoded. Raises BadInput naming `where`."""
    match line:
        case {"question": str(question), "same": bool(same)} if question.count(SEPARATOR) == 1:
            a, b = question.split(SEPARATOR)
            return PersonDecision(a, b, same)
        case {"must": [str(a), str(b)]}:
            return PersonDecision(a, b, together=True)
        case {"cannot": [str(a), str(b)]}:
            return PersonDecision(a, b, together=False)
    raise BadInput(Message("grouping.not_an_answer", where=where))


class Together:
    """Observations that are certainly of one incident, and pairs that are certainly not."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))
        self._apart: list[tuple[int, int]] = []
        self.bound: list[tuple[int, int]] = []
        """Pairs that a person put together, the earlier observation first."""

    def bind(self, decisions: Iterable[PersonDecision], number_of: dict[str, int]) -> None:
        """Apply what people decided, in their order; what contradicts a later decision gives way."""
        for decision in reversed(list(decisions)):
            a = number_of.get(decision.a)
            b = number_of.get(decision.b)
            if a is None or b is None or a == b:
                continue
            if decision.together:
                if self.join(a, b):
                    self.bound.append((min(a, b), max(a, b)))
            elif self._root(a) != self._root(b):
                self._apart.append((a, b))

    def close(self, closed: Iterable[ClosedIncident], number_of: dict[str, int]) -> dict[int, float]:
        """Keep together what is of incidents that are `closed`: a witness of each, with the second when it was."""
        found: dict[int, float] = {}
        for incident in closed:
            numbers = sorted(number_of[one] for one in incident.observation_ids if one in number_of)
            for number in numbers[1:]:
                self.join(numbers[0], number)
            if numbers:
                found[numbers[0]] = incident.closed_at.timestamp()
        return found

    def join(self, a: int, b: int) -> bool:
        """Put two together, unless what was said before keeps them apart."""
        first = self._root(a)
        second = self._root(b)
        if any({self._root(one), self._root(other)} == {first, second} for one, other in self._apart):
            return False
        self._parent[max(first, second)] = min(first, second)
        return True

    def part(self, a: int, b: int) -> None:
        """Keep two apart, unless they are together already."""
        if self._root(a) != self._root(b):
            self._apart.append((a, b))

    def groups(self) -> list[Group]:
        """What is together, in canonical order; everything is in one."""
        found: dict[int, list[int]] = {}
        for number in range(len(self._parent)):
            found.setdefault(self._root(number), []).append(number)
        return [tuple(group) for group in found.values()]

    @property
    def apart(self) -> Sequence[tuple[int, int]]:
        """Pairs that are certainly not together."""
        return self._apart

    def _root(self, number: int) -> int:
        while self._parent[number] != number:
            self._parent[number] = self._parent[self._parent[number]]
            number = self._parent[number]
        return number
