"""How each kind of incident is told of, and what it is called, read from `habits.toml` and `naming.toml`."""

import math
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from incidents.grouping.witnesses import SourceClass

SQUARE_KM_DAY = 1e6 * 86_400
"""Square metres and seconds in a square kilometre and day."""
UNKNOWN_CALLED_RIGHT = 0.9
"""How often a kind that the table does not know is called what it is."""


@dataclass(frozen=True)
class Habit:
    """How one kind of incident is told of; see the head of `habits.toml`."""

    kind: str
    further: float
    prompt_s: float
    later_s: float
    gap_s: float | None
    wide_m: float
    heard_m: float
    moves_mps: float
    log_rate: float
    """Of new ones, natural logarithm, per square metre and second."""
    log_further: float
    log_total: float
    """Natural logarithm of one word and those that it makes likely."""

    def mean_delay_s(self, of: SourceClass) -> float:
        """How long after it began sources of this class go on speaking of it."""
        if of is SourceClass.PATROL:
            return self.later_s
        return self.prompt_s


@dataclass(frozen=True)
class IncidentHabits:
    """All kinds, and what they are called."""

    by_kind: dict[str, Habit]
    default: Habit
    naming: dict[SourceClass, dict[str, dict[str, float]]]
    """P(said | is): by class, by what it is, by what it is called."""
    log_floor: float

    def habit(self, kind: str) -> Habit:
        """The habit of `kind`; that of the default for one that has none."""
        return self.by_kind.get(kind, self.default)

    def log_said(self, said: str, kind: str, of: SourceClass) -> float:
        """Natural logarithm of P(said | kind) for a source of class `of`."""
        named = self.naming[of].get(kind, {})
        if said == kind:
            if kind not in self.by_kind:
                return math.log(UNKNOWN_CALLED_RIGHT)
            return math.log(max(0.05, 1.0 - sum(named.values())))
        if said in named:
            return math.log(named[said])
        return self.log_floor

    def possible_kinds(self, said: str) -> tuple[str, ...]:
        """What something called `said` may well be, by any class of source."""
        found = {said}
        for kinds in self.naming.values():
            found.update(kind for kind, named in kinds.items() if said in named)
        return tuple(sorted(found))


@lru_cache(maxsize=1)
def default_habits() -> IncidentHabits:
    """The habits that ship with the program."""
    tables = _read("habits.toml")
    default = _habit("default", tables.pop("default"))
    naming = _read("naming.toml")
    floor = naming.pop("floor")
    by_class = {of: naming.get(of.value, {}) for of in SourceClass}
    by_kind = {kind: _habit(kind, table) for kind, table in tables.items()}
    return IncidentHabits(by_kind, default, by_class, math.log(floor))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("incidents.grouping").joinpath(name).read_text("utf-8"))


def _habit(kind: str, table: dict[str, Any]) -> Habit:
    gap = table.get("gap_s")
    prompt = float(table.get("prompt_s", gap or 0))
    return Habit(
        kind=kind,
        further=float(table["further"]),
        prompt_s=prompt,
        later_s=float(table.get("later_s", prompt)),
        gap_s=None if gap is None else float(gap),
        wide_m=float(table["wide_m"]),
        heard_m=float(table.get("heard_m", 0)),
        moves_mps=float(table.get("moves_mps", 0)),
        log_rate=math.log(table["a_day_km2"] / SQUARE_KM_DAY),
        log_further=math.log(table["further"]),
        log_total=math.log(1 + table["further"]),
    )
