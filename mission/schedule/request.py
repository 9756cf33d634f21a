"""What a schedule is asked for: units, people, zones, weather, and what has been promised. Solves nothing.

`vanagas schedule REQUEST.json` reads one `ScheduleRequest`; `vanagas schedule --schema` prints its JSON schema. Times
are UTC with a zone written out; a zone's windows may also be given in the town's own time. Minutes are decimal.

**Cost.** A visit that begins after it was due costs its zone's priority for each minute. A visit that does not happen
costs as if it had begun `unserved_as_late_min` after the last moment at which it could have. A confirmed start that is
moved costs its zone's priority for each of `move_price_min`. The answer is the cheapest; among equals, the one that
travels least.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mission.zones.attention import Attention, TimeWindow, Weekday
from telemetry.cities import City
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.observations.values import UtcTime
from telemetry.positions import Position
from telemetry.strict_json import parse_json
from telemetry.units.kinds import UnitKind
from telemetry.validation import explain

LARGEST_FILE = 20_000_000
"""Bytes."""
MOST_ZONES = 1_000
MOST_UNITS = 200
MOST_PEOPLE = 500
LONGEST = timedelta(days=8)

Id = Annotated[str, Field(min_length=1, max_length=120)]
Minutes = Annotated[float, Field(ge=0, le=7 * 24 * 60, allow_inf_nan=False)]
Skills = frozenset[Annotated[str, Field(min_length=1, max_length=60)]]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class ScheduleSpan(_Part):
    """A stretch of time."""

    begins: UtcTime
    ends: UtcTime


class ScheduleBattery(_Part):
    """How long a drone stays in the air. Each shift begins with a full battery."""

    endurance_min: Annotated[float, Field(gt=0, le=24 * 60, allow_inf_nan=False)] = 30.0
    """Minutes in the air on a full battery."""
    reserve: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)] = 0.25
    """Fraction that must be left at landing."""
    swap_min: Minutes = 5.0
    """On the ground at its base between two sorties, for a swap or a recharge."""

    @property
    def usable_s(self) -> int:
        """Seconds in the air that leave the reserve untouched."""
        return int(self.endurance_min * 60 * (1 - self.reserve) + 1e-6)


class Unit(_Part):
    """A drone, a tower or a body camera. What is left out comes from its kind (`mission/schedule/travel.py`)."""

    id: Id
    kind: UnitKind
    position: Position
    """Its base: where each of its routes begins, and where it comes back to."""
    available: Annotated[tuple[ScheduleSpan, ...], Field(max_length=200)] | None = None
    """When it can be had; the whole horizon if left out. Each route lies within one span."""
    speed_m_s: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)] | None = None
    detour: Annotated[float, Field(ge=1, le=5, allow_inf_nan=False)] | None = None
    """Length of its way over the straight line."""
    setup_min: Minutes | None = None
    """At a zone, before a visit can begin: raising a mast, say."""
    takedown_min: Minutes | None = None
    """At a zone, before it can leave."""
    battery: ScheduleBattery | None = None
    """For a drone; without, the usual one of its kind."""
    skills: Skills = frozenset()
    """What it can do that not all of its kind can, such as `thermal`."""
    crewed: bool | None = None
    """Whether it needs a person all the while: drones and body cameras do, towers do not."""
    returns: bool | None = None
    """Whether it must be back at its base at the end; what is crewed always must."""


class Person(_Part):
    """A pilot, an inspector: whoever operates one unit at a time."""

    id: Id
    kinds: Annotated[frozenset[UnitKind], Field(min_length=1)]
    """What this person may operate."""
    shifts: Annotated[tuple[ScheduleSpan, ...], Field(min_length=1, max_length=40)]
    """Every route lies within one of them, from leaving the base to being back."""
    skills: Skills = frozenset()
    """Certificates and skills, such as `A2` or `STS-01`."""
    duty_h: Annotated[float, Field(gt=0, le=24, allow_inf_nan=False)] = 8.0
    """Longest duty, from leaving the base first to being back last; longer shifts are worked in part."""
    rest_h: Annotated[float, Field(ge=0, le=48, allow_inf_nan=False)] = 10.0
    """A break this long ends a duty."""
    flying_h: Annotated[float, Field(gt=0, le=24, allow_inf_nan=False)] = 4.0
    """Most hours in the air within any 24 hours."""


class ScheduleZone(_Part):
    """A problem zone and the visits it wants."""

    id: Id
    position: Position
    """Where units travel to."""
    priority: Annotated[int, Field(ge=1, le=5)] = 3
    """1 (when there is time) to 5 (now): what a minute late costs."""
    dwell_min: Annotated[float, Field(gt=0, le=24 * 60, allow_inf_nan=False)] = 15.0
    """Minutes a visit takes at the least. What no drone's battery lasts for is divided, where only drones may serve it:
    each window into as many equal pieces, with one part of the visit in each."""
    windows: Annotated[tuple[ScheduleSpan | TimeWindow, ...], Field(max_length=60)] = ()
    """When a visit may take place, from beginning to end: UTC spans, or stretches of the day in the town's own time.
    One visit is wanted in each; none means the whole horizon."""
    revisit_min: Annotated[float, Field(gt=0, le=7 * 24 * 60, allow_inf_nan=False)] | None = None
    """More than one visit a window: one is wanted every so many minutes from its opening, each to begin in the first
    half of its interval, so that starts lie half an interval to one and a half apart."""
    due_min: Minutes | None = None
    """A visit is late when it begins more than so many minutes after its window (or interval) opens; left out, a visit
    inside its window is never late."""
    served_by: Annotated[frozenset[UnitKind], Field(min_length=1)] = frozenset(UnitKind)
    """Kinds of unit that may serve it."""
    needs: Skills = frozenset()
    """Skills that unit and person together must have."""
    may_stay_unserved: bool = True
    """False refuses the request when a visit cannot be fitted in."""
    unserved_as_late_min: Minutes = 60.0
    """A visit that does not happen counts as begun so long after its last possible moment."""

    @classmethod
    def of(cls, zone_id: str, position: Position, priority: int, attention: Attention) -> "ScheduleZone":
        """A zone as the map keeps it."""
        return cls(
            id=zone_id, position=position, priority=priority, dwell_min=attention.dwell_min,
            windows=attention.windows, revisit_min=attention.revisit_min, served_by=attention.served_by,
        )  # fmt: skip


class Commitment(_Part):
    """A visit that people have been told of."""

    zone_id: Id
    number: Annotated[int, Field(ge=1, le=10_000)] = 1
    """Which of the zone's visits within the horizon, from 1, as the answer numbers them."""
    unit_id: Id
    person_id: Id | None = None
    """None for a unit that is not crewed."""
    begins: UtcTime
    ends: UtcTime
    locked: bool = False
    """It stays as it is (begun, or decided by somebody); else it may move at a price."""
    done: bool = False
    """It is over, by a unit that is out of the plan now: the visit is wanted no more, and ties nobody."""


