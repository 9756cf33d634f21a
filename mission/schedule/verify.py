"""Whether a schedule keeps to its request: checked from the two documents alone, apart from whatever made it.

Shares with the solver what the world is like (`travel.py`, the windows of the day) and nothing else. Times may be a
second off, since the solver counts in whole seconds.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby, pairwise

from mission.schedule.answer import PlannedVisit, Schedule, UnitRoute
from mission.schedule.dividing import with_divided_visits
from mission.schedule.request import (
    Commitment,
    ScheduleRequest,
    ScheduleSpan,
    ScheduleZone,
    Unit,
    window_spans,
)
from mission.schedule.travel import TravelTimes, habits, returns
from telemetry.messages import Message

SLACK = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def violations(request: ScheduleRequest, answer: Schedule) -> Iterator[Message]:
    """Each way in which `answer` breaks `request`, in a sentence; none when it is sound."""
    request = with_divided_visits(request)
    yield from _all_there(request, answer)
    ways = TravelTimes(request)
    units = {unit.id: unit for unit in request.units}
    for route in answer.routes:
        unit = units.get(route.unit_id)
        if unit is None or not route.visits:
            yield Message("calendar.broken.no_unit_or_visits", unit=route.unit_id)
            continue
        yield from _crew(request, unit, route)
        yield from _in_time(request, ways, unit, route)
        for visit in route.visits:
            yield from _visit(request, unit, route, visit)
    yield from _rested(request, answer)
    yield from _flying_hours(request, answer)
    yield from _one_place_at_a_time(answer)
    yield from _numbers(request, answer)


def wanted(zone: ScheduleZone, request: ScheduleRequest) -> list[tuple[datetime, datetime, datetime]]:
    """(opens, latest begin, due) of each visit that a zone wants in the horizon, in order."""
    spans = window_spans(request, zone)
    if not zone.windows:
        spans = [ScheduleSpan(begins=request.begins, ends=request.ends)]
    dwell = timedelta(minutes=zone.dwell_min)
    found = []
    for span in sorted(spans, key=lambda span: span.begins):
        opens = span.begins
        while opens + dwell <= span.ends + SLACK / 2:
            last = span.ends - dwell
            if zone.revisit_min is not None:
                last = min(last, opens + timedelta(minutes=zone.revisit_min) / 2)
            if last >= request.begins - SLACK / 2 and opens <= request.ends + SLACK / 2:
                last = min(last, request.ends - dwell)
                due = last if zone.due_min is None else min(opens + timedelta(minutes=zone.due_min), last)
                found.append((max(opens, request.begins), last, max(due, request.begins)))
            if zone.revisit_min is None:
                break
            opens += timedelta(minutes=zone.revisit_min)
    return found


def _all_there(request: ScheduleRequest, answer: Schedule) -> Iterator[Message]:
    asked = {(z.id, n + 1) for z in request.zones for n in range(len(wanted(z, request)))}
    asked -= {(c.zone_id, c.number) for c in request.commitments if c.done}
    told = [(v.zone_id, v.number) for _, v in answer.visits()] + [(u.zone_id, u.number) for u in answer.unserved]
    for zone_id, number in sorted(asked ^ set(told)):
        if (zone_id, number) in asked:
            yield Message("calendar.broken.not_accounted_for", number=number, zone=zone_id)
        else:
            yield Message("calendar.broken.not_wanted", number=number, zone=zone_id)
    if len(told) != len(set(told)):
        yield Message("calendar.broken.visit_twice")
    zones = {zone.id: zone for zone in request.zones}
    for missed in answer.unserved:
        if not zones[missed.zone_id].may_stay_unserved:
            yield Message("calendar.broken.unserved", number=missed.number, zone=missed.zone_id)


def _crew(request: ScheduleRequest, unit: Unit, route: UnitRoute) -> Iterator[Message]:
    name = Message("calendar.broken.route_of", unit=route.unit_id)
    if unit.available is not None and not any(_within(route, span) for span in unit.available):
        yield Message("calendar.broken.not_available", route=name)
    if not _within(route, ScheduleSpan(begins=request.begins, ends=request.ends)):
        yield Message("calendar.broken.outside_horizon", route=name)
    if habits(unit).crewed != (route.person_id is not None):
        yield Message("calendar.broken.wrong_crew", route=name)
    if route.person_id is None:
        return
    person = next((p for p in request.people if p.id == route.person_id), None)
    if person is None or unit.kind not in person.kinds:
        yield Message("calendar.broken.may_not_operate", route=name, person=route.person_id)
    elif not any(_within(route, shift) for shift in person.shifts):
        yield Message("calendar.broken.no_shift", route=name, person=route.person_id)


def _rested(request: ScheduleRequest, answer: Schedule) -> Iterator[Message]:
    """No duty is longer than allowed; a rest ends one."""
    for person in request.people:
        mine = sorted((r for r in answer.routes if r.person_id == person.id and r.visits), key=lambda r: r.departs)
        begins = ends = None
        for route in mine:
            if begins is None or ends is None or route.departs - ends >= timedelta(hours=person.rest_h) - SLACK:
                begins = route.departs
            ends = route.returns if ends is None else max(ends, route.returns)
            if ends - begins > timedelta(hours=person.duty_h) + SLACK:
                yield Message("calendar.broken.without_rest", person=person.id, begins=begins, ends=ends)
                break


def _flying_hours(request: ScheduleRequest, answer: Schedule) -> Iterator[Message]:
    """Nobody is in the air longer within 24 hours than allowed; what is locked is not the schedule's doing."""
    ways = TravelTimes(request)
    units = {unit.id: unit for unit in request.units}
    locked = {(told.zone_id, told.number) for told in request.commitments if told.locked}
    for person in request.people:
        flown: list[tuple[datetime, datetime, bool]] = []
        for route in answer.routes:
            unit = units.get(route.unit_id)
            if route.person_id != person.id or unit is None or habits(unit).battery is None:
                continue
            for _, visits in groupby(route.visits, key=lambda visit: visit.sortie):
                aboard = list(visits)
                home = timedelta(seconds=ways.seconds(unit, aboard[-1].zone_id, unit.id))
                free = any((visit.zone_id, visit.number) not in locked for visit in aboard)
                flown.append((aboard[0].departs, aboard[-1].ends + home, free))
        for start, *_ in flown:
            day = (start, start + timedelta(days=1))
            inside = [(b, e, free) for b, e, free in flown if b < day[1] and e > day[0]]
            total = sum(((min(e, day[1]) - max(b, day[0])) for b, e, _ in inside), timedelta(0))
            if total > timedelta(hours=person.flying_h) + SLACK * len(inside) and any(free for *_, free in inside):
                hours = total / timedelta(hours=1)
                yield Message("calendar.broken.flying_hours", person=person.id, hours=hours, start=start)
                break


