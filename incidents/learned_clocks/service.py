"""Learned offsets of clocks: proposed, taken over, declined, ended. Learns none by itself (`learning.py`)."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from incidents.grouping.clocks import LEAST_OFFSET_S, ClockOffset
from incidents.learned_clocks.learning import LearnedClock, learn
from incidents.learned_clocks.tables import ClockOffsetRow, ClockState
from incidents.merging import Rules
from incidents.timeline import unsettled
from incidents.timeline.incident_index import Town
from incidents.timeline.service import checked
from telemetry.cities import City
from telemetry.clock import iso, iso_or_none
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.messages import Message
from telemetry.observations import Observation
from telemetry.observations.tables import ObservationRow
from telemetry.scopes import Scope
from telemetry.store import Store, Work
from telemetry.visibility import Visibility

LOOKED_AT = timedelta(days=30)
MOST_WORDS = 10_000
"""The newest so many of a town are looked at; grouping them takes up to a minute."""
SHOWN_AFTER = timedelta(days=30)
"""What is over is shown so long."""


@dataclass(frozen=True)
class TownMonth:
    """What there is to learn from."""

    bodies: tuple[str, ...]
    """Observations as JSON."""
    taken_over: tuple[tuple[str, float, bool], ...]
    """Device, seconds ahead, whether it is a whole hour."""
    since: datetime
    """UTC."""


Learn = Callable[[TownMonth, Rules, datetime], list[LearnedClock]]


def learn_here(month: TownMonth, rules: Rules, now: datetime) -> list[LearnedClock]:
    """What `month` says of clocks as of `now` (UTC): what a worker process is asked."""
    known = {device: ClockOffset(ahead_s, whole_hour) for device, ahead_s, whole_hour in month.taken_over}
    return learn([Observation.model_validate_json(body) for body in month.bodies], known, now, rules)


def look(store: Store, town: Town, rules: Rules, now: datetime, learn_from: Learn = learn_here) -> None:
    """Propose what the last LOOKED_AT of `town` says of its clocks. Raises StoreUnavailable, and what `learn_from`
    raises."""
    with store.read() as session:
        month = _month(session, town, now)
    if not month.bodies:
        return
    learned = learn_from(month, rules, now)
    store.run(lambda work: propose(work, town, learned, month.since, now))


def propose(work: Work, town: Town, learned: Iterable[LearnedClock], since: datetime, now: datetime) -> None:
    """Have what was `learned` proposed, and nothing else any more. What was declined is not proposed again."""
    rows = _of_town(work.session, town)
    open_ones = {row.device: row for row in rows if row.state == ClockState.PROPOSED}
    declined = [(row.device, row.ahead_s) for row in rows if row.state == ClockState.DECLINED]
    for one in learned:
        if any(one.device == device and abs(one.offset.ahead_s - off) < LEAST_OFFSET_S for device, off in declined):
            continue
        row = open_ones.pop(one.device, None) or _new(town, one.device, now)
        row.ahead_s = one.offset.ahead_s
        row.whole_hour = one.offset.whole_hour
        row.words = one.words
        row.incidents = one.incidents
        row.changed = one.changed
        row.since = since
        work.session.add(row)
    for row in open_ones.values():
        work.session.delete(row)


def taken_over(session: Session, town: Town) -> dict[str, ClockOffset]:
    """The offsets that hold in `town`, by kind and id of the source."""
    return {
        row.device: ClockOffset(row.ahead_s, row.whole_hour)
        for row in _of_town(session, town)
        if row.state == ClockState.TAKEN_OVER
    }


def listed(session: Session, visible: Visibility, now: datetime) -> list[ClockOffsetRow]:
    """What is proposed, then what holds, then what was over lately; each by device."""
    row = ClockOffsetRow
    query = select(row).where(visible.rows(row)).order_by(col(row.city), col(row.device), col(row.proposed_at))
    order = list(ClockState)
    shown = [one for one in session.exec(query) if one.decided_at is None or _is_shown(one, now)]
    return sorted(shown, key=lambda one: order.index(ClockState(one.state)))


def get(session: Session, clock_id: str, visible: Visibility) -> ClockOffsetRow:
    """One of them. Raises NotFound."""
    row = session.get(ClockOffsetRow, clock_id)
    if row is None or not visible.shows(row):
        raise NotFound(Message("clocks.not_found", clock=clock_id[:60]))
    return row


def take_over(work: Work, row: ClockOffsetRow, *, by: str, reason: str, now: datetime) -> None:
    """Every time of the device is read with it from now on; what it said lately is settled anew. Raises BadInput
    without a reason, Conflict when it is not proposed."""
    _require(row, ClockState.PROPOSED)
    reason = _needed(reason)
    for other in _of_town(work.session, _town(row)):
        if other.device == row.device and other.state == ClockState.TAKEN_OVER:
            _decide(work, other, ClockState.ENDED, by=by, reason=reason, now=now)
    _decide(work, row, ClockState.TAKEN_OVER, by=by, reason=reason, now=now)
    _settle_again(work, row, now)


def decline(work: Work, row: ClockOffsetRow, *, by: str, reason: str, now: datetime) -> None:
    """It is not taken over, and not proposed again. Raises BadInput without a reason, Conflict when it is not
    proposed."""
    _require(row, ClockState.PROPOSED)
    _decide(work, row, ClockState.DECLINED, by=by, reason=_needed(reason), now=now)


def end(work: Work, row: ClockOffsetRow, *, by: str, reason: str, now: datetime) -> None:
    """It holds no longer, as when the clock was put right. Raises BadInput without a reason, Conflict when it does
    not hold."""
    _require(row, ClockState.TAKEN_OVER)
    _decide(work, row, ClockState.ENDED, by=by, reason=_needed(reason), now=now)
    _settle_again(work, row, now)


def public(row: ClockOffsetRow) -> dict[str, Any]:
    """For the API."""
    kind, _, source = row.device.partition(" ")
    return {
        "id": row.id,
        "city": row.city,
        "source": {"kind": kind, "id": source},
        "ahead_s": row.ahead_s,
        "whole_hour": row.whole_hour,
        "state": row.state,
        "words": row.words,
        "incidents": row.incidents,
        "changed": row.changed,
        "since": iso(row.since),
        "proposed_at": iso(row.proposed_at),
        "decided_by": row.decided_by,
        "decided_at": iso_or_none(row.decided_at),
        "reason": row.reason,
    }


def _month(session: Session, town: Town, now: datetime) -> TownMonth:
    row = ObservationRow
    query = (
        select(row)
        .where(town.visible.rows(row), col(row.started_at) >= now - LOOKED_AT)
        .order_by(col(row.started_at).desc())
        .limit(MOST_WORDS)
    )
    bodies: list[str] = []
    since = now
    for found in session.exec(query):
        bodies.append(Observation.model_validate(found.body).model_dump_json())
        since = min(since, found.started_at)
    known = taken_over(session, town)
    return TownMonth(
        tuple(bodies), tuple((device, one.ahead_s, one.whole_hour) for device, one in sorted(known.items())), since
    )


def _of_town(session: Session, town: Town) -> Sequence[ClockOffsetRow]:
    query = select(ClockOffsetRow).where(town.visible.rows(ClockOffsetRow))
    return session.exec(query.order_by(col(ClockOffsetRow.device), col(ClockOffsetRow.id))).all()


def _new(town: Town, device: str, now: datetime) -> ClockOffsetRow:
    return ClockOffsetRow(
        id=str(uuid.uuid4()), city=town.city, scope=town.scope, device=device, ahead_s=0, whole_hour=False, words=0,
        incidents=0, changed=0, since=now, state=ClockState.PROPOSED, proposed_at=now,
    )  # fmt: skip


def _decide(work: Work, row: ClockOffsetRow, state: ClockState, *, by: str, reason: str, now: datetime) -> None:
    row.state = state
    row.decided_by = by
    row.decided_at = now
    row.reason = reason
    work.session.add(row)


def _settle_again(work: Work, row: ClockOffsetRow, now: datetime) -> None:
    """Have what the device said lately settled anew."""
    kind, _, source = row.device.partition(" ")
    said = ObservationRow
    query = select(said.id).where(
        _town(row).visible.rows(said),
        said.source_kind == kind,
        said.source_id == source,
        col(said.started_at) >= now - LOOKED_AT,
    )
    work.session.flush()
    unsettled.mark(work.session, [(one, _town(row)) for one in work.session.exec(query)], now)


def _town(row: ClockOffsetRow) -> Town:
    return Town(City(row.city), Scope(row.scope))


def _is_shown(row: ClockOffsetRow, now: datetime) -> bool:
    return row.state == ClockState.TAKEN_OVER or (row.decided_at is not None and row.decided_at > now - SHOWN_AFTER)


def _require(row: ClockOffsetRow, state: ClockState) -> None:
    if row.state != state:
        raise Conflict(Message("clocks.other_state", state=row.state, wanted=state))


def _needed(reason: str) -> str:
    reason = checked(reason)
    if not reason:
        raise BadInput(Message("settling.needs_reason"))
    return reason
