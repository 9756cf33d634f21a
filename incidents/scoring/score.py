"""Figures of a grouping: pair F1 and B-cubed F1 (Bagga and Baldwin, 1998), what is merged too much or too little."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from incidents.scoring.oracle import majorities
from incidents.scoring.truth import GroupedTown, KnownTruth

PRECISE_M = 15.0
"""A witness this good, or better, places a thing."""
WITNESS_CLASSES = ("both", "one", "none")


@dataclass(frozen=True)
class GroupingScore:
    """How well a grouping agrees with the truth. Shares are 0 to 1."""

    pair_f1: float
    b_cubed_f1: float
    over_merged: float
    """Share of incidents that hold more than one true one."""
    under_merged: float
    """Share of true incidents that are in more than one."""
    planted_pairs: int
    pairs_joined: int
    """Planted pairs of which some words are in one incident."""
    pairs_joined_silently: int
    """Those without an open question between the two."""
    silently_by_witness: dict[str, tuple[int, int]]
    """Joined silently, and all, where both sides have a precise witness, where one has, where none has."""
    questions: int
    safety_incidents: int
    pieces: dict[str, float]
    """Incidents per true incident, by kind."""

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)


def score_grouping(grouping: GroupedTown, truth: KnownTruth) -> GroupingScore:
    """The figures of `grouping`. An observation in no incident counts as one of its own."""
    true_of = truth.of_incidents()
    said_of = {one: grouping.incident_of.get(one, f"alone {one}") for one in true_of}
    both = Counter((true_of[one], said_of[one]) for one in true_of)
    true_sizes = Counter(true_of.values())
    said_sizes = Counter(said_of.values())
    pieces: defaultdict[str, set[str]] = defaultdict(set)
    held: defaultdict[str, set[str]] = defaultdict(set)
    for true, said in both:
        pieces[true].add(said)
        held[said].add(true)
    joined = [pair for pair in truth.pairs if pieces[pair[0]] & pieces[pair[1]]]
    asked = _asked_pairs(grouping, truth)
    silent = [pair for pair in joined if frozenset(pair) not in asked]
    return GroupingScore(
        pair_f1=_pair_f1(both, true_sizes, said_sizes),
        b_cubed_f1=_b_cubed_f1(both, true_sizes, said_sizes),
        over_merged=_share(len(some) > 1 for some in held.values()),
        under_merged=_share(len(some) > 1 for some in pieces.values()),
        planted_pairs=len(truth.pairs),
        pairs_joined=len(joined),
        pairs_joined_silently=len(silent),
        silently_by_witness=_by_witness(silent, truth),
        questions=len(grouping.questions),
        safety_incidents=len({true_of[one] for one in true_of if truth.safety[one]}),
        pieces=_pieces_by_kind(pieces, truth),
    )


def _pair_f1(both: Counter[tuple[str, str]], true_sizes: Counter[str], said_sizes: Counter[str]) -> float:
    hits = sum(math.comb(count, 2) for count in both.values())
    said = sum(math.comb(count, 2) for count in said_sizes.values())
    true = sum(math.comb(count, 2) for count in true_sizes.values())
    if said + true == 0:
        return 1.0
    return 2 * hits / (said + true)


def _b_cubed_f1(both: Counter[tuple[str, str]], true_sizes: Counter[str], said_sizes: Counter[str]) -> float:
    total = sum(true_sizes.values())
    if total == 0:
        return 1.0
    precision = sum(count**2 / said_sizes[said] for (_, said), count in both.items()) / total
    recall = sum(count**2 / true_sizes[true] for (true, _), count in both.items()) / total
    return 2 * precision * recall / (precision + recall)


def _share(flags: Iterable[bool]) -> float:
    found = list(flags)
    if not found:
        return 0.0
    return sum(found) / len(found)


def _asked_pairs(grouping: GroupedTown, truth: KnownTruth) -> set[frozenset[str]]:
    """The true incidents between which a question is open."""
    about = majorities(grouping, truth)
    return {frozenset({about[a], about[b]}) for _, a, b in grouping.questions if a in about and b in about}


def _by_witness(silent: list[tuple[str, str]], truth: KnownTruth) -> dict[str, tuple[int, int]]:
    best: defaultdict[str, float] = defaultdict(lambda: math.inf)
    for observation, true in truth.of_incidents().items():
        best[true] = min(best[true], truth.accuracy_m[observation])
    counts = {name: [0, 0] for name in WITNESS_CLASSES}
    for pair in truth.pairs:
        precise = sum(best[side] <= PRECISE_M for side in pair)
        name = WITNESS_CLASSES[2 - precise]
        counts[name][1] += 1
        counts[name][0] += pair in silent
    return {name: (joined, total) for name, (joined, total) in counts.items()}


def _pieces_by_kind(pieces: dict[str, set[str]], truth: KnownTruth) -> dict[str, float]:
    kind_of = {true: truth.kind[observation] for observation, true in truth.of_incidents().items()}
    counts: defaultdict[str, list[int]] = defaultdict(list)
    for true, kind in kind_of.items():
        counts[kind].append(len(pieces[true]))
    return {kind: round(sum(some) / len(some), 2) for kind, some in sorted(counts.items())}
