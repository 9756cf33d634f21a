"""Which entries of a timeline are struck through, by the entries that do it. Pure; writes none."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from incidents.timeline.tables import EntryKind, TimelineRow
from telemetry.clock import iso

STANDS_AGAIN = "timeline.stands_again"
"""The message of a correction that is taken back."""


@dataclass(frozen=True)
class StruckThrough:
    """What was done to an entry."""

    by: str
    at: datetime
    """UTC."""
    reason: str
    seq: int
    """Of the entry that strikes it through."""

    def public(self) -> dict[str, Any]:
        """For the API."""
        return {"by": self.by, "at": iso(self.at), "reason": self.reason, "seq": self.seq}


def struck(entries: Iterable[TimelineRow]) -> dict[int, StruckThrough]:
    """The entries of one timeline that are struck through, by number; `entries` in the order they were written.

    The last word about each counts. What a correction says that was taken back is struck through itself.
    """
    found: dict[int, StruckThrough] = {}
    for entry in entries:
        if entry.kind != EntryKind.CORRECTION or entry.message is None:
            continue
        params = entry.message["params"]
        done = StruckThrough(entry.who, entry.at, params["reason"], entry.seq)
        if entry.message["code"] == STANDS_AGAIN:
            correction = found.pop(params["seq"], None)
            if correction is not None:
                found[correction.seq] = done
        else:
            found[params["seq"]] = done
    return found


def struck_of(session: Session, incident_ids: Sequence[str]) -> dict[str, dict[int, StruckThrough]]:
    """The same of several incidents, by their ids; those without any are left out."""
    query = select(TimelineRow).where(
        col(TimelineRow.incident_id).in_(incident_ids), TimelineRow.kind == EntryKind.CORRECTION
    )
    corrections: defaultdict[str, list[TimelineRow]] = defaultdict(list)
    for entry in session.exec(query.order_by(col(TimelineRow.seq))):
        corrections[entry.incident_id].append(entry)
    return {incident: struck(entries) for incident, entries in corrections.items()}
