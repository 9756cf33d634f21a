"""What number plates can say, country by country, as one graph that a reading is laid along. Reads no picture.

The countries' formats are in countries.toml beside this file, with their sources.
"""

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.errors import BadInput
from telemetry.messages import Message

TABLE = Path(__file__).with_name("countries.toml")

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
ALPHABET = LETTERS + DIGITS
"""What a plate is made of, once accents are dropped."""

SEPARATORS = (":", " ")
"""In a pattern: a seal or coat of arms, and room."""

FREE_LENGTHS = range(4, 9)
"""How long a plate of no known format may be (personalised, or of a country that is not in the table)."""
HOME = frozenset({"LT", "LV"})
"""The towns' own countries."""
RANK_COST = 0.15
"""In nats, for each more common format that a country has: a gentle nudge, since the picture should decide."""
OLD_COST = 2.0
"""In nats: of a format that is no longer issued, or rare."""
SIZE_COST = 0.3
"""In nats, for each nat of room in a format: one that fits by chance is likely a roomy one."""
NEAR = frozenset({"EE", "PL", "BY", "RU", "UA", "DE", "FI", "SE", "NO", "NL", "CZ", "SK"})
"""Countries whose vehicles are met here every day: neighbours, ferries, and the trade along the Via Baltica."""
AWAY_COST = 1.0
"""In nats: a plate from abroad needs that much more evidence."""
FAR_COST = 1.5
"""In nats: one from a country whose vehicles are seldom met here."""
FREE_COST = 2.5
"""In nats: a plate of no known format needs that much more evidence."""

Bools = NDArray[np.bool_]
Floats = NDArray[np.float32]


class CharacterPlace(NamedTuple):
    """One character of a format."""

    allowed: str
    sealed: bool = False
    """Whether a seal or a coat of arms follows it."""
    gap: bool = False
    """Whether there is room after it, for a hyphen or for nothing."""


@dataclass(frozen=True)
class PlateFormat:
    """One way in which a country writes its plates."""

    country: str | None
    """ISO 3166-1 alpha-2; None is a format of no country, which takes anything."""
    pattern: str
    cost: float
    """In nats: how much rarer it is than the first format of one of the towns' own countries."""
    branches: tuple[tuple[CharacterPlace, ...], ...]
    """The beginnings it may have, one of which is there: places of registration by their first letter."""
    tail: tuple[CharacterPlace, ...]

    @cached_property
    def total_cost(self) -> float:
        """In nats: of being this format, and of being one plate among so many."""
        return self.cost + SIZE_COST * math.log(self.size)

    @cached_property
    def size(self) -> int:
        """How many different plates the format has room for."""
        heads = sum(_room(branch) for branch in self.branches) or 1
        return heads * _room(self.tail)

    def takes(self, text: str) -> bool:
        """Whether `text` (of ALPHABET) is a plate of this format."""
        for branch in self.branches or ((),):
            places = (*branch, *self.tail)
            if len(text) == len(places) and all(c in place.allowed for c, place in zip(text, places, strict=True)):
                return True
        return False


@dataclass(frozen=True)
class FormatGraph:
    """Formats laid side by side; a node is a character's place. Arrays are by node unless they say otherwise."""

    allowed: Bools
    """nodes x ALPHABET."""
    first: Bools
    """Whether a plate may begin here."""
    sealed: Bools
    """Whether a seal may follow."""
    gaps: Bools
    """Whether there is room after it."""
    ends: NDArray[np.intp]
    """The nodes where a plate may end."""
    costs: Floats
    """By end, in nats: of the cheapest format that ends there."""
    sources: NDArray[np.intp]
    """By edge, ordered by where the edge leads: the node it comes from."""
    targets: NDArray[np.intp]
    """Nodes that edges lead to, ascending, each once."""
    starts: NDArray[np.intp]
    """By target: where its edges begin in `sources`."""

    def before(self, node: int) -> NDArray[np.intp]:
        """The nodes from which an edge leads to `node`."""
        at = int(np.searchsorted(self.targets, node))
        if at == len(self.targets) or self.targets[at] != node:
            return np.empty(0, np.intp)
        end = self.starts[at + 1] if at + 1 < len(self.starts) else len(self.sources)
        return self.sources[self.starts[at] : end]


@cache
def formats(countries: frozenset[str] | None = None) -> tuple[PlateFormat, ...]:
    """Every known format, or those of `countries` (ISO codes), and those of no country.

    Raises BadInput for an unknown country.
    """
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    if unknown := (countries or frozenset()) - table.keys():
        raise BadInput(Message("plates.unknown_countries", countries=sorted(unknown), known=sorted(table)))
    known = [
        _format(country, pattern, RANK_COST * rank + (OLD_COST if alike in facts.get("old", ()) else 0.0), facts)
        for country, facts in table.items()
        if countries is None or country in countries
        for rank, alike in enumerate([*facts["formats"], *facts.get("old", ())])
        for pattern in alike.split(" | ")
    ]
    free = [
        PlateFormat(None, "", FREE_COST, (), (CharacterPlace(ALPHABET, gap=True),) * length) for length in FREE_LENGTHS
    ]
    return (*known, *free)


