"""A database with a history of so many observations, for the benchmark of what must not grow with it.

A thousand observations a day, three fifths of them in incidents of three; some hundred incidents are open however long
the history is. Rows are written as acceptance writes them, without merging, since that would take hours.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy
from sqlmodel import SQLModel

from benchmarks._stored_town import OPENING, town_place
from incidents.merging import Incident, State, default_rules
from incidents.merging.incident import incident_id_of
from incidents.timeline import incident_index, repository
from incidents.timeline.tables import EntryKind
from telemetry.observations import Observation, Source, SourceKind
from telemetry.observations import repository as observations
from telemetry.observations.occurrences import Stored
from telemetry.scopes import LIVE
from telemetry.store import Store, Work

A_DAY = 1_000
"""Observations."""
OF_AN_INCIDENT = 3
STILL_OPEN = 300
"""Of the newest incidents."""
INCIDENTS_A_BATCH = 2_000
SENDER = "(server)"
_LINKS = SQLModel.metadata.tables["incident_observations"]
_TIMELINE = SQLModel.metadata.tables["timeline"]


def fill_history(store: Store, *, stored: int, now: datetime) -> None:
    """Store `stored` observations that arrived evenly until `now`, with their incidents and timelines."""
    rnd = random.Random(11)
    if store.is_file:
        with store.engine.connect() as connection:  # the same that is given out for writing next
            connection.exec_driver_sql("PRAGMA cache_size=-500000")  # KiB; rows come in order of no index
    step = timedelta(days=1) / A_DAY
    incidents = stored // 5
    for begins in range(0, incidents, INCIDENTS_A_BATCH):
        ends = min(begins + INCIDENTS_A_BATCH, incidents)
        # Of five observations three are of an incident and two pass by.
        batch = [
            (_seen(rnd, number, now - (stored - 5 * number) * step, step), number >= incidents - STILL_OPEN)
            for number in range(begins, ends)
        ]
        with store.write() as work:
            _write(work, batch)
    with store.engine.connect() as connection:
        connection.execute(sqlalchemy.text("ANALYZE"))
        connection.commit()


def _seen(rnd: random.Random, number: int, at: datetime, step: timedelta) -> list[Observation]:
    """Five observations from `at` on: three of one thing, then two that pass by."""
    city, pin = town_place(rnd, rnd.choice([8.0, 15.0, 70.0]))
    category = rnd.choice(OPENING)
    found = []
    for part in range(5):
        moment = at + part * step
        found.append(
            Observation(
                city=city,
                source=Source(kind=SourceKind.FIXED_CAMERA, id=f"cam-{rnd.randrange(200)}"),
                source_ref=f"{number}-{part}",
                category=category if part < OF_AN_INCIDENT else "vehicle_seen",
                started_at=moment,
                received_at=moment,
                position=pin,
                confidence=0.8,
                summary="seen by a camera",
                attributes={"label": "thing", "zones": ["yard"]},
            )
        )
    return found


def _write(work: Work, batch: Sequence[tuple[list[Observation], bool]]) -> None:
    session = work.session
    observations.insert(session, [(SENDER, Stored(one, 1)) for seen, _ in batch for one in seen])
    made = [(_incident(seen[:OF_AN_INCIDENT], is_open), seen[:OF_AN_INCIDENT]) for seen, is_open in batch]
    repository.insert(session, [(incident, OF_AN_INCIDENT + 1) for incident, _ in made])
    incident_index.insert(session, [incident for incident, _ in made])
    links = [{"observation_id": one.id, "incident_id": incident.id} for incident, seen in made for one in seen]
    session.connection().execute(_LINKS.insert(), links)
    session.connection().execute(_TIMELINE.insert(), [entry for one, seen in made for entry in _timeline(one, seen)])


def _incident(seen: Sequence[Observation], is_open: bool) -> Incident:
    first = seen[0]
    rule = default_rules()[first.category]
    last_at = seen[-1].started_at
    return Incident(
        id=incident_id_of(first.id),
        city=first.city,
        category=first.category,
        title=rule.title,
        severity=rule.severity,
        scope=LIVE,
        first_at=first.started_at,
        last_at=last_at,
        position=first.position,
        identities=frozenset(),
        sources=(first.source.kind,),
        observation_ids=tuple(one.id for one in seen),
        state=State.NEW if is_open else State.RESOLVED,
        closed_at=None if is_open else last_at,
    )


def _timeline(incident: Incident, seen: Sequence[Observation]) -> Iterator[dict[str, Any]]:
    yield _entry(incident, 1, EntryKind.OPENED, f"Opened: {incident.title}", incident.first_at, None)
    for number, one in enumerate(seen, start=2):
        yield _entry(incident, number, EntryKind.OBSERVATION, one.summary, one.started_at, one.id)


def _entry(
    incident: Incident, seq: int, kind: EntryKind, text: str, at: datetime, observation_id: str | None
) -> dict[str, Any]:
    return {
        "incident_id": incident.id,
        "seq": seq,
        "at": at,
        "happened_at": at,
        "who": "merging" if observation_id is None else "fixed camera",
        "kind": kind,
        "text": text,
        "why": [],
        "observation_id": observation_id,
    }
