"""Why an observation is where it is, in sentences with numbers, and what would have made it otherwise. Pure."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from incidents.grouping.doubt import Grouped
from incidents.grouping.evidence import Evidence, Group
from incidents.grouping.grouping import Grouping, SettledTown
from incidents.grouping.places import agreed_place
from incidents.grouping.questions import kind_title, seconds_message
from incidents.grouping.witnesses import Witness
from telemetry.messages import Message

FARTHEST_M = 20_000.0
LATEST_S = 30 * 86_400.0
STEPS = 40
"""Of halving: to well below a metre and a second."""


@dataclass(frozen=True)
class _Place:
    """Where an observation is in the settled towns."""

    town: SettledTown
    number: int
    atom: int
    group: Grouped


def explain(grouping: Grouping, observation_id: str) -> list[Message]:
    """Why `observation_id` is where it is. An empty list: it is not known."""
    found = _find(grouping, observation_id)
    if found is None:
        return _explain_sight(grouping, observation_id)
    search = found.town.search
    rest = search.members(atom for atom in found.group if atom != found.atom)
    said = search.atoms.groups[found.atom]
    told: list[Message] = []
    if len(said) > 1:
        told.append(Message("grouping.bound", count=len(said) - 1))
    if rest:
        told += _why_joined(found, said, rest)
    else:
        told.append(_why_alone(found, said))
    told += _clock(grouping, search.evidence.witnesses[found.number])
    told += [asked.text for asked in found.town.questions if found.group in (asked.a, asked.b)]
    return told


def _find(grouping: Grouping, observation_id: str) -> _Place | None:
    for town in grouping.towns.values():
        for number, witness in enumerate(town.search.evidence.witnesses):
            if witness.id == observation_id:
                atom = town.search.atoms.atom_of(number)
                group = next(group for group in town.groups if atom in group)
                return _Place(town, number, atom, group)
    return None


def _explain_sight(grouping: Grouping, observation_id: str) -> list[Message]:
    if any(one.id == observation_id for one in grouping.routine):
        return [Message("merging.passing_sight")]
    if observation_id in grouping.incident_of():
        return [Message("grouping.same_identity")]
    return []


def _why_joined(found: _Place, said: Group, rest: Group) -> list[Message]:
    search = found.town.search
    evidence = search.evidence
    weighed = evidence.weigh(search.members(found.group))
    witness = evidence.witnesses[found.number]
    odds = evidence.gain(said, rest)
    rival, rival_odds = _best_rival(found, said)
    other = Message("grouping.something_new")
    if rival is not None and rival_odds > 0:
        odds -= rival_odds
        other = kind_title(rival)
    told = [
        Message("grouping.belongs", title=kind_title(weighed.kind), count=len(rest), odds=odds, other=other),
        _terms(evidence, witness, rest, weighed.kind),
    ]
    if len(said) == 1:
        told.append(_counterfactual(found, witness, rest))
    return told


def _why_alone(found: _Place, said: Group) -> Message:
    rival, odds = _best_rival(found, said)
    if rival is None:
        return Message("grouping.alone")
    return Message("grouping.alone_beside", title=kind_title(rival), odds=odds)


def _best_rival(found: _Place, said: Group) -> tuple[str | None, float]:
    """What the best other group is, and the log odds for it; None when none is near."""
    search = found.town.search
    home = {atom: group for group in found.town.groups for atom in group}
    best: tuple[str | None, float] = (None, -math.inf)
    for group in sorted({home[other] for other in search.linked[found.atom]} - {found.group}):
        members = search.members(group)
        odds = search.evidence.gain(said, members)
        if odds > best[1] and search.atoms.allowed((found.atom,), group):
            best = (search.evidence.weigh(members).kind, odds)
    return best


def _terms(evidence: Evidence, witness: Witness, rest: Group, kind: str) -> Message:
    others = [evidence.witnesses[number] for number in rest]
    habit = evidence.habit(kind)
    nearest = min(others, key=lambda one: abs(one.at_s - witness.at_s))
    gap = seconds_message(abs(nearest.at_s - witness.at_s))
    share = math.exp(evidence.log_said(witness, kind))
    called = kind_title(witness.category)
    place = agreed_place(others, habit)
    if place is None or not witness.placed:
        return Message("grouping.terms_without_place", gap=gap, called=called, share=share)
    apart_m = math.hypot(witness.east_m - place[0], witness.north_m - place[1])
    return Message(
        "grouping.terms",
        apart_m=apart_m,
        source_m=witness.accuracy_m,
        incident_m=place[2],
        gap=gap,
        called=called,
        share=share,
    )


def _counterfactual(found: _Place, witness: Witness, rest: Group) -> Message:
    """How much further off, or later, the observation would not have been joined."""
    evidence = found.town.search.evidence
    needed = found.town.doubts.needed_odds(found.group)
    others = [evidence.witnesses[number] for number in rest]
    place = agreed_place(others, evidence.habit(evidence.weigh(rest).kind))
    east = north = 0.0
    if place is not None:
        east = witness.east_m - place[0]
        north = witness.north_m - place[1]
    away = math.hypot(east, north)
    if away == 0:
        away = east = 1.0

    def further(metres: float) -> Witness:
        return replace(
            witness,
            east_m=witness.east_m + metres * east / away,
            north_m=witness.north_m + metres * north / away,
        )

    def later(seconds: float) -> Witness:
        return replace(witness, at_s=witness.at_s + seconds)

    def odds(moved: Witness) -> float:
        told = sorted((*others, moved), key=lambda one: one.order)
        again = evidence.of(told)
        number = told.index(moved)
        return again.gain((number,), tuple(other for other in range(len(told)) if other != number))

    more_m = _limit(lambda metres: odds(further(metres)) >= needed, FARTHEST_M)
    more_s = _limit(lambda seconds: odds(later(seconds)) >= needed, LATEST_S)
    code = "grouping.further_alone"
    if needed > 0:
        code = "grouping.further_asked"
    return Message(code, more_m=more_m, later=seconds_message(more_s))


def _limit(joined: Callable[[float], bool], most: float) -> float:
    """The largest value up to `most` with which it is still joined."""
    least = 0.0
    beyond = most
    for _ in range(STEPS):
        middle = (least + beyond) / 2
        if joined(middle):
            least = middle
        else:
            beyond = middle
    return least


def _clock(grouping: Grouping, witness: Witness) -> list[Message]:
    offset = grouping.offsets.get(witness.device)
    if offset is None:
        return []
    source = witness.device.partition(" ")[2]
    off = seconds_message(abs(offset.ahead_s))
    code = "grouping.clock_behind"
    if offset.ahead_s > 0:
        code = "grouping.clock_ahead"
    told = [Message(code, source=source, off=off)]
    if offset.whole_hour:
        told.append(Message("grouping.clock_hour"))
    return told
