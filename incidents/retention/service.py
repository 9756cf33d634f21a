"""Forgets observations and their pictures when their time has come. Deletes no file; the caller's work commits.

One in no incident goes altogether. Of one in an incident a shell stays, kind, place and time, so that the incident and
its timeline stay whole; what it said goes, there too.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from incidents.retention.policy import Keep
from incidents.retention.tables import ForgottenRow, LeavingPictureRow
from incidents.timeline import places, repository
from incidents.timeline.tables import IncidentObservationRow, IncidentRow, TimelineRow
from telemetry.access import Principal, Role
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.observations import Observation
from telemetry.observations import repository as observations
from telemetry.observations.tables import ObservationRow
from telemetry.store import Work
from vision.recording.keeping import Hold
from vision.recording.tables import ClipRow

EXAMINED = 500
"""So many at a time."""


class Reached(NamedTuple):
    """How far the observations have been looked through, in order of arrival."""

    arrived: datetime
    observation_id: str


@dataclass(frozen=True)
class RetentionRules:
    """What decides whether an observation is due."""

    keep_for: Callable[[City, str], Keep]
    """By town and source."""
    holds: Sequence[Hold]
    """What they cover stays."""


@dataclass(frozen=True)
class _Judged:
    row: ObservationRow
    seen: Observation
    incident: IncidentRow | None
    whole: bool


def due(
    session: Session, rules: RetentionRules, now: datetime, *, after: Reached | None
) -> tuple[list[str], Reached | None]:
    """The ids of those that are due at `now` (UTC) among the next EXAMINED `after`, and how far that reached; None at
    the end."""
    query = select(ObservationRow).where(col(ObservationRow.id).not_in(select(ForgottenRow.observation_id)))
    order = col(ObservationRow.received_at), col(ObservationRow.id)
    if after is not None:
        query = query.where(tuple_(*order) > after)
    rows = session.exec(query.where(ObservationRow.received_at <= now).order_by(*order).limit(EXAMINED)).all()
    reached = Reached(rows[-1].received_at, rows[-1].id) if len(rows) == EXAMINED else None
    return [one.row.id for one in _judge(session, rows, rules, now)], reached


def forget(work: Work, ids: Collection[str], rules: RetentionRules, *, now: datetime) -> int:
    """Forget of `ids` what is due at `now` (UTC), with a word in each town's audit trail; how many there were."""
    rows = work.session.exec(select(ObservationRow).where(col(ObservationRow.id).in_(ids))).all()
    judged = _judge(work.session, rows, rules, now)
    done: dict[str, Counter[str]] = {}
    for one in judged:
        for medium in one.seen.media:
            work.session.merge(LeavingPictureRow(sha256=medium.sha256))
        counted = done.setdefault(one.row.city, Counter())
        counted["pictures"] += len(one.seen.media)
        if not one.whole:
            observations.update(work.session, [one.seen.model_copy(update={"media": ()})])
        elif one.incident is None:
            counted["observations"] += 1
            work.session.delete(one.row)
        else:
            counted["observations"] += 1
            _empty(work, one.seen, one.incident, now)
    for city, counted in done.items():
        by = Principal("retention", Role.DEVICE, City(city))
        detail = f"past their time: {counted['pictures']} pictures, {counted['observations']} observations"
        audit.record(work.session, by, "forget", f"observations of {city}", city=City(city), at=now, detail=detail)
    return len(judged)


def leaving(session: Session) -> set[str]:
    """The SHA-256 of pictures whose files may go: nothing names them any more."""
    going = set(session.exec(select(LeavingPictureRow.sha256)))
    if going:
        for body in session.exec(select(ObservationRow.body).execution_options(yield_per=EXAMINED)):
            going -= {medium["sha256"] for medium in body["media"]}
        for manifest in session.exec(select(ClipRow.manifest)):
            going -= {file["sha256"] for file in manifest.get("files", [])}
    return going


def left(work: Work, gone: Iterable[str]) -> None:
    """The files of these pictures are deleted."""
    for sha256 in gone:
        row = work.session.get(LeavingPictureRow, sha256)
        if row is not None:
            work.session.delete(row)


def _judge(session: Session, rows: Sequence[ObservationRow], rules: RetentionRules, now: datetime) -> list[_Judged]:
    """Those of `rows` that are due, as a whole or with their pictures."""
    query = (
        select(IncidentObservationRow.observation_id, IncidentRow)
        .join(IncidentRow, col(IncidentRow.id) == IncidentObservationRow.incident_id)
        .where(col(IncidentObservationRow.observation_id).in_([row.id for row in rows]))
    )
    incidents = dict(session.exec(query).all())
    found = []
    for row in rows:
        incident = incidents.get(row.id)
        if incident is not None and incident.closed_at is None:
            continue
        seen = Observation.model_validate(row.body)
        if any(hold.meets(seen.source.id, seen.started_at, seen.ended_at or seen.started_at) for hold in rules.holds):
            continue
        keep = rules.keep_for(seen.city, seen.source.id)
        closed = None if incident is None else incident.closed_at
        whole = keep.whole_until(row.received_at, closed) <= now
        pictures = bool(seen.media) and keep.pictures_until(row.received_at, closed) <= now
        if whole or pictures:
            found.append(_Judged(row, seen, incident, whole))
    return found


def _empty(work: Work, seen: Observation, incident: IncidentRow, now: datetime) -> None:
    """Leave a shell of the observation, and take what it said out of its incident."""
    attributes = {"simulated": True} if seen.simulated else {}
    update = {"summary": "", "attributes": attributes, "footprint": None, "media": (), "scores": {}}
    observations.update(work.session, [seen.model_copy(update=update)])
    work.session.add(ForgottenRow(observation_id=seen.id, at=now))
    work.session.flush()  # the timeline lets go only of what is forgotten
    for entry in work.session.exec(select(TimelineRow).where(TimelineRow.observation_id == seen.id)):
        entry.text, entry.why = "", []
        work.session.add(entry)
    incident.identities = [name for name in incident.identities if name != seen.attributes.get("identity")]
    work.session.add(incident)
    places.update(work.session, [repository.incident_of(incident)])
