"""A request as whole seconds and indices, ready to be solved: visits that are wanted, duties that may serve them.

A *duty* is one unit with one person over one stretch of a shift. A unit changes hands, and a person changes units, only
where some shift begins or ends, so duties of overlapping shifts are cut there too. Solves nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mission.schedule.contradictions import refuse
from mission.schedule.request import (
    Commitment,
    Person,
    ScheduleRequest,
    ScheduleSpan,
    ScheduleZone,
    Unit,
    seconds_from,
    window_spans,
)
from mission.schedule.rest import WantedVisit, parts_of
from mission.schedule.travel import TravelTimes, habits, returns
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.units.kinds import UnitKind

KEPT_WITHIN_S = 60
"""A confirmed start counts as kept when it is not earlier and at most so much later."""
MOST_VISITS = 5_000


@dataclass(frozen=True)
class AnnouncedVisit:
    """What people were told of a visit."""

    unit_id: str
    person_id: str | None
    begins: int
    locked: bool
    price: int
    """Of moving its start, priority times seconds."""
    hand_over: int
    """Of giving it to another unit or person, its start kept; never more than `price`."""

    def given_to(self, unit_id: str, person_id: str | None) -> bool:
        """Whether it is theirs."""
        return (self.unit_id, self.person_id) == (unit_id, person_id)


@dataclass(frozen=True)
class Visit:
    """One visit that is wanted. Times are seconds from the horizon's beginning."""

    index: int
    zone_id: str
    number: int
    """Among the zone's visits, from 1."""
    place: int
    opens: int
    due: int
    last: int
    """The last moment at which it may begin; before `opens` when there is none."""
    dwell: int
    weight: int
    """Priority: what a second late costs."""
    price: int
    """Of not serving it, priority times seconds."""
    must: bool
    kinds: frozenset[UnitKind]
    needs: frozenset[str]
    kept: AnnouncedVisit | None

    @property
    def locked(self) -> bool:
        """Whether its time, unit and person are given."""
        return self.kept is not None and self.kept.locked

    @property
    def locked_to(self) -> str | None:
        """The person whom it is given to for good; None for whoever can."""
        if self.kept is None or not self.kept.locked:
            return None
        return self.kept.person_id


@dataclass(frozen=True)
class Duty:
    """One unit with one person (None when not crewed) from `begins` to `ends`, seconds."""

    index: int
    unit_id: str
    person_id: str | None
    kind: UnitKind
    begins: int
    ends: int
    base: int
    """Its place, an index like a visit's."""
    seconds: list[list[int]]
    """Travel times between places."""
    setup: int
    takedown: int
    returns: bool
    skills: frozenset[str]
    endurance: int | None
    """Seconds in the air a sortie may take, the reserve left alone; None for what has no battery to plan with."""
    full: int
    """Seconds in the air on a full battery."""
    swap: int

    def could_serve(self, visit: Visit) -> bool:
        """Whether kind, skills and what is locked allow it; nothing is said of time."""
        if visit.locked and visit.kept:
            theirs = visit.kept.given_to(self.unit_id, self.person_id)
            return theirs and self.begins <= visit.opens and visit.opens + visit.dwell <= self.ends
        return self.kind in visit.kinds and visit.needs <= self.skills

    def excludes(self, other: "Duty") -> bool:
        """Whether not both can be had: they share the unit or the person, and some time."""
        shared = self.unit_id == other.unit_id or (self.person_id is not None and self.person_id == other.person_id)
        return shared and self.begins < other.ends and other.begins < self.ends


@dataclass(frozen=True)
class Problem:
    """Everything there is to solve."""

    request: ScheduleRequest
    places: list[str]
    visits: list[Visit]
    duties: list[Duty]
    flyable: list[tuple[int, int]]
    """When drones may be in the air, in order and apart."""
    now: int
    able: list[list[int]]
    """For each visit, the duties that could serve it."""
    twins: list[int]
    """For each duty, a number it shares with those for which the same orders cost the same."""

    ransom: int
    """What is added to the price of a visit that must not be left out: more than all the others together."""

    def left_out(self, index: int) -> int:
        """What it costs, priority times seconds, when the visit does not happen."""
        visit = self.visits[index]
        price = visit.price
        if visit.kept is not None:
            price += visit.kept.price
        if visit.must or visit.locked:
            price += self.ransom
        return price


