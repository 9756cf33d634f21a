"""Counts and response times of the incidents that began in a time, by category, town and hour of the day."""

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from incidents.merging import State
from incidents.statistics.response import ResponseTimes, response_times
from incidents.timeline.tables import IncidentRow
from telemetry.cities import City
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.visibility import Visibility

LONGEST = timedelta(days=366)
HOURS = 24
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class CountedIncident:
    """What is counted of one incident."""

    city: City
    category: str
    state: State
    began: datetime
    """UTC."""
    times: ResponseTimes

    @property
    def hour(self) -> int:
        """Of the day on the town's clock."""
        return self.began.astimezone(self.city.facts.zone).hour


@dataclass(frozen=True)
class DelaySpread:
    """How long something took from the first word on, over the incidents of which it is known."""

    known: int
    median_s: float | None
    p90_s: float | None
    """Nine of ten took no longer."""

    @classmethod
    def of(cls, seconds: Iterable[float]) -> "DelaySpread":
        """The spread of some delays; of none nothing is known."""
        ordered = sorted(seconds)
        if not ordered:
            return cls(0, None, None)
        return cls(len(ordered), _nearest_rank(ordered, 0.5), _nearest_rank(ordered, 0.9))


def counted(session: Session, visible: Visibility, since: datetime, until: datetime) -> list[CountedIncident]:
    """The incidents of `visible` that began from `since` on and before `until`. Raises BadInput for a time that is
    empty or longer than a year."""
    if since >= until:
        raise BadInput(Message("requests.nothing_between"))
    if until - since > LONGEST:
        raise BadInput(Message("statistics.too_long", days=LONGEST.days))
    query = select(IncidentRow).where(
        visible.rows(IncidentRow),
        col(IncidentRow.state).in_([state for state in State if state is not State.MERGED]),
        IncidentRow.last_at >= since,
        IncidentRow.first_at >= since,
        IncidentRow.first_at < until,
    )
    rows = session.exec(query).all()
    times = response_times(session, [row.id for row in rows])
    return [
        CountedIncident(City(row.city), row.category, State(row.state), row.first_at, times[row.id])
        for row in rows
        if row.id in times
    ]


def summary(incidents: Sequence[CountedIncident]) -> dict[str, Any]:
    """How many they are and how quickly something was done. JSON-ready; seconds from the first word on."""
    return {
        "incidents": len(incidents),
        "open": sum(one.state.open for one in incidents),
        "false_alarms": sum(one.state is State.FALSE_ALARM for one in incidents),
        "decided": _spread(incidents, lambda times: times.decided),
        "on_the_way": _spread(incidents, lambda times: times.on_the_way),
        "there": _spread(incidents, lambda times: times.there),
        "seen": _spread(incidents, lambda times: times.seen),
        "closed": _spread(incidents, lambda times: times.closed),
    }


def grouped(incidents: Iterable[CountedIncident], key: Callable[[CountedIncident], Key]) -> dict[Key, dict[str, Any]]:
    """The summary of the incidents of each group, the largest group first."""
    groups: defaultdict[Key, list[CountedIncident]] = defaultdict(list)
    for one in incidents:
        groups[key(one)].append(one)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), str(group[0])))
    return {name: summary(group) for name, group in ordered}


def statistics(incidents: Sequence[CountedIncident]) -> dict[str, Any]:
    """All of them, by category, by town and by hour. JSON-ready."""
    by_hour = grouped(incidents, lambda one: one.hour)
    return {
        "all": summary(incidents),
        "by_category": [
            {"category": name, **said} for name, said in grouped(incidents, lambda one: one.category).items()
        ],
        "by_town": [{"city": name, **said} for name, said in grouped(incidents, lambda one: one.city).items()],
        "by_hour": [{"hour": hour, **by_hour.get(hour, summary([]))} for hour in range(HOURS)],
    }


def _spread(incidents: Iterable[CountedIncident], end: Callable[[ResponseTimes], datetime | None]) -> dict[str, Any]:
    ends = [(one.times.told, end(one.times)) for one in incidents]
    spread = DelaySpread.of(max(0.0, (at - told).total_seconds()) for told, at in ends if at is not None)
    return {"known": spread.known, "median_s": spread.median_s, "p90_s": spread.p90_s}


def _nearest_rank(ordered: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of them do not exceed (Hyndman and Fan 1996, definition 1)."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
