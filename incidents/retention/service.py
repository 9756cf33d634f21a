"""Forgets observations and their pictures when their time has come. Deletes no file; the caller's work commits.

One in no incident goes altogether. Of one in an incident a shell stays, kind, place and time, so that the incident and
its timeline stay whole; what it said goes, there too.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from incidents.attachments import service as attachments
from incidents.retention.policy import Keep
from incidents.retention.tables import LeavingPictureRow
from incidents.timeline import incident_index, repository
from incidents.timeline.tables import (
    CHAINED_TIMELINE,
    ForgottenRow,
    IncidentObservationRow,
    IncidentRow,
    TimelineRow,
)
from telemetry import chain
from telemetry.access import Principal, Role
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.messages import Message
from telemetry.observations import Observation
from telemetry.observations import repository as observations
from telemetry.observations.tables import CHAINED_OBSERVATIONS, ObservationPictureRow, ObservationRow
from telemetry.observations.values import SIMULATED
from telemetry.scopes import Scope
from telemetry.store import Work
from vision.recording.expiry import Hold
from vision.recording.tables import ClipRow

RULE = "retention"
"""By which a chain says that content went."""
EXAMINED = 500
"""So many at a time."""
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""The review date of what only another event makes due: a shell, and what belongs to an open incident."""


class ScanPosition(NamedTuple):
    """How far the observations with a review date have been looked through, in order of that date."""

    review_at: datetime
    observation_id: str


@dataclass(frozen=True)
class RetentionRules:
    """What decides whether an observation is due."""

    keep_for: Callable[[City, str], Keep]
    """By town and source."""
    holds: Sequence[Hold]
    """What they cover stays."""
    least_age: timedelta
    """What arrived less than so long ago is never due."""
    fingerprint: str
    """Differs when `keep_for` or `least_age` differs; holds do not matter."""


@dataclass(frozen=True)
class Batch:
    """What became of some observations whose review was due."""

    forgotten: int
    reached: ScanPosition | None
    """Where the next batch begins; None for the beginning."""


@dataclass(frozen=True)
class _Judged:
    row: ObservationRow
    seen: Observation | None
    """What is due, with its pictures or as a whole; None when nothing is."""
    incident: IncidentRow | None
    whole: bool
    next_at: datetime
    """UTC: its next review, if it is still there then."""


def has_due(session: Session, rules: RetentionRules, now: datetime, *, after: ScanPosition | None) -> bool:
    """Whether an observation `after` is to be reviewed at `now` (UTC): two reads of an index."""
    return bool(_next(session, rules, now, after, limit=1))


def review(work: Work, rules: RetentionRules, *, now: datetime, after: ScanPosition | None) -> Batch:
    """Forget what is due at `now` (UTC) of the next EXAMINED observations to be reviewed after `after`, with a word in
    each town's and scope's audit trail, and note when the others are reviewed again."""
    rows = _next(work.session, rules, now, after, limit=EXAMINED)
    with_date = [ScanPosition(row.review_at, row.id) for row in rows if row.review_at is not None]
    judged = _judge(work.session, rows, rules, now)
    done: defaultdict[tuple[City, Scope], Counter[str]] = defaultdict(Counter)
    for one in judged:
        if one.seen is not None:
            place = City(one.row.city), Scope(one.row.scope)
            _forget(work, one, one.seen, done[place], now)
    observations.set_reviews(work.session, {one.row.id: one.next_at for one in judged})
    for (city, scope), counted in done.items():
        by = Principal("retention", Role.DEVICE, city, scope)
        pictures = counted["pictures"]
        detail = Message("incidents.forgotten", pictures=pictures, observations=counted["observations"])
        audit.record(work.session, by, "forget", f"observations of {city}", city=city, at=now, detail=detail)
    return Batch(sum(one.seen is not None for one in judged), with_date[-1] if with_date else after)


def _next(
    session: Session, rules: RetentionRules, now: datetime, after: ScanPosition | None, *, limit: int
) -> Sequence[ObservationRow]:
    """Those whose review date has come, then those without one that are old enough for any rule."""
    order = col(ObservationRow.review_at), col(ObservationRow.id)
    dated = select(ObservationRow).where(col(ObservationRow.review_at) <= now).order_by(*order).limit(limit)
    if after is not None:
        dated = dated.where(col(ObservationRow.review_at) >= after.review_at, tuple_(*order) > after)
    undated = (
        select(ObservationRow)
        .where(col(ObservationRow.review_at).is_(None), ObservationRow.received_at <= now - rules.least_age)
        .order_by(col(ObservationRow.received_at))
        .limit(limit)
    )
    return session.exec(dated).all() or session.exec(undated).all()