@cache
def graph(countries: frozenset[str] | None = None) -> FormatGraph:
    """The graph of `formats(countries)`."""
    return lay_out(formats(countries))


def countries_of(text: str) -> list[tuple[str, float]]:
    """The countries that could have issued `text`, most likely first, with their probabilities (sum 1).

    One is likelier the nearer it is and the fewer plates its format has room for, since each is then met more often.
    """
    weights: dict[str, float] = {}
    for format_ in formats():
        if format_.country is not None and format_.takes(text):
            weight = math.exp(-format_.cost) / format_.size
            weights[format_.country] = weights.get(format_.country, 0.0) + weight
    total = sum(weights.values())
    return sorted(((country, weight / total) for country, weight in weights.items()), key=lambda one: -one[1])


def lay_out(known: Sequence[PlateFormat]) -> FormatGraph:
    """The graph of these formats; beginnings that are alike are one."""
    places: list[CharacterPlace] = []
    owner: list[int] = []
    edges: list[tuple[int, int]] = []
    first: list[bool] = []
    alike: dict[tuple[CharacterPlace, tuple[int, ...]], int] = {}

    def follow(place: CharacterPlace, before: Sequence[int]) -> int:
        key = (place, tuple(before))
        if key not in alike:
            alike[key] = node = len(places)
            places.append(place)
            owner.append(-1)
            first.append(not before)
            edges.extend((node, source) for source in before)
        return alike[key]

    for index, format_ in sorted(enumerate(known), key=lambda one: one[1].total_cost):
        heads = []
        for branch in format_.branches:
            reached: list[int] = []
            for place in branch:
                reached = [follow(place, reached)]
            heads += reached
        for place in format_.tail:
            heads = [follow(place, heads)]
        if owner[heads[0]] < 0:
            owner[heads[0]] = index
    edges.sort()
    targets, starts = np.unique([target for target, _ in edges], return_index=True)
    ends = np.flatnonzero(np.array(owner) >= 0)
    return FormatGraph(
        allowed=np.array([[c in place.allowed for c in ALPHABET] for place in places]),
        first=np.array(first),
        sealed=np.array([place.sealed for place in places]),
        gaps=np.array([place.gap for place in places]),
        ends=ends,
        costs=np.array([known[owner[node]].total_cost for node in ends], np.float32),
        sources=np.array([source for _, source in edges]),
        targets=targets,
        starts=starts,
    )


def _room(places: Sequence[CharacterPlace]) -> int:
    return math.prod(len(place.allowed) for place in places)


def _format(country: str, pattern: str, rarity: float, facts: Mapping[str, object]) -> PlateFormat:
    branches: tuple[tuple[CharacterPlace, ...], ...] = ()
    rest = pattern
    if pattern.startswith("<>"):
        rest = pattern[2:]
        branches = tuple(_branches(facts["codes"], after=rest[0]))  # type: ignore[arg-type]
    places = tuple(_places(rest.lstrip("".join(SEPARATORS)), str(facts.get("letters", LETTERS))))
    away = FAR_COST
    if country in HOME:
        away = 0.0
    elif country in NEAR:
        away = AWAY_COST
    return PlateFormat(country, pattern, away + rarity, branches, places)


def _branches(codes: Sequence[str], *, after: str) -> Iterator[tuple[CharacterPlace, ...]]:
    for first, group in groupby(sorted(codes), key=lambda code: code[0]):
        for length, alike in groupby(sorted(group, key=len), key=len):
            seconds = "".join(code[1:] for code in alike)
            yield (CharacterPlace(first), _place(seconds, after)) if length == 2 else (_place(first, after),)


def _places(pattern: str, series: str) -> Iterator[CharacterPlace]:
    classes = {"A": series, "L": LETTERS, "9": DIGITS, "1": DIGITS[1:]}
    at = 0
    while at < len(pattern):
        if pattern[at] == "[":
            end = pattern.index("]", at)
            allowed = pattern[at + 1 : end]
            at = end + 1
        else:
            allowed = classes[pattern[at]]
            at = at + 1
        after = pattern[at : at + 1]
        at += after in SEPARATORS
        yield _place(allowed, after)


def _place(allowed: str, after: str) -> CharacterPlace:
    return CharacterPlace(allowed, sealed=after == ":", gap=after in SEPARATORS)
