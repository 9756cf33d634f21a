"""What must always be true of the database, and the check that it is: `vanagas db check`.

1. Every observation is there once (the key is unique) and in at most one incident.
2. Every incident has observations; each is in its list, is linked to it, and has exactly one entry in its timeline.
3. Every timeline counts 1, 2, 3, … without a gap, and starts with `opened`.
4. Every picture that an observation names is in the media store, whole, and in the table of who names which picture.
5. Every plate that is kept in clear hit a watch list entry, which has a reason and an end and is in the audit trail, as
   is the hit; every other is a keyed hash, and gone when its time has come.
6. The counts of incidents and observations are the true ones.
7. Every flight that waits for its start or has flown was scheduled on checks that left nothing in its way.

A check that found all of them kept is remembered with how far it came, so that the next one reads only what came or
changed since. No more than a batch of rows is in memory at a time.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import Row, Select, func, text
from sqlmodel import Session, col, select

from incidents.timeline.tables import (
    EntryKind,
    IncidentCountRow,
    IncidentObservationRow,
    IncidentPlaceRow,
    IncidentRow,
    TimelineRow,
)
from mission.flights.states import FlightState
from mission.flights.tables import FlightCheckRow, FlightEventRow
from telemetry.audit.tables import AuditRow
from telemetry.cities import City
from telemetry.clock import Clock
from telemetry.errors import NotFound
from telemetry.fulltext import SearchDocumentRow
from telemetry.messages import Message
from telemetry.observations import repository as observation_repository
from telemetry.observations.tables import ObservationPictureRow, ObservationRow
from telemetry.observations.values import SourceKind
from telemetry.scopes import Scope
from telemetry.store import MediaStore, Store
from telemetry.store.tables import get_state, put_state
from telemetry.visibility import Visibility
from vision.plates.screening import plate_in
from vision.plates.tables import PlateHitRow, PlateReadRow, WatchEntryRow

SLACK = timedelta(hours=1)
"""How late a plate may be forgotten, since the server looks for them only now and then; and how much later than others
with a later time of arrival an observation may be committed."""
BATCH = 500
INVARIANTS = 4
"""To be raised when an invariant is added: then the next check looks at everything again."""
CHECKED = "checked"
"""Under this name the database keeps how far it was checked."""
TOLD_OF_PLATES = ("watch_plate", "unwatch_plate", "plate_hit")


class Checked(BaseModel):
    """How far the database was checked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    invariants: int = INVARIANTS
    at: AwareDatetime
    """When, UTC."""
    arrived: AwareDatetime
    """Observations that arrived by then (UTC)."""
    timeline: int
    """Entries up to this id, as the next two."""
    audit: int
    flight_events: int


def checked_before(store: Store) -> Checked | None:
    """How far the last check came that found nothing; None when there is none, or fewer invariants were checked."""
    with store.read() as session:
        kept = get_state(session, CHECKED)
    if kept is None or kept["invariants"] != INVARIANTS:
        return None
    return Checked.model_validate(kept)


def check(store: Store, media: MediaStore, clock: Clock, *, since: Checked | None) -> Iterator[Message]:
    """As `violations`; once it is through and there were none, that is remembered."""
    reached = _present(store, clock)
    sound = True
    for violation in violations(store, media, clock, since=since):
        sound = False
        yield violation
    if sound:
        with store.write() as work:
            put_state(work.session, CHECKED, reached.model_dump(mode="json"))


def violations(store: Store, media: MediaStore, clock: Clock, *, since: Checked | None = None) -> Iterator[Message]:
    """Each violation in a sentence that names the row; with `since` only in what came or changed after that check."""
    with store.read() as session:
        if since is None and store.is_file:
            for row in session.execute(text("PRAGMA quick_check")):
                if row[0] != "ok":
                    yield Message("invariants.file", fault=row[0])
        for incidents in _incidents(session, since):
            yield from _timelines(session, incidents)
        for observations in _observations(session, since):
            yield from _pictures(session, observations, media)
            yield from _plates(session, observations)
            yield from _search(session, observations)
        if since is None:
            yield from _counts(session)
        yield from _watch_list(session, since)
        yield from _overdue(session, clock)
        yield from _flights(session, since)


def _present(store: Store, clock: Clock) -> Checked:
    """Everything that is there now."""
    now = clock.now()
    with store.read() as session:
        arrived = session.exec(select(func.max(ObservationRow.received_at))).one() or now
        timeline, audit, events = (
            session.exec(select(func.max(table.id))).one() or 0 for table in (TimelineRow, AuditRow, FlightEventRow)
        )
    return Checked(at=now, arrived=min(arrived, now), timeline=timeline, audit=audit, flight_events=events)


