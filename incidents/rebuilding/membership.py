"""Which observations belong to an incident, out of the timelines that tell of them. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from incidents.timeline.tables import EntryKind, TimelineRow

LET_GO = "timeline.let_go"
CAME_BACK = "timeline.came_back"
WENT_TO = "timeline.went_to"
ARRIVALS = (EntryKind.OBSERVATION, EntryKind.MOVED)
"""Entries of these kinds about an observation say that it belongs there from then on."""


def members(entries: Iterable[TimelineRow], elsewhere: Mapping[str, int]) -> frozenset[str]:
    """The observations of the incident with these `entries`, in the order they were written.

    `elsewhere`: the id of the last entry by which each observation arrived at one of the incidents to which some went.
    """
    arrived: dict[str, int] = {}
    for entry in entries:
        if entry.observation_id is not None and entry.kind in ARRIVALS and entry.id is not None:
            arrived[entry.observation_id] = entry.id
        for gone in let_go(entry):
            arrived.pop(gone, None)
    return frozenset(seen for seen, at in arrived.items() if elsewhere.get(seen, 0) < at)


def let_go(entry: TimelineRow) -> Sequence[str]:
    """The passing sights that the entry says belong to nothing any more."""
    if entry.kind != EntryKind.MOVED or entry.message is None or entry.message["code"] != LET_GO:
        return ()
    return list(entry.message["params"]["observations"])


def is_unclear(entry: TimelineRow) -> bool:
    """Whether the entry, of an earlier version, says that some observations came back, and not which."""
    if entry.kind != EntryKind.MOVED or entry.message is None or entry.observation_id is not None:
        return False
    return bool(entry.message["code"] == CAME_BACK)


def went_to(entries: Iterable[TimelineRow]) -> set[str]:
    """The incidents to which some observations went."""
    return {
        entry.message["params"]["incident"]
        for entry in entries
        if entry.kind == EntryKind.MOVED and entry.message is not None and entry.message["code"] == WENT_TO
    }
