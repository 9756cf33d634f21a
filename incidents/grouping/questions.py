"""What people are asked: one question per pair of incidents, with its numbers. Both stand while it is open."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from incidents.grouping.decisions import question_id
from incidents.grouping.doubt import Caution, Doubts, Grouped
from incidents.grouping.search import GroupingSearch
from incidents.grouping.witnesses import Witness
from incidents.merging.titles import title_message
from telemetry.messages import Message


@dataclass(frozen=True)
class GroupQuestion:
    """Whether two groups are one incident."""

    id: str
    a: Grouped
    """The group whose first word is earlier, as atoms."""
    b: Grouped
    observations: tuple[str, str]
    """One of each side, the surest of its place: what an answer binds."""
    odds: float
    """Natural logarithm of the odds for one incident."""
    text: Message


@dataclass(frozen=True)
class OpenQuestion:
    """A question as it is told: about two incidents by their ids."""

    id: str
    a: str
    b: str
    observations: tuple[str, str]
    odds: float
    text: Message

    def public(self, language: str | None = None) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "id": self.id,
            "a": self.a,
            "b": self.b,
            "observations": list(self.observations),
            "odds": round(self.odds, 3),
            "text": self.text.text(language),
            "message": self.text.to_json(),
        }


def told_of(asked: GroupQuestion, ids: Mapping[Grouped, str]) -> OpenQuestion:
    """`asked` about incidents, whose `ids` are given by their groups."""
    return OpenQuestion(asked.id, ids[asked.a], ids[asked.b], asked.observations, asked.odds, asked.text)


def questions_of(
    groups: list[Grouped], search: GroupingSearch, doubts: Doubts, caution: Caution, impossible: list[tuple[int, int]]
) -> list[GroupQuestion]:
    """What is asked about `groups`: each asks at most about the one that it most likely is one with, of those of which
    at least as much is known, a lone word last of them: where a lone word belongs is asked once."""
    home = {atom: index for index, group in enumerate(groups) for atom in group}
    sizes = [len(search.members(group)) for group in groups]
    severe = [doubts.severe(group) for group in groups]
    asked: dict[tuple[int, int], float] = {}
    for index, group in enumerate(groups):
        near = sorted({home[other] for atom in group for other in search.linked[atom]} - {index})
        best: tuple[bool, float, int] | None = None
        fits: list[float] = []
        for other in near:
            if not (severe[index] or severe[other]) or sizes[other] < sizes[index]:
                continue
            if not search.atoms.allowed(group, groups[other]):
                continue
            odds = search.evidence.gain(search.members(group), search.members(groups[other]))
            if odds > caution.ask_odds:
                fits.append(odds)
                best = max(best or (False, 0.0, 0), (sizes[other] > 1, odds, other))
        if best is not None and not (sizes[index] == 1 and _as_well(fits, best[1], caution.answer_odds)):
            _, odds, other = best
            asked[min(index, other), max(index, other)] = odds
    found = [question_between(search, groups[a], groups[b], odds) for (a, b), odds in sorted(asked.items())]
    return found + _plate_questions(groups, home, search, impossible)


def _as_well(fits: list[float], best: float, least: float) -> bool:
    """Whether another of `fits` is as good as the `best`, but for `least`."""
    return sum(odds > best - least for odds in fits) > 1


def _plate_questions(
    groups: list[Grouped], home: dict[int, int], search: GroupingSearch, impossible: list[tuple[int, int]]
) -> list[GroupQuestion]:
    """Of one plate where it cannot have been: cloned, or misread?"""
    found: dict[tuple[int, int], GroupQuestion] = {}
    for first, second in impossible:
        a = home[search.atoms.atom_of(first)]
        b = home[search.atoms.atom_of(second)]
        pair = (min(a, b), max(a, b))
        if a == b or pair in found or not search.atoms.undecided(first, second):
            continue
        was = search.evidence.witnesses[first]
        here = search.evidence.witnesses[second]
        apart_m = math.hypot(here.east_m - was.east_m, here.north_m - was.north_m)
        text = Message(
            "grouping.cloned_or_misread",
            identity=was.identity,
            apart_m=apart_m,
            gap=seconds_message(here.at_s - was.at_s),
        )
        odds = search.evidence.gain(search.members(groups[a]), search.members(groups[b]))
        said = (was.id, here.id)
        found[pair] = GroupQuestion(question_id(*said), groups[pair[0]], groups[pair[1]], said, odds, text)
    return [found[pair] for pair in sorted(found)]


def question_between(search: GroupingSearch, a: Grouped, b: Grouped, odds: float) -> GroupQuestion:
    """Whether `a` and `b` are one incident, with `odds` for it."""
    first = [search.evidence.witnesses[number] for number in search.members(a)]
    second = [search.evidence.witnesses[number] for number in search.members(b)]
    said = (_surest(first).id, _surest(second).id)
    text = Message(
        "grouping.one_or_two",
        title=kind_title(search.evidence.weigh(search.members(a)).kind),
        other=kind_title(search.evidence.weigh(search.members(b)).kind),
        apart_m=_apart_m(_surest(first), _surest(second)),
        gap=seconds_message(abs(second[0].at_s - first[0].at_s)),
        words=len(first),
        others=len(second),
    )
    return GroupQuestion(question_id(*said), a, b, said, odds, text)


def kind_title(kind: str) -> Message:
    """What a kind of incident is called."""
    return title_message(kind, Message(f"categories.{kind}").text("en"))


def seconds_message(seconds: float) -> Message:
    """A time span, in the unit that suits it."""
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return Message(f"merging.span.{unit}", number=seconds / size)
    return Message("merging.span.seconds", number=seconds)


def _surest(said: list[Witness]) -> Witness:
    return min(said, key=lambda one: (not one.placed, one.accuracy_m, one.order))


def _apart_m(one: Witness, other: Witness) -> float:
    return math.hypot(one.east_m - other.east_m, one.north_m - other.north_m)