def _incidents(session: Session, since: Checked | None) -> Iterator[Collection[str]]:
    """The ids of those that came or changed, in batches."""
    if since is None:
        yield from _batches(session, select(IncidentRow.id))
        return
    yield from _batches(session, select(TimelineRow.incident_id).where(col(TimelineRow.id) > since.timeline))
    linked = select(IncidentObservationRow.incident_id).join(
        ObservationRow, col(ObservationRow.id) == IncidentObservationRow.observation_id
    )
    yield from _batches(session, linked.where(ObservationRow.received_at > since.arrived - SLACK))


def _batches(session: Session, ids: Select[Any]) -> Iterator[Collection[str]]:
    rows = session.execute(ids, execution_options={"yield_per": BATCH})
    for batch in rows.scalars().partitions():
        yield set(batch)


def _timelines(session: Session, incidents: Collection[str]) -> Iterator[Message]:
    links = IncidentObservationRow
    placed = IncidentPlaceRow.incident_id
    entry = TimelineRow
    linked: dict[str, set[str]] = defaultdict(set)
    for incident_id, seen in session.exec(
        select(links.incident_id, links.observation_id).where(col(links.incident_id).in_(incidents))
    ):
        linked[incident_id].add(seen)
    told: dict[str, list[tuple[int, str, str | None]]] = defaultdict(list)
    columns = select(entry.incident_id, entry.seq, entry.kind, entry.observation_id)
    columns = columns.where(col(entry.incident_id).in_(incidents)).order_by(col(entry.seq))
    for incident_id, seq, kind, seen_id in session.exec(columns):
        told[incident_id].append((seq, kind, seen_id))
    with_place = set(session.exec(select(placed).where(col(placed).in_(incidents))))
    emptied = select(IncidentRow.id, IncidentRow.merged_into).where(col(IncidentRow.merged_into).is_not(None))
    leads_to = dict(session.exec(emptied.where(col(IncidentRow.id).in_(incidents))).all())
    there = set(session.exec(select(IncidentRow.id).where(col(IncidentRow.id).in_(leads_to.values()))))
    kept = select(IncidentRow.id, IncidentRow.lat, IncidentRow.entries, IncidentRow.observation_ids)
    for incident_id, lat, entries, listed in session.exec(kept.where(col(IncidentRow.id).in_(incidents))):
        if incident_id in leads_to:
            if leads_to[incident_id] not in there or linked[incident_id]:
                yield Message("invariants.leads_nowhere", incident=incident_id)
            continue
        if lat is not None and incident_id not in with_place:
            yield Message("invariants.no_place", incident=incident_id)
        if linked[incident_id] != set(listed):
            yield Message("invariants.other_observations", incident=incident_id)
        yield from _timeline(incident_id, linked[incident_id], entries, told[incident_id])


def _timeline(
    incident_id: str, linked: Collection[str], entries: int, told: Sequence[tuple[int, str, str | None]]
) -> Iterator[Message]:
    """`told`: number, kind and observation of each entry, in order."""
    if not linked:
        yield Message("invariants.no_observation", incident=incident_id)
    if [seq for seq, _, _ in told] != list(range(1, entries + 1)):
        yield Message("invariants.gap", incident=incident_id, entries=entries)
    if not told or told[0][1] != EntryKind.OPENED:
        yield Message("invariants.no_opening", incident=incident_id)
    times = Counter(seen for _, kind, seen in told if kind == EntryKind.OBSERVATION)
    for observation_id in linked:
        if times[observation_id] != 1:
            told_of = {"incident": incident_id, "observation": observation_id, "count": times[observation_id]}
            yield Message("invariants.not_once", **told_of)


def _observations(session: Session, since: Checked | None) -> Iterator[Sequence[Row[Any]]]:
    """Id, kind of source, category and body of those that came or grew, in batches."""
    row = ObservationRow
    columns: Any = select(row.id, row.source_kind, row.category, row.body)
    queries = [columns]
    if since is not None:
        grown = select(TimelineRow.observation_id).where(
            col(TimelineRow.id) > since.timeline, TimelineRow.kind == EntryKind.AMENDED
        )
        queries = [columns.where(row.received_at > since.arrived - SLACK), columns.where(col(row.id).in_(grown))]
    for query in queries:
        yield from session.execute(query, execution_options={"yield_per": BATCH}).partitions()


def _pictures(session: Session, observations: Sequence[Row[Any]], media: MediaStore) -> Iterator[Message]:
    picture = ObservationPictureRow
    tabled: dict[str, set[str]] = defaultdict(set)
    ids = [row.id for row in observations]
    for observation_id, sha256 in session.exec(
        select(picture.observation_id, picture.sha256).where(col(picture.observation_id).in_(ids))
    ):
        tabled[observation_id].add(sha256)
    for row in observations:
        named = {medium["sha256"] for medium in row.body["media"]}
        if named != tabled.get(row.id, set()):
            yield Message("invariants.other_pictures", observation=row.id)
        for sha256 in sorted(named):
            try:
                media.get(sha256)
            except NotFound as error:
                yield Message("invariants.picture", observation=row.id, fault=error.told)