def review_anew(session: Session) -> bool:
    """Take the dates of review from some of the observations that have one; whether there may be more of them."""
    return observations.clear_reviews(session, before=NEVER, limit=10 * EXAMINED) > 0


def leaving(session: Session) -> set[str]:
    """The SHA-256 of pictures whose files may go: nothing names them any more."""
    named = select(ObservationPictureRow.sha256).where(ObservationPictureRow.sha256 == LeavingPictureRow.sha256)
    going = set(session.exec(select(LeavingPictureRow.sha256).where(~named.exists())))
    if going:
        for manifest in session.exec(select(ClipRow.manifest)):
            going -= {file["sha256"] for file in manifest.get("files", [])}
        going -= attachments.named(session, sorted(going))
    return going


def left(work: Work, gone: Iterable[str]) -> None:
    """The files of these pictures are deleted."""
    for sha256 in gone:
        row = work.session.get(LeavingPictureRow, sha256)
        if row is not None:
            work.session.delete(row)


def _judge(session: Session, rows: Sequence[ObservationRow], rules: RetentionRules, now: datetime) -> list[_Judged]:
    ids = [row.id for row in rows]
    query = (
        select(IncidentObservationRow.observation_id, IncidentRow)
        .join(IncidentRow, col(IncidentRow.id) == IncidentObservationRow.incident_id)
        .where(col(IncidentObservationRow.observation_id).in_(ids))
    )
    incidents = dict(session.exec(query).all())
    shells = set(session.exec(select(ForgottenRow.observation_id).where(col(ForgottenRow.observation_id).in_(ids))))
    return [
        _Judged(row, None, None, whole=False, next_at=NEVER)
        if row.id in shells
        else _judge_one(row, incidents.get(row.id), rules, now)
        for row in rows
    ]


def _judge_one(row: ObservationRow, incident: IncidentRow | None, rules: RetentionRules, now: datetime) -> _Judged:
    if incident is not None and incident.closed_at is None:
        return _Judged(row, None, incident, whole=False, next_at=NEVER)
    closed = None
    if incident is not None:
        closed = incident.closed_at
    keep = rules.keep_for(City(row.city), row.source_id)
    whole_at = keep.whole_until(row.received_at, closed)
    first_at = whole_at
    if row.body["media"]:
        first_at = keep.pictures_until(row.received_at, closed)
    if first_at > now:
        return _Judged(row, None, incident, whole=False, next_at=first_at)
    seen = Observation.model_validate(row.body)
    if any(hold.meets(seen.source.id, seen.started_at, seen.ended_at or seen.started_at) for hold in rules.holds):
        return _Judged(row, None, incident, whole=False, next_at=row.review_at or now)
    whole = whole_at <= now
    return _Judged(row, seen, incident, whole, next_at=NEVER if whole else whole_at)


def _forget(work: Work, one: _Judged, seen: Observation, counted: Counter[str], now: datetime) -> None:
    for medium in seen.media:
        work.session.merge(LeavingPictureRow(sha256=medium.sha256))
    counted["pictures"] += len(seen.media)
    if not one.whole:
        observations.update(work.session, [seen.model_copy(update={"media": ()})], at=now, rule=RULE)
        return
    counted["observations"] += 1
    if one.incident is None:
        work.session.delete(one.row)
        chain.append_gone(work.session, one.row.city, CHAINED_OBSERVATIONS, (one.row.id,), at=now, rule=RULE)
    else:
        _empty(work, seen, one.incident, now)


def _empty(work: Work, seen: Observation, incident: IncidentRow, now: datetime) -> None:
    """Leave a shell of the observation, and take what it said out of its incident."""
    attributes = {SIMULATED: True} if seen.simulated else {}
    update = {"summary": "", "message": None, "attributes": attributes, "footprint": None, "media": (), "scores": {}}
    observations.update(work.session, [seen.model_copy(update=update)], at=now, rule=RULE)
    work.session.add(ForgottenRow(observation_id=seen.id, at=now))
    work.session.flush()  # the timeline lets go only of what is forgotten
    for entry in work.session.exec(select(TimelineRow).where(TimelineRow.observation_id == seen.id)):
        entry.text = ""
        entry.message = None
        entry.why = []
        work.session.add(entry)
        chain.append(work.session, incident.city, CHAINED_TIMELINE, entry, at=now, rule=RULE)
    incident.identities = [name for name in incident.identities if name != seen.attributes.get("identity")]
    work.session.add(incident)
    incident_index.update(work.session, [repository.incident_of(incident)])