def problem(request: ScheduleRequest) -> Problem:
    """The problem in `request`. Raises BadInput for what contradicts itself."""
    refuse(request)
    horizon = seconds_from(request.begins, request.ends)
    places = [unit.id for unit in request.units] + [zone.id for zone in request.zones]
    kept = {(c.zone_id, c.number): c for c in request.commitments}
    visits: list[Visit] = []
    for zone in request.zones:
        visits += _visits(zone, request, places.index(zone.id), len(visits), kept)
        if len(visits) > MOST_VISITS:
            raise BadInput(Message("schedule.too_many_visits", most=MOST_VISITS))
    for (zone_id, number), commitment in kept.items():
        if (
            commitment.locked
            and not commitment.done
            and not any(v.zone_id == zone_id and v.number == number for v in visits)
        ):
            raise BadInput(Message("schedule.locked_not_wanted", number=number, zone=zone_id))
    duties = _duties(_rested(request, visits, horizon), places, horizon)
    flyable = [(0, horizon)]
    if request.flyable is not None:
        flyable = _joined(request.flyable, request.begins, horizon)
    able = [[d.index for d in duties if d.could_serve(visit)] for visit in visits]
    now = 0
    if request.now is not None:
        now = seconds_from(request.begins, request.now)
    ransom = 1 + sum(visit.price for visit in visits) + sum(visit.kept.price for visit in visits if visit.kept)
    return Problem(request, places, visits, duties, flyable, now, able, _twins(duties, visits, able), ransom)


def _rested(request: ScheduleRequest, visits: Sequence[Visit], horizon: int) -> ScheduleRequest:
    """The request with everybody's shifts cut to what they may work."""
    wanted = [WantedVisit(v.opens, v.last, v.dwell, v.locked_to) for v in visits]
    people = []
    for person in request.people:
        shifts = [_clipped(shift, request.begins, (0, horizon)) for shift in person.shifts]
        parts = parts_of(person, [(begins, ends) for begins, ends in shifts if begins < ends], wanted)
        spans = (ScheduleSpan(begins=_moment(request, begins), ends=_moment(request, ends)) for begins, ends in parts)
        people.append(person.model_copy(update={"shifts": tuple(spans)}))
    return request.model_copy(update={"people": tuple(people)})


def _moment(request: ScheduleRequest, seconds: int) -> datetime:
    return request.begins + timedelta(seconds=seconds)


def _visits(
    zone: ScheduleZone, request: ScheduleRequest, place: int, first: int, kept: dict[tuple[str, int], Commitment]
) -> list[Visit]:
    found: list[Visit] = []
    for number, (opens, last, due) in enumerate(_wanted(zone, request), start=1):
        commitment = kept.get((zone.id, number))
        if commitment is not None and commitment.done:
            continue
        dwell = _s(zone.dwell_min)
        if commitment is not None and commitment.locked:
            begins = seconds_from(request.begins, commitment.begins)
            opens = last = begins  # noqa: PLW2901
            dwell = seconds_from(commitment.begins, commitment.ends)
        found.append(
            Visit(
                index=first + len(found), zone_id=zone.id, number=number, place=place, opens=opens, due=due, last=last,
                dwell=dwell, weight=zone.priority,
                price=zone.priority * (max(last - due, 0) + _s(zone.unserved_as_late_min)),
                must=not zone.may_stay_unserved, kinds=zone.served_by, needs=zone.needs,
                kept=_kept(commitment, zone, request),
            )
        )  # fmt: skip
    return found