def _plates(session: Session, observations: Sequence[Row[Any]]) -> Iterator[Message]:
    clear = [
        row.id
        for row in observations
        if plate_in(SourceKind(row.source_kind), row.category, row.body["attributes"]) is not None
    ]
    hits = session.exec(select(PlateHitRow.observation_id).where(col(PlateHitRow.observation_id).in_(clear))).all()
    for observation_id in sorted(set(clear) - set(hits)):
        yield Message("invariants.plate_in_clear", observation=observation_id)


def _search(session: Session, observations: Sequence[Row[Any]]) -> Iterator[Message]:
    """Each can be found."""
    ids = [row.id for row in observations]
    of = SearchDocumentRow.observation_id
    there = set(session.exec(select(of).where(col(of).in_(ids))))
    for observation_id in sorted(set(ids) - there):
        yield Message("invariants.not_searchable", observation=observation_id)


def _counts(session: Session) -> Iterator[Message]:
    kept = {
        (row.city, row.scope, row.state, row.category, row.title): row.rows
        for row in session.exec(select(IncidentCountRow).where(IncidentCountRow.rows != 0))
    }
    key = (IncidentRow.city, IncidentRow.scope, IncidentRow.state, IncidentRow.category, IncidentRow.title)
    counted: Any = select(*key, func.count()).group_by(*key)  # type: ignore[call-overload]  # knows of four columns
    there = {tuple(of): rows for *of, rows in session.execute(counted)}
    if kept != there:
        yield Message("invariants.incident_counts")
    place = ObservationRow.city, ObservationRow.scope
    for city, scope, rows in session.exec(select(*place, func.count()).group_by(*place)):
        if rows != observation_repository.count(session, Visibility(frozenset({City(city)}), Scope(scope))):
            yield Message("invariants.observation_count", city=city)


def _watch_list(session: Session, since: Checked | None) -> Iterator[Message]:
    """Entries and hits with their words in the audit trail, which are written in the same unit of work."""
    words = select(AuditRow.subject, AuditRow.action).where(col(AuditRow.action).in_(TOLD_OF_PLATES))
    hits = select(PlateHitRow.observation_id, PlateHitRow.entry_id)
    if since is not None:
        words = words.where(col(AuditRow.id) > since.audit)
        arrived = select(ObservationRow.id).where(ObservationRow.received_at > since.arrived)
        hits = hits.where(col(PlateHitRow.observation_id).in_(arrived))
    told = set(session.exec(words))
    for entry in session.exec(select(WatchEntryRow)):
        subject = f"watch entry {entry.id}"
        if not entry.reason or entry.expires_at <= entry.added_at:
            yield Message("invariants.watch_without_reason", entry=entry.id)
        added = (since is None or entry.added_at > since.at) and (subject, "watch_plate") not in told
        removed = entry.removed_at is not None and (since is None or entry.removed_at > since.at)
        if added or (removed and (subject, "unwatch_plate") not in told):
            yield Message("invariants.watch_not_told", entry=entry.id)
    for observation_id, entry_id in session.exec(hits):
        if (f"watch entry {entry_id}", "plate_hit") not in told:
            yield Message("invariants.hit_not_told", observation=observation_id)


def _overdue(session: Session, clock: Clock) -> Iterator[Message]:
    overdue = clock.now() - SLACK
    for read in session.exec(select(PlateReadRow.observation_id).where(col(PlateReadRow.forget_at) < overdue)):
        yield Message("invariants.plate_overdue", observation=read)


def _flights(session: Session, since: Checked | None) -> Iterator[Message]:
    """Flights of before the checks have none; they are known by having been scheduled before the first check ever."""
    query = select(FlightEventRow).where(FlightEventRow.state == FlightState.SCHEDULED).order_by(col(FlightEventRow.id))
    if since is not None:
        query = query.where(col(FlightEventRow.id) > since.flight_events)
    first = session.exec(select(func.min(FlightCheckRow.at))).one()
    scheduled: dict[str, FlightEventRow] = {}
    for event in session.exec(query):
        scheduled.setdefault(event.flight_id, event)
    for flight_id, event in scheduled.items():
        checks = select(FlightCheckRow.in_the_way).where(
            FlightCheckRow.flight_id == flight_id, col(FlightCheckRow.at) <= event.at
        )
        last = session.exec(checks.order_by(col(FlightCheckRow.id).desc()).limit(1)).first()
        if first is not None and event.at >= first and last != 0:
            if last is None:
                yield Message("invariants.flight_unchecked", flight=flight_id)
            else:
                yield Message("invariants.flight_in_spite_of", flight=flight_id, count=last)
