"""Searching places by name: diacritics and order of words do not matter, words may be cut short or misspelt."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from telemetry.cities import City, known_towns
from telemetry.gazetteer.values import NamedPlace, folded

STREET_WORDS = frozenset(
    ("g", "gatve", "gatv", "pr", "prospektas", "al", "aleja", "a", "aikste", "iela", "ielas", "laukums", "bulvaris")
)
"""Said or left out as people like, in Lithuanian and Latvian: they decide nothing."""
ONE_SLIP = 4
TWO_SLIPS = 8
"""So many letters a word has before one or two of them may be wrong."""
LONGEST_QUERY = 200


@dataclass(frozen=True)
class FoundPlace:
    """A place that a search found."""

    place: NamedPlace
    name: str
    """Which of its names was found."""
    misspelt: bool
    """Whether a word was only likely to be meant."""
    without_number: bool
    """Whether the house number was not known, so that it is the street."""


@dataclass(frozen=True)
class _Name:
    """One name of one place."""

    place: NamedPlace
    text: str
    words: tuple[str, ...]

    @property
    def order(self) -> tuple[tuple[bool, int, str], ...]:
        """By letters, and by numbers as they are counted: house 2 stands before house 10."""
        return tuple((word.isdigit(), int(word) if word.isdigit() else 0, word) for word in self.words)


class Gazetteer:
    """Places by their names; nothing in it changes."""

    def __init__(self, places: Iterable[NamedPlace]) -> None:
        self.places = tuple(places)
        self._names = [
            _Name(place, name, tuple(folded(name).split()))
            for place in self.places
            for name in (place.name, *place.aliases)
        ]
        self._having: dict[str, set[int]] = defaultdict(set)
        for number, name in enumerate(self._names):
            for word in name.words:
                self._having[word].add(number)
        self._words = sorted(self._having)
        self._sharing: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            for pair in _pairs(word):
                self._sharing[pair].append(word)

    def search(self, query: str, *, town: City | None = None) -> list[FoundPlace]:
        """All places that `query` may mean, the likeliest first; among equals those of `town` come first.

        Words that are spelt right go before those that may be meant. A house number that no place has is left out.
        Where `query` names a town, places of another one are left out.
        """
        asked = folded(query[:LONGEST_QUERY]).split()
        words = [word for word in asked if word not in STREET_WORDS] or asked
        towns = {folded(city.facts.name): city for city in known_towns()}
        said = {towns[word] for word in words if word in towns}
        named = [word for word in words if word not in towns]
        if said and named:
            return [found for found in self._likeliest(named, town) if found.place.city in said]
        return self._likeliest(words, town)

    def named(self, text: str) -> list[NamedPlace]:
        """The places that `text` is a whole name of, with or without the town."""
        wanted = folded(text)
        found: dict[NamedPlace, None] = {}
        for name in self._names:
            alone = " ".join(name.words)
            if wanted in (alone, f"{alone} {folded(name.place.city.facts.name)}"):
                found[name.place] = None
        return list(found)

    def _likeliest(self, words: list[str], town: City | None) -> list[FoundPlace]:
        streets = [word for word in words if not word[0].isdigit()]
        for without_number, tried in ((False, words), (True, streets)):
            if not tried or (without_number and streets == words):
                continue
            found = self._found(tried, town, without_number)
            if found:
                return found
        return []

    def _found(self, words: list[str], town: City | None, without_number: bool) -> list[FoundPlace]:
        right = self._matching([self._spelt(word) for word in words])
        meant = self._matching([self._spelt(word) | self._likely(word) for word in words])
        best: dict[NamedPlace, tuple[tuple[object, ...], FoundPlace]] = {}
        for number, cost in meant.items():
            name = self._names[number]
            misspelt = number not in right
            found = FoundPlace(name.place, name.text, misspelt, without_number)
            rank = (misspelt, name.place.city != town, right.get(number, cost), len(name.words), name.order, number)
            if name.place not in best or rank < best[name.place][0]:
                best[name.place] = (rank, found)
        return [found for _, found in sorted(best.values(), key=lambda pair: pair[0])]

    def _matching(self, choices: list[Mapping[str, int]]) -> dict[int, int]:
        """The names that have a word of every choice, with the sum of what these words cost."""
        total: dict[int, int] | None = None
        for choice in choices:
            cheapest: dict[int, int] = {}
            for word, cost in choice.items():
                for number in self._having[word]:
                    cheapest[number] = min(cost, cheapest.get(number, cost))
            if total is None:
                total = cheapest
            else:
                total = {number: total[number] + cost for number, cost in cheapest.items() if number in total}
        return total or {}

    def _spelt(self, word: str) -> dict[str, int]:
        """The words that are `word`, for nothing, or that begin with it, for one."""
        found = {}
        for candidate in self._words[bisect_left(self._words, word) :]:
            if not candidate.startswith(word):
                break
            found[candidate] = int(candidate != word)
        return found

    def _likely(self, word: str) -> dict[str, int]:
        """The words that `word` may be meant for, with what each slip costs; none of a number."""
        if len(word) < ONE_SLIP or word[0].isdigit():
            return {}
        slips = 1
        if len(word) >= TWO_SLIPS:
            slips = 2
        shared: Counter[str] = Counter()
        for pair in _pairs(word):
            shared.update(self._sharing.get(pair, ()))
        enough = max(1, len(word) - 1 - 2 * slips)
        found = {}
        for candidate, pairs in shared.items():
            if pairs >= enough and (wrong := slips_between(word, candidate)) <= slips:
                found[candidate] = 2 + wrong
        return found


def slips_between(word: str, whole: str) -> int:
    """How many letters must be changed, put in or left out to make `word` a beginning of `whole` (Levenshtein)."""
    above = list(range(len(whole) + 1))
    for row, letter in enumerate(word, start=1):
        below = [row]
        for column, other in enumerate(whole, start=1):
            below.append(min(above[column] + 1, below[-1] + 1, above[column - 1] + (letter != other)))
        above = below
    return min(above)


def _pairs(word: str) -> Iterator[str]:
    """Each two letters that stand beside each other, once."""
    yield from {word[at : at + 2] for at in range(len(word) - 1)}
