"""Sources of an incident whose clocks are off, by what is stored of them. Learns as settling does; corrects nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from incidents.grouping.clocks import AT_ONCE, LEAST_OFFSET_S, arrival_offsets
from incidents.grouping.witnesses import device_of
from incidents.timeline.clock_entries import clocks_of
from incidents.timeline.tables import EntryKind, TimelineRow
from telemetry.observations import Observation
from telemetry.observations import repository as observations

LEARNED_FROM = 50
"""Of so many of its last words a device's offset is learned."""


@dataclass(frozen=True)
class DoubtfulClock:
    """A source whose times are not what they say."""

    source_id: str
    ahead_s: float
    """Seconds; negative: behind."""
    corrected: bool
    """Whether the timeline has its times without the offset."""


def doubtful_clocks(session: Session, incident_id: str, seen: Iterable[Observation]) -> list[DoubtfulClock]:
    """The sources of what was `seen` of an incident whose clocks are off by LEAST_OFFSET_S or more, by name."""
    known = clocks_of(session, [incident_id]).get(incident_id, {})
    shown = _shown_at(session, incident_id)
    found: dict[str, DoubtfulClock] = {}
    asked: set[str] = set()
    for one in seen:
        source = one.source.id
        ahead_s = known.get(device_of(one), (one.started_at - shown.get(one.id, one.started_at)).total_seconds())
        if abs(ahead_s) >= LEAST_OFFSET_S:
            found[source] = DoubtfulClock(source, ahead_s, corrected=True)
        elif one.source.kind in AT_ONCE and source not in asked:
            asked.add(source)
            last = observations.last_of_source(session, one, limit=LEARNED_FROM)
            offset = arrival_offsets(last).get(device_of(one))
            if offset is not None:
                found.setdefault(source, DoubtfulClock(source, offset.ahead_s, corrected=False))
    return [found[name] for name in sorted(found)]


def _shown_at(session: Session, incident_id: str) -> dict[str, datetime]:
    """When the timeline says that each observation happened, UTC, by its id."""
    query = select(TimelineRow.observation_id, TimelineRow.happened_at).where(
        TimelineRow.incident_id == incident_id,
        TimelineRow.kind == EntryKind.OBSERVATION,
        col(TimelineRow.observation_id).is_not(None),
    )
    return {observation: at for observation, at in session.exec(query) if observation is not None}