def _in_time(request: ScheduleRequest, ways: TravelTimes, unit: Unit, route: UnitRoute) -> Iterator[Message]:
    usual = habits(unit)
    setup = timedelta(minutes=usual.setup_min)
    takedown = timedelta(minutes=usual.takedown_min)
    home = timedelta(0)
    if returns(unit):
        home = takedown + timedelta(seconds=ways.seconds(unit, route.visits[-1].zone_id, unit.id))
    if (
        abs(route.departs - route.visits[0].departs) > SLACK
        or abs(route.returns - route.visits[-1].ends - home) > SLACK
    ):
        yield Message("calendar.broken.route_times", unit=unit.id)
    by_sortie = [list(visits) for _, visits in groupby(route.visits, key=lambda visit: visit.sortie)]
    if usual.battery is None and len(by_sortie) > 1:
        yield Message("calendar.broken.sorties", unit=unit.id)
    lands: datetime | None = None
    for sortie in by_sortie:
        ready = lands
        if ready is not None and usual.battery is not None:
            ready += timedelta(minutes=usual.battery.swap_min)
        place = unit.id
        done = ready
        for visit in sortie:
            if done is not None and visit.departs < done - SLACK:
                yield Message("calendar.broken.leaves_early", unit=unit.id, zone=visit.zone_id)
            takes = timedelta(seconds=ways.seconds(unit, place, visit.zone_id))
            if place != visit.zone_id:
                takes += setup + (takedown if place != unit.id else timedelta(0))
            if visit.begins < visit.departs + takes - SLACK:
                yield Message("calendar.broken.not_ready", unit=unit.id, zone=visit.zone_id, by=visit.begins)
            place = visit.zone_id
            done = visit.ends
        lands = sortie[-1].ends + takedown + timedelta(seconds=ways.seconds(unit, place, unit.id))
        if usual.battery is not None:
            yield from _flown(request, unit, sortie[0].departs, lands)


def _flown(request: ScheduleRequest, unit: Unit, departs: datetime, lands: datetime) -> Iterator[Message]:
    battery = habits(unit).battery
    assert battery is not None  # noqa: S101
    if lands - departs > timedelta(minutes=battery.endurance_min * (1 - battery.reserve)) + SLACK:
        yield Message("calendar.broken.battery", unit=unit.id, departs=departs, lands=lands)
    if request.flyable is None:
        return
    spells: list[tuple[datetime, datetime]] = []
    for span in sorted(request.flyable, key=lambda span: span.begins):
        if spells and span.begins <= spells[-1][1]:
            spells[-1] = (spells[-1][0], max(span.ends, spells[-1][1]))
        else:
            spells.append((span.begins, span.ends))
    if not any(begins <= departs + SLACK and lands <= ends + SLACK for begins, ends in spells):
        yield Message("calendar.broken.weather", unit=unit.id, departs=departs, lands=lands)


