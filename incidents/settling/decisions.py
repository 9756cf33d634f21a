"""What people decide about incidents: two are one, or never; some words tell of something else. All can be undone.

A decision binds two observations each, for ever; what follows from it is worked out by settling, a moment later.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy
from sqlmodel import Session, col, select

from incidents.settling.settle import opening_of
from incidents.settling.tables import GroupingActRow, GroupingDecisionRow, IncidentQuestionRow
from incidents.timeline import repository, service, unsettled
from incidents.timeline.incident_index import Town
from incidents.timeline.tables import IncidentRow
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.messages import Message
from telemetry.observations import Observation
from telemetry.observations import repository as observations
from telemetry.scopes import Scope
from telemetry.store import Work

ANCHORS = 3
"""So many of the surest words of an incident stand for it."""

Pair = tuple[str, str, bool]
"""Two observations, and whether they are of one incident."""


def answer(
    work: Work,
    question: IncidentQuestionRow,
    one: IncidentRow,
    other: IncidentRow,
    *,
    same: bool,
    by: str,
    now: datetime,
) -> GroupingActRow:
    """Whether the two incidents of `question` are one."""
    pairs = [(question.observation_a, question.observation_b, same)]
    if same:
        pairs.append(_openings(work.session, one, other))
    else:
        pairs += _apart(work.session, one, other)
    work.session.delete(question)
    return _decide(work, one, other, _about(other, same), pairs, by=by, now=now)


def join(work: Work, one: IncidentRow, other: IncidentRow, *, by: str, reason: str, now: datetime) -> GroupingActRow:
    """`other` and `one` are one incident. Raises BadInput, and Conflict when they are already."""
    _require_two(one, other)
    said = _because(_about(other, same=True), reason)
    return _decide(work, one, other, said, [_openings(work.session, one, other)], by=by, now=now)


def part(work: Work, one: IncidentRow, other: IncidentRow, *, by: str, reason: str, now: datetime) -> GroupingActRow:
    """`one` and `other` are never one incident. Raises BadInput, and Conflict when they are one already."""
    _require_two(one, other)
    said = _because(_about(other, same=False), reason)
    return _decide(work, one, other, said, _apart(work.session, one, other), by=by, now=now)


def split(
    work: Work, row: IncidentRow, observation_ids: Sequence[str], *, by: str, reason: str, now: datetime
) -> GroupingActRow:
    """Those of its observations tell of something else. Raises BadInput."""
    chosen, rest = _chosen(row, observation_ids)
    pairs: list[Pair] = [(chosen[0], one, True) for one in chosen[1:]]
    pairs += [(chosen[0], one, False) for one in rest]
    said = _because(Message("timeline.decided_split", count=len(chosen)), reason)
    return _decide(work, row, None, said, pairs, by=by, now=now)


def move(
    work: Work,
    row: IncidentRow,
    observation_ids: Sequence[str],
    to: IncidentRow,
    *,
    by: str,
    reason: str,
    now: datetime,
) -> GroupingActRow:
    """Those observations of `row` tell of `to`. Raises BadInput, and Conflict when both are one incident."""
    _require_two(row, to)
    chosen, rest = _chosen(row, observation_ids)
    anchor = _anchors(work.session, to)[0]
    pairs: list[Pair] = [(anchor, one, True) for one in chosen]
    pairs += [(anchor, one, False) for one in rest]
    count = len(chosen)
    said = _because(
        Message("timeline.decided_moved_away", count=count, title=service.title(to), incident=to.id), reason
    )
    arrived = _because(
        Message("timeline.decided_moved_here", count=count, title=service.title(row), incident=row.id), reason
    )
    return _decide(work, row, to, said, pairs, by=by, now=now, other_hears=arrived)


def undo(work: Work, row: IncidentRow, act_id: str, *, by: str, now: datetime) -> GroupingActRow:
    """Take back what was decided about `row`: what follows from the rest is worked out again. Raises NotFound."""
    act = work.session.get(GroupingActRow, act_id)
    if act is None or act.undone_at is not None or row.id not in _led_to(work.session, act):
        raise NotFound(Message("settling.no_decision", act=act_id))
    act.undone_at = now
    work.session.add(act)
    said = Message("timeline.decision_undone", who=act.who, decision=Message.from_json(act.message))
    for incident in _standing(work.session, act):
        service.tell_decision(work, incident, said, by=by, now=now)
    decided = select(GroupingDecisionRow).where(GroupingDecisionRow.act == act.id)
    pairs = [(one.a, one.b, one.together) for one in work.session.exec(decided)]
    _settle_again(work, act, pairs, now)
    return act


def of_incident(session: Session, incident_id: str) -> list[GroupingActRow]:
    """What was decided about the incident and was not undone, in the order in which it was."""
    about = sqlalchemy.or_(col(GroupingActRow.a) == incident_id, col(GroupingActRow.b) == incident_id)
    query = select(GroupingActRow).where(about, col(GroupingActRow.undone_at).is_(None))
    return list(session.exec(query.order_by(col(GroupingActRow.at), col(GroupingActRow.id))))


def public(act: GroupingActRow) -> dict[str, Any]:
    """What was decided, as the API shows it."""
    return {
        "id": act.id,
        "incidents": [one for one in (act.a, act.b) if one is not None],
        "who": act.who,
        "at": iso(act.at),
        **Message.from_json(act.message).to_answer(),
    }


def _decide(
    work: Work,
    one: IncidentRow,
    other: IncidentRow | None,
    said: Message,
    pairs: Iterable[Pair],
    *,
    by: str,
    now: datetime,
    other_hears: Message | None = None,
) -> GroupingActRow:
    act = GroupingActRow(
        id=str(uuid.uuid4()),
        city=one.city,
        scope=one.scope,
        a=one.id,
        b=None if other is None else other.id,
        message=said.to_json(),
        who=by,
        at=now,
    )
    work.session.add(act)
    work.session.flush()
    decided = list(dict.fromkeys(pairs))
    for a, b, together in decided:
        row = GroupingDecisionRow(city=one.city, scope=one.scope, act=act.id, a=a, b=b, together=together)
        work.session.add(row)
    service.tell_decision(work, one, said, by=by, now=now)
    if other is not None:
        service.tell_decision(work, other, other_hears or _turned(said, one), by=by, now=now)
    _settle_again(work, act, decided, now)
    return act


def _settle_again(work: Work, act: GroupingActRow, pairs: Iterable[Pair], now: datetime) -> None:
    town = Town(City(act.city), Scope(act.scope))
    ids = sorted({one for a, b, _ in pairs for one in (a, b)})
    unsettled.mark(work.session, [(one, town) for one in ids], now)


def _about(other: IncidentRow, same: bool) -> Message:
    code = "timeline.decided_same" if same else "timeline.decided_apart"
    return Message(code, title=service.title(other), incident=other.id)


def _turned(said: Message, one: IncidentRow) -> Message:
    """What the other incident's timeline says of a decision that is told in that of `one`."""
    inner = said.params.get("decision")
    if isinstance(inner, Message):
        return Message(said.code, decision=_turned(inner, one), reason=said.params["reason"])
    return Message(said.code, title=service.title(one), incident=one.id)


