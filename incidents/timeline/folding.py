"""A timeline as people read it: what says the same again is one line, what the program did by itself is folded away.

Pure: works on entries as `service.timeline` gives them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from incidents.timeline.tables import EntryKind

Entry = dict[str, Any]
BY_ITSELF = frozenset({EntryKind.AMENDED, EntryKind.MOVED})
"""What the program writes about its own work; folded away where there are several in a row."""


@dataclass(frozen=True)
class FoldedEntry:
    """Entries that follow each other and are shown as one line."""

    shown: Entry
    """The first; of repeated sightings, the first with a picture."""
    rest: Sequence[Entry]
    """The others, in their order."""

    @property
    def repeats(self) -> bool:
        """Whether one source sees the same again and again."""
        return bool(self.rest) and self.shown["kind"] == EntryKind.OBSERVATION

    @property
    def last(self) -> Entry:
        """The latest."""
        return max((self.shown, *self.rest), key=lambda entry: (entry["happened_at"], entry["seq"]))

    @property
    def count(self) -> int:
        """How many entries it is."""
        return 1 + len(self.rest)


def folded(entries: Iterable[Entry]) -> list[FoldedEntry]:
    """`entries` in their order, those together that are one line."""
    return [_fold(list(some)) for _, some in groupby(entries, key=_line)]


def _line(entry: Entry) -> tuple[object, ...]:
    """What entries of one line have in common; alone on its line is what a person did, and what nobody repeats."""
    if entry["kind"] in BY_ITSELF:
        return ("by itself",)
    seen = entry["observation"]
    if entry["kind"] != EntryKind.OBSERVATION or seen is None:
        return ("alone", entry["seq"])
    return "seen", seen["source"]["kind"], seen["source"]["id"], seen["category"], entry["moved_to"]


def _fold(entries: list[Entry]) -> FoldedEntry:
    shown = next((one for one in entries if one["observation"] and one["observation"]["media"]), entries[0])
    return FoldedEntry(shown, [one for one in entries if one is not shown])