class ScheduleRequest(_Part):
    """Everything a schedule is made from."""

    city: City
    """Whose local time the windows of the day are in."""
    begins: UtcTime
    ends: UtcTime
    """The horizon: nothing happens outside it."""
    now: UtcTime | None = None
    """Nothing that is not locked sets out before; the horizon's beginning if left out."""
    units: Annotated[tuple[Unit, ...], Field(max_length=MOST_UNITS)]
    people: Annotated[tuple[Person, ...], Field(max_length=MOST_PEOPLE)] = ()
    zones: Annotated[tuple[ScheduleZone, ...], Field(max_length=MOST_ZONES)]
    flyable: Annotated[tuple[ScheduleSpan, ...], Field(max_length=200)] | None = None
    """When the weather lets drones fly; each sortie lies within one span. None: always."""
    minutes: dict[UnitKind, dict[Id, dict[Id, Minutes]]] = {}
    """Travel times that are known better, by kind, from id, to id (units' ids stand for their bases)."""
    commitments: Annotated[tuple[Commitment, ...], Field(max_length=5_000)] = ()
    move_price_min: Minutes = 30.0
    """A confirmed start that is moved (earlier, more than a minute later, or dropped) costs as much as coming so many
    minutes late."""
    hand_over_price_min: Minutes = 10.0
    """A confirmed start that is kept by another unit or person costs as much as coming so many minutes late; never more
    than moving it."""


def read_request(path: Path) -> ScheduleRequest:
    """The request in a JSON file. Raises BadInput naming the file, the field and the reason."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadInput(Message("schedule.file_too_large", name=path.name, most_mb=LARGEST_FILE // 1000000))
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(Message("schedule.file_unreadable", name=path.name, reason=error.strerror)) from error
    return parse_request(parse_json(content, path.name), path.name)


def parse_request(raw: Any, name: str = "the request") -> ScheduleRequest:
    """The request in a JSON value. Raises BadInput; what contradicts itself is found by `contradictions.refuse`."""
    try:
        return ScheduleRequest.model_validate(raw)
    except ValidationError as error:
        raise BadInput(Message("schedule.no_request", name=name, reason=explain(error))) from error


def seconds_from(start: datetime, moment: datetime) -> int:
    """Whole seconds from `start` to `moment`, rounded to the nearest."""
    return round((moment - start).total_seconds())


def window_spans(request: ScheduleRequest, zone: ScheduleZone) -> list[ScheduleSpan]:
    """A zone's windows in UTC, those of the day spread over the horizon."""
    spans: list[ScheduleSpan] = []
    for window in zone.windows:
        if isinstance(window, ScheduleSpan):
            spans.append(window)
        else:
            spans += local_spans(request, window)
    return spans


def local_spans(request: ScheduleRequest, window: TimeWindow) -> list[ScheduleSpan]:
    """The stretches of a window of the day that touch the horizon, in UTC; over midnight when it ends before it begins.

    A time that the clocks skip in spring counts with the offset before the change, as `zoneinfo` reads it.
    """
    zone = request.city.facts.zone
    day = request.begins.astimezone(zone).date() - timedelta(days=1)
    last = request.ends.astimezone(zone).date()
    found = []
    while day <= last:
        if list(Weekday)[day.weekday()] in window.days:
            over = timedelta(days=window.ends < window.begins)
            begins = datetime.combine(day, window.begins, zone).astimezone(UTC)
            ends = datetime.combine(day + over, window.ends, zone).astimezone(UTC)
            if begins < request.ends and ends > request.begins and begins < ends:
                found.append(ScheduleSpan(begins=begins, ends=ends))
        day += timedelta(days=1)
    return found