def _because(said: Message, reason: str) -> Message:
    reason = reason.strip()
    if not reason:
        raise BadInput(Message("settling.needs_reason"))
    if len(reason) > service.NOTE_LIMIT:
        raise BadInput(Message("incidents.text_too_long", length=len(reason), limit=service.NOTE_LIMIT))
    return Message("timeline.decided_because", decision=said, reason=reason)


def _require_two(one: IncidentRow, other: IncidentRow) -> None:
    if one.id == other.id:
        raise Conflict(Message("settling.same_incident", incident=one.id))
    if (one.city, one.scope) != (other.city, other.scope):
        raise BadInput(Message("settling.other_town"))


def _chosen(row: IncidentRow, observation_ids: Sequence[str]) -> tuple[list[str], list[str]]:
    """The chosen observations of `row`, and the others. Raises BadInput."""
    chosen = list(dict.fromkeys(observation_ids))
    if not chosen:
        raise BadInput(Message("settling.choose_some"))
    for one in chosen:
        if one not in row.observation_ids:
            raise BadInput(Message("settling.not_of_incident", observation=one, incident=row.id))
    rest = [one for one in row.observation_ids if one not in set(chosen)]
    if not rest:
        raise BadInput(Message("settling.all_of_it"))
    return chosen, rest


def _apart(session: Session, one: IncidentRow, other: IncidentRow) -> list[Pair]:
    return [(a, b, False) for a in _anchors(session, one) for b in _anchors(session, other)]


def _openings(session: Session, one: IncidentRow, other: IncidentRow) -> Pair:
    """The observations that the two incidents' ids go with are of one incident."""
    found = []
    for row in (one, other):
        seen = {word.id: word for word in observations.get_many(session, row.observation_ids)}
        found.append(opening_of(row.id, seen.values()).id)
    return found[0], found[1], True


def _anchors(session: Session, row: IncidentRow) -> list[str]:
    """The words that stand for the incident: the surest of their place, the earliest of equals."""
    seen = observations.get_many(session, row.observation_ids)
    return [one.id for one in sorted(seen, key=_surest_first)[:ANCHORS]]


def _surest_first(seen: Observation) -> tuple[float, datetime, str]:
    accuracy_m = float("inf")
    if seen.position is not None:
        accuracy_m = seen.position.accuracy_m
    return accuracy_m, seen.started_at, seen.id


def _standing(session: Session, act: GroupingActRow) -> list[IncidentRow]:
    """The incidents that the act is about, or what they are part of now, each once."""
    found: dict[str, IncidentRow] = {}
    for incident_id in (act.a, act.b):
        if incident_id is not None:
            row = repository.standing(session, session.get_one(IncidentRow, incident_id))
            found[row.id] = row
    return list(found.values())


def _led_to(session: Session, act: GroupingActRow) -> set[str]:
    return {row.id for row in _standing(session, act)}
