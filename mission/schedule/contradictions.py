"""What contradicts itself in a request, found before anything is solved. A refusal names the constraint and the ids."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import pairwise

from mission.schedule.request import (
    LONGEST,
    Commitment,
    ScheduleRequest,
    ScheduleSpan,
    ScheduleZone,
    Unit,
    seconds_from,
    window_spans,
)
from mission.schedule.travel import TravelTimes, habits
from telemetry.clock import iso
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.positions import Position, distance_m
from telemetry.units.kinds import UnitKind

FARTHEST_M = 100_000.0
"""A place farther from its town than this is a slip of the hand."""


def refuse(request: ScheduleRequest) -> None:
    """Raises BadInput for the first contradiction in `request`."""
    _horizon(request)
    _ids(request)
    for unit in request.units:
        _unit(unit, request)
    for person in request.people:
        for shift in person.shifts:
            _span(shift, Message("schedule.shift_of", person=person.id))
        for one, other in pairwise(sorted(person.shifts, key=lambda shift: shift.begins)):
            if other.begins < one.ends:
                raise BadInput(
                    Message("schedule.shifts_overlap", person=person.id, one=_words(one), other=_words(other))
                )
    for zone in request.zones:
        _zone(zone, request)
    for span in request.flyable or ():
        _span(span, Message("schedule.flyable_span"))
    _minutes(request)
    _commitments(request)


def _horizon(request: ScheduleRequest) -> None:
    _span(ScheduleSpan(begins=request.begins, ends=request.ends), Message("schedule.horizon"))
    if request.ends - request.begins > LONGEST:
        raise BadInput(Message("schedule.horizon_too_long", ends=request.ends - request.begins, most_days=LONGEST.days))
    if request.now is not None and not request.begins <= request.now <= request.ends:
        raise BadInput(
            Message("schedule.now_outside", now=iso(request.now), begins=iso(request.begins), ends=iso(request.ends))
        )


def _ids(request: ScheduleRequest) -> None:
    groups: dict[str, Iterable[str]] = {
        "unit": [u.id for u in request.units], "person": [p.id for p in request.people],
        "zone": [z.id for z in request.zones],
    }  # fmt: skip
    for what, ids in groups.items():
        seen: set[str] = set()
        for one in ids:
            if one in seen:
                raise BadInput(Message("schedule.same_id", what=what, id=one))
            seen.add(one)
    both = set(groups["unit"]) & set(groups["zone"])
    if both:
        raise BadInput(Message("schedule.same_id_of_both", id=min(both)))


def _unit(unit: Unit, request: ScheduleRequest) -> None:
    _near(unit.position, f"unit {unit.id}", request)
    for span in unit.available or ():
        _span(span, Message("schedule.available_span", unit=unit.id))
    for one, other in pairwise(sorted(unit.available or (), key=lambda span: span.begins)):
        if other.begins < one.ends:
            raise BadInput(Message("schedule.spans_overlap", unit=unit.id, one=_words(one), other=_words(other)))
    if unit.battery is not None and unit.kind is not UnitKind.DRONE:
        raise BadInput(Message("schedule.battery_of_no_drone", unit=unit.id, kind=unit.kind))
    if unit.kind is UnitKind.DRONE and unit.crewed is False:
        raise BadInput(Message("schedule.drone_without_crew", unit=unit.id))
    if habits(unit).crewed and unit.returns is False:
        raise BadInput(Message("schedule.crew_does_not_return", unit=unit.id))


def _zone(zone: ScheduleZone, request: ScheduleRequest) -> None:
    _near(zone.position, f"zone {zone.id}", request)
    dwell = timedelta(minutes=zone.dwell_min)
    if zone.revisit_min is not None and zone.revisit_min < zone.dwell_min:
        raise BadInput(
            Message("schedule.visits_too_often", zone=zone.id, dwell_min=zone.dwell_min, revisit_min=zone.revisit_min)
        )
    for window in zone.windows:
        if isinstance(window, ScheduleSpan):
            _span(window, Message("schedule.window_of", zone=zone.id))
            lasts = window.ends - window.begins
            words = _words(window)
        else:
            lasts = window.lasts()
            words = f"{window.begins:%H:%M} to {window.ends:%H:%M}"
        if lasts < dwell:
            raise BadInput(
                Message(
                    "schedule.window_too_short",
                    zone=zone.id,
                    window=words,
                    window_min=lasts.total_seconds() / 60,
                    dwell_min=zone.dwell_min,
                )
            )
    if not zone.windows and request.ends - request.begins < dwell:
        raise BadInput(Message("schedule.dwell_too_long", zone=zone.id, dwell_min=zone.dwell_min))
    for one, other in pairwise(sorted(window_spans(request, zone), key=lambda span: span.begins)):
        if other.begins < one.ends:
            raise BadInput(Message("schedule.windows_overlap", zone=zone.id, one=_words(one), other=_words(other)))


def _minutes(request: ScheduleRequest) -> None:
    places = {u.id for u in request.units} | {z.id for z in request.zones}
    for kind, rows in request.minutes.items():
        for start, row in rows.items():
            unknown = ({start} | set(row)) - places
            if unknown:
                raise BadInput(Message("schedule.unknown_place", kind=kind, place=min(unknown)))


def _commitments(request: ScheduleRequest) -> None:
    units = {u.id: u for u in request.units}
    people = {p.id: p for p in request.people}
    zones = {z.id: z for z in request.zones}
    seen: set[tuple[str, int]] = set()
    for kept in request.commitments:
        name = Message("schedule.committed_visit", number=kept.number, zone=kept.zone_id)
        for what, wanted, known in (("zone", kept.zone_id, zones), ("unit", kept.unit_id, units)):
            if wanted not in known:
                raise BadInput(Message("schedule.names_missing", name=name, what=what, wanted=wanted))
        if kept.person_id is not None and kept.person_id not in people:
            raise BadInput(Message("schedule.names_missing_person", name=name, person=kept.person_id))
        if (kept.zone_id, kept.number) in seen:
            raise BadInput(Message("schedule.committed_twice", name=name))
        seen.add((kept.zone_id, kept.number))
        _span(ScheduleSpan(begins=kept.begins, ends=kept.ends), name)
        unit = units[kept.unit_id]
        if habits(unit).crewed != (kept.person_id is not None):
            raise BadInput(f"{name}: {unit.id} {'needs a person' if habits(unit).crewed else 'takes no person along'}")
        if kept.locked and not kept.done:
            _locked(kept, unit, request, name)
    _clashes([kept for kept in request.commitments if kept.locked and not kept.done], request, units)


def _locked(kept: Commitment, unit: Unit, request: ScheduleRequest, name: Message | str) -> None:
    zone = next(z for z in request.zones if z.id == kept.zone_id)
    if unit.kind not in zone.served_by:
        raise BadInput(Message("schedule.locked_to_wrong_kind", name=name, unit=unit.id, zone=zone.id, kind=unit.kind))
    if not request.begins <= kept.begins < kept.ends <= request.ends:
        raise BadInput(Message("schedule.locked_outside", name=name))
    spans = unit.available
    if spans is not None and not any(span.begins <= kept.begins and kept.ends <= span.ends for span in spans):
        raise BadInput(Message("schedule.locked_not_available", name=name, unit=unit.id))
    person = next((p for p in request.people if p.id == kept.person_id), None)
    if person is None:
        return
    if unit.kind not in person.kinds:
        raise BadInput(Message("schedule.locked_may_not_operate", name=name, person=person.id, kind=unit.kind))
    if not any(shift.begins <= kept.begins and kept.ends <= shift.ends for shift in person.shifts):
        raise BadInput(Message("schedule.locked_in_no_shift", name=name, person=person.id))
    lacking = zone.needs - person.skills - unit.skills
    if lacking:
        raise BadInput(
            Message("schedule.locked_lacks", name=name, unit=person.id, person=unit.id, lacking=sorted(lacking))
        )


def _clashes(locked: Sequence[Commitment], request: ScheduleRequest, units: dict[str, Unit]) -> None:
    ways = TravelTimes(request)
    for whose in ("unit_id", "person_id"):
        by: dict[str, list[Commitment]] = {}
        for kept in locked:
            if getattr(kept, whose) is not None:
                by.setdefault(getattr(kept, whose), []).append(kept)
        for name, visits in by.items():
            for one, other in pairwise(sorted(visits, key=lambda kept: kept.begins)):
                _clash(name, one, other, units, ways)


def _clash(name: Message | str, one: Commitment, other: Commitment, units: dict[str, Unit], ways: TravelTimes) -> None:
    pair = Message(
        "schedule.locked_pair", one=one.number, zone=one.zone_id, other=other.number, other_zone=other.zone_id
    )
    if other.begins < one.ends:
        raise BadInput(
            Message("schedule.two_places_at_once", name=name, pair=pair, first=_words(one), second=_words(other))
        )
    if one.unit_id != other.unit_id or one.person_id != other.person_id or one.zone_id == other.zone_id:
        return
    usual = habits(units[one.unit_id])
    need = ways.seconds(units[one.unit_id], one.zone_id, other.zone_id)
    need += int((usual.setup_min + usual.takedown_min) * 60)
    have = seconds_from(one.ends, other.begins)
    if have < need:
        raise BadInput(
            Message("schedule.cannot_keep_both", name=name, pair=pair, have_min=have / 60, need_min=need / 60)
        )


def _near(position: Position, what: Message | str, request: ScheduleRequest) -> None:
    town = request.city.facts
    away = distance_m(position, Position(lat=town.lat, lon=town.lon))
    if away > FARTHEST_M:
        raise BadInput(Message("schedule.too_far", what=what, away_km=away / 1000, town=town.name))


def _span(span: ScheduleSpan, what: Message | str) -> None:
    if span.ends <= span.begins:
        raise BadInput(Message("schedule.ends_before_begins", what=what, ends=iso(span.ends), begins=iso(span.begins)))


def _words(span: ScheduleSpan | Commitment) -> str:
    return f"{span.begins:%d %b %H:%M} to {span.ends:%H:%M} UTC"