def _wanted(zone: ScheduleZone, request: ScheduleRequest) -> list[tuple[int, int, int]]:
    """(opens, last begin, due) of each visit in order, seconds."""
    horizon = seconds_from(request.begins, request.ends)
    spans = window_spans(request, zone)
    if not zone.windows:
        spans = [ScheduleSpan(begins=request.begins, ends=request.ends)]
    dwell = _s(zone.dwell_min)
    found = []
    for span in sorted(spans, key=lambda span: span.begins):
        begins, ends = (seconds_from(request.begins, moment) for moment in (span.begins, span.ends))
        every = ends - begins if zone.revisit_min is None else _s(zone.revisit_min)
        for opens in range(begins, ends - dwell + 1, every):
            last = ends - dwell if zone.revisit_min is None else min(opens + every // 2, ends - dwell)
            if last < 0 or opens > horizon:
                continue
            last = min(last, horizon - dwell)
            due = last if zone.due_min is None else min(opens + _s(zone.due_min), last)
            found.append((max(opens, 0), last, max(due, 0)))
    return found


def _kept(commitment: Commitment | None, zone: ScheduleZone, request: ScheduleRequest) -> AnnouncedVisit | None:
    if commitment is None:
        return None
    begins = seconds_from(request.begins, commitment.begins)
    price = 0
    if not commitment.locked:
        price = zone.priority * _s(request.move_price_min)
    hand_over = min(price, zone.priority * _s(request.hand_over_price_min))
    return AnnouncedVisit(commitment.unit_id, commitment.person_id, begins, commitment.locked, price, hand_over)


def _duties(request: ScheduleRequest, places: list[str], horizon: int) -> list[Duty]:
    ways = TravelTimes(request)
    tables: dict[tuple[object, ...], list[list[int]]] = {}
    found: list[Duty] = []
    for unit in request.units:
        usual = habits(unit)
        key = (unit.kind, usual.speed_m_s, usual.detour)
        if key not in tables:
            tables[key] = ways.table(unit, places)
        for person, begins, ends in _stretches(unit, request, horizon):
            found.append(_duty(len(found), unit, person, begins, ends, places.index(unit.id), tables[key]))
    return found


def _duty(
    index: int, unit: Unit, person: Person | None, begins: int, ends: int, base: int, table: list[list[int]]
) -> Duty:
    usual = habits(unit)
    return Duty(
        index=index, unit_id=unit.id, person_id=None if person is None else person.id, kind=unit.kind, begins=begins,
        ends=ends, base=base, seconds=table, setup=_s(usual.setup_min), takedown=_s(usual.takedown_min),
        returns=returns(unit), skills=unit.skills | (person.skills if person else frozenset()),
        endurance=usual.battery.usable_s if usual.battery else None,
        full=_s(usual.battery.endurance_min) if usual.battery else 0,
        swap=_s(usual.battery.swap_min) if usual.battery else 0,
    )  # fmt: skip


def _twins(duties: Sequence[Duty], visits: Sequence[Visit], able: Sequence[Sequence[int]]) -> list[int]:
    numbers: dict[tuple[object, ...], int] = {}
    found = []
    serves: list[list[int]] = [[] for _ in duties]
    for index, takers in enumerate(able):
        for taker in takers:
            serves[taker].append(index)
    for duty in duties:
        crew = (duty.unit_id, duty.person_id)
        told = any(visit.kept and visit.kept.given_to(*crew) for visit in visits)
        key = (
            duty.kind, duty.begins, duty.ends, duty.base, id(duty.seconds), duty.setup, duty.takedown, duty.returns,
            duty.endurance, duty.swap, tuple(serves[duty.index]), told and crew,
        )  # fmt: skip
        found.append(numbers.setdefault(key, len(numbers)))
    return found


def _stretches(unit: Unit, request: ScheduleRequest, horizon: int) -> list[tuple[Person | None, int, int]]:
    """Who may have `unit`, from when to when: whole shifts, and shifts cut where another one begins or ends."""
    spans = [(0, horizon)]
    if unit.available is not None:
        spans = [_clipped(span, request.begins, (0, horizon)) for span in unit.available]
    if not habits(unit).crewed:
        return [(None, begins, ends) for begins, ends in spans if begins < ends]
    crew = [person for person in request.people if unit.kind in person.kinds]
    shifts = [
        (person, *_clipped(shift, request.begins, there))
        for person in crew
        for shift in person.shifts
        for there in spans
    ]
    found: list[tuple[Person | None, int, int]] = []
    for person, begins, ends in shifts:
        starts = {begins} | {e for _, _, e in shifts if begins < e < ends}
        finishes = {ends} | {b for _, b, _ in shifts if begins < b < ends}
        found += [(person, s, f) for s in sorted(starts) for f in sorted(finishes) if s < f]
    return found


def _clipped(span: ScheduleSpan, start: datetime, there: tuple[int, int]) -> tuple[int, int]:
    return max(seconds_from(start, span.begins), there[0]), min(seconds_from(start, span.ends), there[1])


def _joined(spans: Iterable[ScheduleSpan], start: datetime, horizon: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for begins, ends in sorted(_clipped(span, start, (0, horizon)) for span in spans):
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(ends, joined[-1][1]))
        elif begins < ends:
            joined.append((begins, ends))
    return joined


def _s(minutes: float) -> int:
    return round(minutes * 60)