def _visit(request: ScheduleRequest, unit: Unit, route: UnitRoute, visit: PlannedVisit) -> Iterator[Message]:
    name = Message("calendar.broken.visit", number=visit.number, zone=visit.zone_id)
    zone = next((z for z in request.zones if z.id == visit.zone_id), None)
    times = [] if zone is None else wanted(zone, request)
    if zone is None or visit.number > len(times):
        return  # said already
    person = next((p for p in request.people if p.id == route.person_id), None)
    told = _told(request, visit)
    if told is not None and told.locked:
        if (told.unit_id, told.person_id) != (route.unit_id, route.person_id) or told.begins != visit.begins:
            yield Message("calendar.broken.locked", visit=name)
        return
    opens, last, due = times[visit.number - 1]
    if unit.kind not in zone.served_by or zone.needs - unit.skills - (person.skills if person else frozenset()):
        yield Message("calendar.broken.wrong_unit", visit=name, unit=unit.id)
    if not opens - SLACK <= visit.begins <= last + SLACK:
        yield Message("calendar.broken.outside_window", visit=name, begins=visit.begins)
    if visit.ends - visit.begins < timedelta(minutes=zone.dwell_min) - SLACK:
        yield Message("calendar.broken.short", visit=name)
    if request.now is not None and visit.departs < request.now - SLACK:
        yield Message("calendar.broken.too_late_to_leave", visit=name)
    if abs(visit.late_min - max((visit.begins - due) / MINUTE, 0)) > 2 / 60:
        yield Message("calendar.broken.late_min", visit=name, late_min=visit.late_min)


def _one_place_at_a_time(answer: Schedule) -> Iterator[Message]:
    for whose in ("unit_id", "person_id"):
        routes = sorted((r for r in answer.routes if getattr(r, whose) is not None), key=lambda r: r.departs)
        for name in {getattr(route, whose) for route in routes}:
            for one, other in pairwise(r for r in routes if getattr(r, whose) == name):
                if other.departs < one.returns - SLACK:
                    yield Message("calendar.broken.two_routes", name=name, at=other.departs)


def _numbers(request: ScheduleRequest, answer: Schedule) -> Iterator[Message]:
    zones = {zone.id: zone for zone in request.zones}
    late = sum(zones[v.zone_id].priority * v.late_min for _, v in answer.visits())
    lost = 0.0
    for missed in answer.unserved:
        zone = zones[missed.zone_id]
        _, last, due = wanted(zone, request)[missed.number - 1]
        lost += zone.priority * (max((last - due) / MINUTE, 0) + zone.unserved_as_late_min)
    moved = sum(
        zones[told.zone_id].priority * _changed(request, told, answer)
        for told in request.commitments
        if not (told.locked or told.done) and told.number <= len(wanted(zones[told.zone_id], request))
    )
    said = answer.numbers
    for what, is_, says in (
        ("lateness", late, said.weighted_lateness_min),
        ("unserved", lost, said.weighted_unserved_min),
        ("moved", moved, said.weighted_moved_min),
        ("cost", late + lost + moved, said.cost_min),
    ):
        if abs(is_ - says) > 0.5 + 0.1 * len(answer.unserved):
            yield Message("calendar.broken.weighted", what=what, is_min=is_, said_min=says)


def _told(request: ScheduleRequest, visit: PlannedVisit) -> Commitment | None:
    return next((c for c in request.commitments if (c.zone_id, c.number) == (visit.zone_id, visit.number)), None)


def _changed(request: ScheduleRequest, told: Commitment, answer: Schedule) -> float:
    """What it costs, in minutes late, that a confirmed start is not as it was told."""
    for route, visit in answer.visits():
        if (visit.zone_id, visit.number) == (told.zone_id, told.number) and (
            -SLACK <= visit.begins - told.begins <= MINUTE + SLACK
        ):
            theirs = (route.unit_id, route.person_id) == (told.unit_id, told.person_id)
            if theirs:
                return 0
            return min(request.move_price_min, request.hand_over_price_min)
    return request.move_price_min


def _within(route: UnitRoute, span: ScheduleSpan) -> bool:
    return span.begins - SLACK <= route.departs and route.returns <= span.ends + SLACK
