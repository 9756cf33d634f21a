"""What must always be true of the database, and the check that it is: `vanagas db check`.

1. Every observation is there once (the key is unique) and in at most one incident.
2. Every incident has observations; each is in its list, is linked to it, and has exactly one entry in its timeline.
3. Every timeline counts 1, 2, 3, … without a gap, and starts with `opened`.
4. Every picture that an observation names is in the media store, whole.
5. Every plate that is kept in clear hit a watch list entry, which has a reason and an end and is in the audit trail, as
   is the hit; every other is a keyed hash, and gone when its time has come.
6. Every flight that waits for its start or has flown was scheduled on checks that left nothing in its way.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from incidents.timeline.tables import EntryKind, IncidentObservationRow, IncidentPlaceRow, IncidentRow, TimelineRow
from mission.flights.states import FlightState
from mission.flights.tables import FlightCheckRow, FlightEventRow
from telemetry.audit.tables import AuditRow
from telemetry.clock import Clock
from telemetry.errors import NotFound
from telemetry.observations import Observation
from telemetry.observations.tables import ObservationRow
from telemetry.store import MediaStore, Store
from vision.plates.screening import plate_of
from vision.plates.tables import PlateHitRow, PlateReadRow, WatchEntryRow

SLACK = timedelta(hours=1)
"""How late a plate may be forgotten, since the server looks for them only now and then."""


def violations(store: Store, media: MediaStore, clock: Clock) -> Iterator[str]:
    """Each violation in a sentence that names the row."""
    with store.read() as session:
        if store.engine.dialect.name == "sqlite":
            yield from (f"the database file: {row[0]}" for row in session.execute(text("PRAGMA quick_check"))
                        if row[0] != "ok")  # fmt: skip
        yield from _incidents(session)
        yield from _media(session, media)
        yield from _plates(session, clock)
        yield from _flights(session)


def _incidents(session: Session) -> Iterator[str]:
    linked: dict[str, set[str]] = defaultdict(set)
    for link in session.exec(select(IncidentObservationRow)):
        linked[link.incident_id].add(link.observation_id)
    entries: dict[str, list[TimelineRow]] = defaultdict(list)
    for entry in session.exec(select(TimelineRow).order_by(col(TimelineRow.seq))):
        entries[entry.incident_id].append(entry)
    placed = set(session.exec(select(IncidentPlaceRow.incident_id)))
    for incident in session.exec(select(IncidentRow)):
        place = incident.id if incident.id in placed else None
        yield from _timeline(incident, linked[incident.id], entries[incident.id], place)


def _timeline(incident: IncidentRow, linked: set[str], entries: list[TimelineRow], place: str | None) -> Iterator[str]:
    name = f"incident {incident.id}"
    if incident.lat is not None and place is None:
        yield f"{name} is missing from the index by place; what is seen there next would not find it"
    if not linked:
        yield f"{name} has no observation"
    if linked != set(incident.observation_ids):
        yield f"{name} lists other observations than are linked to it"
    if [entry.seq for entry in entries] != list(range(1, incident.entries + 1)):
        yield f"{name}: its timeline does not count 1..{incident.entries} without a gap"
    if not entries or entries[0].kind != EntryKind.OPENED:
        yield f"{name}: its timeline does not start with its opening"
    told = Counter(entry.observation_id for entry in entries if entry.kind == EntryKind.OBSERVATION)
    for observation_id in linked:
        if told[observation_id] != 1:
            yield f"{name}: observation {observation_id} is in its timeline {told[observation_id]} times, not once"


def _plates(session: Session, clock: Clock) -> Iterator[str]:
    told = set(session.exec(select(AuditRow.subject, AuditRow.action)))
    for entry in session.exec(select(WatchEntryRow)):
        subject = f"watch entry {entry.id}"
        if not entry.reason or entry.expires_at <= entry.added_at:
            yield f"{subject} has no reason or no end"
        if (subject, "watch_plate") not in told or (entry.removed_at and (subject, "unwatch_plate") not in told):
            yield f"{subject} was added or removed without a word in the audit trail"
    hits = {hit.observation_id: hit for hit in session.exec(select(PlateHitRow))}
    for hit in hits.values():
        if (f"watch entry {hit.entry_id}", "plate_hit") not in told:
            yield f"the hit of observation {hit.observation_id} is not in the audit trail"
    for row in session.exec(select(ObservationRow)):
        if row.id not in hits and plate_of(Observation.model_validate(row.body)) is not None:
            yield f"observation {row.id} keeps a plate in clear that nobody looked for"
    overdue = clock.now() - SLACK
    for read in session.exec(select(PlateReadRow).where(col(PlateReadRow.forget_at) < overdue)):
        yield f"the plate of observation {read.observation_id} should be forgotten; the server does it while it runs"


def _flights(session: Session) -> Iterator[str]:
    """Flights of before the checks have none; they are known by having been scheduled before the first check ever."""
    first = session.exec(select(func.min(FlightCheckRow.at))).one()
    query = select(FlightEventRow).where(FlightEventRow.state == FlightState.SCHEDULED).order_by(col(FlightEventRow.id))
    scheduled: dict[str, FlightEventRow] = {}
    for event in session.exec(query):
        scheduled.setdefault(event.flight_id, event)
    for flight_id, event in scheduled.items():
        checks = select(FlightCheckRow.in_the_way).where(
            FlightCheckRow.flight_id == flight_id, col(FlightCheckRow.at) <= event.at
        )
        last = session.exec(checks.order_by(col(FlightCheckRow.id).desc()).limit(1)).first()
        if first is not None and event.at >= first and last != 0:
            why = "no check" if last is None else f"{last} verdicts in its way"
            yield f"flight {flight_id} was scheduled with {why}"


def _media(session: Session, media: MediaStore) -> Iterator[str]:
    for row in session.exec(select(ObservationRow)):
        for named in Observation.model_validate(row.body).media:
            try:
                media.get(named.sha256)
            except NotFound as error:
                yield f"observation {row.id}: {error.message}"
