"""What people did with an incident, and where it went, out of the entries of its timeline. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from incidents.merging import State
from incidents.responders.service import ResponderKind
from incidents.timeline.responding import ResponseStep
from incidents.timeline.tables import EntryKind, TimelineRow

BY_CODE = "timeline.state_by_code"
ESCALATED = "timeline.escalated"
WENT_TO = "timeline.went_to"
WITH_REASON = "timeline.because"
OWNER = frozenset({"timeline.owner", "timeline.owner_because"})
ASSIGNED = frozenset({"timeline.assigned", "timeline.nobody_assigned"})


@dataclass
class IncidentHandling:
    """An incident as people left it, in the columns of its row."""

    state: State = State.NEW
    closed_at: datetime | None = None
    """UTC."""
    closing_code: str | None = None
    owner: str | None = None
    assigned: list[str] | None = None
    merged_into: str | None = None
    entries: int = 0
    unsaid: set[str] = field(default_factory=set)
    """Columns of which the timeline, written by an earlier version, does not say enough."""

    def columns(self) -> dict[str, Any]:
        """What the row should have, by column."""
        kept = {name: value for name, value in vars(self).items() if name != "unsaid"}
        return {name: value for name, value in kept.items() if name not in self.unsaid}


def handling(entries: Iterable[TimelineRow], *, empty: bool) -> IncidentHandling:
    """What the `entries` of one timeline, in the order they were written, make of the incident; `empty`: all that was
    said of it belongs to another incident."""
    found = IncidentHandling()
    last: list[TimelineRow] = []
    for entry in entries:
        found.entries = entry.seq
        match entry.kind:
            case EntryKind.STATE:
                _state(found, entry)
            case EntryKind.PEOPLE | EntryKind.ESCALATION:
                _people(found, _message(entry))
            case EntryKind.RESPONSE:
                if _params(entry).get("step") != ResponseStep.DONE:
                    _works(found, entry.who)
            case EntryKind.DISPATCH:
                if _params(entry).get("kind") == ResponderKind.INSPECTOR:
                    _works(found, _params(entry)["id"])
            case EntryKind.MOVED if _message(entry).get("code") == WENT_TO:
                last = [*(one for one in last if one.at == entry.at), entry]
    if empty and last:
        found.state = State.MERGED
        found.closed_at = found.closed_at or last[-1].at
        found.merged_into = _most(last)
    return found


def _state(found: IncidentHandling, entry: TimelineRow) -> None:
    params = _params(entry)
    if "after" not in params:
        found.unsaid |= {"state", "closed_at", "closing_code", "owner"}
        return
    before = State(params["before"])
    found.state = State(params["after"])
    found.unsaid -= {"state", "closed_at", "closing_code"}
    found.closed_at = None if found.state.open else entry.at
    found.closing_code = None
    if _message(entry)["code"] == BY_CODE:
        found.closing_code = params.get("name")
        if found.closing_code is None:
            found.unsaid.add("closing_code")
    taken_up = found.state is State.ACKNOWLEDGED and (before is State.NEW or before.ended)
    if taken_up and found.owner is None:
        found.owner = entry.who


def _people(found: IncidentHandling, message: dict[str, Any]) -> None:
    if message.get("code") == WITH_REASON:
        message = message["params"]["what"]
    code = message.get("code")
    if code in OWNER:
        found.owner = message["params"]["owner"]
        found.unsaid.discard("owner")
    elif code == ESCALATED:
        found.owner = message["params"]["person"]
        found.unsaid.discard("owner")
    elif code in ASSIGNED:
        found.assigned = list(message["params"]["people"])


def _works(found: IncidentHandling, person: str) -> None:
    found.assigned = sorted({*(found.assigned or []), person})


def _most(entries: Iterable[TimelineRow]) -> str:
    """Where most observations went."""
    counts: Counter[str] = Counter()
    for entry in entries:
        params = _params(entry)
        counts[params["incident"]] += params["count"]
    return min(counts, key=lambda target: (-counts[target], target))


def _message(entry: TimelineRow) -> dict[str, Any]:
    return entry.message or {}


def _params(entry: TimelineRow) -> dict[str, Any]:
    params: dict[str, Any] = _message(entry).get("params", {})
    return params
