"""Links between incidents: set, read from either side, taken back. Each is in both timelines."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy
from sqlmodel import Session, col, select

from incidents.links.tables import IncidentLinkRow
from incidents.timeline import repository, service
from incidents.timeline.service import change, checked, write_entry
from incidents.timeline.tables import EntryKind, IncidentRow
from telemetry.clock import iso
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.messages import Message
from telemetry.store import Work


class LinkRelation(StrEnum):
    """What an incident has to do with another one, seen from the first."""

    RELATED = "related"
    CAUSED_BY = "caused_by"
    CAUSED = "caused"

    @property
    def turned(self) -> "LinkRelation":
        """The same, seen from the other."""
        return _TURNED[self]


_TURNED = {
    LinkRelation.RELATED: LinkRelation.RELATED,
    LinkRelation.CAUSED_BY: LinkRelation.CAUSED,
    LinkRelation.CAUSED: LinkRelation.CAUSED_BY,
}


@dataclass(frozen=True)
class IncidentLink:
    """A link as one of its incidents shows it."""

    row: IncidentLinkRow
    relation: LinkRelation
    other: IncidentRow

    def public(self) -> dict[str, Any]:
        """For the API."""
        return {
            "id": self.row.id,
            "relation": self.relation,
            "incident": service.headline(self.other),
            "reason": self.row.reason,
            "who": self.row.who,
            "at": iso(self.row.at),
        }


def link(
    work: Work,
    one: IncidentRow,
    relation: LinkRelation,
    other: IncidentRow,
    *,
    by: str,
    reason: str,
    now: datetime,
) -> IncidentLink:
    """`one` is `relation` to `other` from now (UTC) on. Raises BadInput without a reason or for incidents of different
    towns or scopes, Conflict for one incident and for two that are linked already."""
    reason = _needed(reason)
    if one.id == other.id:
        raise Conflict(Message("incident_links.same_incident", incident=one.id))
    if (one.city, one.scope) != (other.city, other.scope):
        raise BadInput(Message("settling.other_town"))
    if any(known.other.id == other.id for known in of_incident(work.session, one)):
        raise Conflict(Message("incident_links.linked_already", title=service.title(other)))
    caused = relation is LinkRelation.CAUSED
    row = IncidentLinkRow(
        id=str(uuid.uuid4()),
        city=one.city,
        scope=one.scope,
        a=other.id if caused else one.id,
        b=one.id if caused else other.id,
        cause=relation is not LinkRelation.RELATED,
        reason=reason,
        who=by,
        at=now,
    )
    work.session.add(row)
    _tell(work, "timeline.linked", (one, relation, other), by=by, reason=reason, now=now)
    return IncidentLink(row, relation, other)


def unlink(work: Work, one: IncidentRow, link_id: str, *, by: str, reason: str, now: datetime) -> IncidentLink:
    """Take a link of `one` back. Raises NotFound, BadInput without a reason."""
    reason = _needed(reason)
    known = next((known for known in of_incident(work.session, one) if known.row.id == link_id), None)
    if known is None:
        raise NotFound(Message("incident_links.no_link", link=link_id))
    known.row.removed_by = by
    known.row.removed_at = now
    known.row.removed_because = reason
    work.session.add(known.row)
    _tell(work, "timeline.unlinked", (one, known.relation, known.other), by=by, reason=reason, now=now)
    return known


def of_incident(session: Session, row: IncidentRow) -> list[IncidentLink]:
    """The links of `row` and of what became part of it, in the order in which they were set; each shows the incident
    that the other one is part of now."""
    parts = repository.with_parts(session, row.id)
    found = []
    for kept in _kept(session, parts):
        of_a = kept.a in parts
        other = repository.standing(session, session.get_one(IncidentRow, kept.b if of_a else kept.a))
        if other.id == row.id:  # both are one incident now
            continue
        relation = LinkRelation.RELATED
        if kept.cause:
            relation = LinkRelation.CAUSED_BY if of_a else LinkRelation.CAUSED
        found.append(IncidentLink(kept, relation, other))
    return found


def _kept(session: Session, incident_ids: Sequence[str]) -> Sequence[IncidentLinkRow]:
    row = IncidentLinkRow
    query = select(row).where(
        sqlalchemy.or_(col(row.a).in_(incident_ids), col(row.b).in_(incident_ids)), col(row.removed_at).is_(None)
    )
    return session.exec(query.order_by(col(row.at), col(row.id))).all()


def _tell(
    work: Work, code: str, said: tuple[IncidentRow, LinkRelation, IncidentRow], *, by: str, reason: str, now: datetime
) -> None:
    """Write it into both timelines, each as it is seen from there."""
    one, relation, other = said
    for here, seen, there in ((one, relation, other), (other, relation.turned, one)):
        told = Message(code, relation=seen, title=service.title(there), incident=there.id, reason=reason)
        write_entry(work, here, EntryKind.LINK, told, who=by, at=now)
        work.tell(change(here))


def _needed(reason: str) -> str:
    reason = checked(reason)
    if not reason:
        raise BadInput(Message("incident_links.needs_reason"))
    return reason
