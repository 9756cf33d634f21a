"""What people said of an incident, whatever its observations say: what it is, how bad it is, where it is.

Kept nowhere but in the timeline: the last entry of each kind holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session, col, select

from incidents.merging import Incident, Rules
from incidents.timeline.tables import EntryKind, TimelineRow
from telemetry.positions import Position


@dataclass(frozen=True)
class IncidentJudgement:
    """What people said of one incident; None: nothing."""

    category: str | None = None
    severity: int | None = None
    place: Position | None = None

    def over(self, incident: Incident, rules: Rules) -> Incident:
        """The incident as people say that it is."""
        if self.category is not None:
            rule = rules[self.category]
            incident = replace(incident, category=self.category, title=rule.title, severity=rule.severity)
        if self.severity is not None:
            incident = replace(incident, severity=self.severity)
        if self.place is not None:
            incident = replace(incident, position=self.place)
        return incident


def of_incidents(session: Session, ids: Sequence[str]) -> dict[str, IncidentJudgement]:
    """What people said of each of these incidents."""
    found = {incident_id: IncidentJudgement() for incident_id in ids}
    query = (
        select(TimelineRow)
        .where(col(TimelineRow.incident_id).in_(ids), col(TimelineRow.kind).in_(_READ))
        .order_by(col(TimelineRow.seq))
    )
    for row in session.exec(query):
        if row.message is not None:
            known = found[row.incident_id]
            found[row.incident_id] = replace(known, **_READ[EntryKind(row.kind)](row.message["params"]))
    return found


def _category(said: dict[str, Any]) -> dict[str, Any]:
    return {"category": said["category"]}


def _severity(said: dict[str, Any]) -> dict[str, Any]:
    return {"severity": said["after"]}


def _place(said: dict[str, Any]) -> dict[str, Any]:
    if said["lat"] is None:
        return {"place": None}
    return {"place": Position(lat=said["lat"], lon=said["lon"], accuracy_m=said["accuracy_m"])}


_READ = {EntryKind.CATEGORY: _category, EntryKind.SEVERITY: _severity, EntryKind.PLACE: _place}
