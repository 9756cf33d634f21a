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
    local_spans,
    seconds_from,
)
from mission.schedule.travel import TravelTimes, habits
from telemetry.clock import iso
from telemetry.errors import BadInput
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
            _span(shift, f"a shift of {person.id}")
        for one, other in pairwise(sorted(person.shifts, key=lambda shift: shift.begins)):
            if other.begins < one.ends:
                raise BadInput(f"two shifts of {person.id} overlap: {_words(one)} and {_words(other)}; make them one")
    for zone in request.zones:
        _zone(zone, request)
    for span in request.flyable or ():
        _span(span, "a span of flyable weather")
    _minutes(request)
    _commitments(request)


def _horizon(request: ScheduleRequest) -> None:
    _span(ScheduleSpan(begins=request.begins, ends=request.ends), "the horizon")
    if request.ends - request.begins > LONGEST:
        raise BadInput(f"the horizon is {request.ends - request.begins}; schedule at most {LONGEST.days} days at once")
    if request.now is not None and not request.begins <= request.now <= request.ends:
        raise BadInput(
            f"now is {iso(request.now)}, outside the horizon {iso(request.begins)} to {iso(request.ends)}; "
            "move the horizon or leave now out"
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
                raise BadInput(f"there are two {what}s with the id {one}; ids must differ")
            seen.add(one)
    both = set(groups["unit"]) & set(groups["zone"])
    if both:
        raise BadInput(f"{min(both)} is the id of a unit and of a zone; both are places, so their ids must differ")


def _unit(unit: Unit, request: ScheduleRequest) -> None:
    _near(unit.position, f"unit {unit.id}", request)
    for span in unit.available or ():
        _span(span, f"a span in which unit {unit.id} is available")
    for one, other in pairwise(sorted(unit.available or (), key=lambda span: span.begins)):
        if other.begins < one.ends:
            raise BadInput(f"two spans in which unit {unit.id} is available overlap: {_words(one)} and {_words(other)}")
    if unit.battery is not None and unit.kind is not UnitKind.DRONE:
        raise BadInput(f"unit {unit.id} is a {unit.kind} with a battery; only a drone's battery is planned with")
    if unit.kind is UnitKind.DRONE and unit.crewed is False:
        raise BadInput(f"unit {unit.id} is a drone without a crew; a drone needs its pilot")
    if habits(unit).crewed and unit.returns is False:
        raise BadInput(f"unit {unit.id} is crewed but need not return; its person must be back when the shift ends")


def _zone(zone: ScheduleZone, request: ScheduleRequest) -> None:
    _near(zone.position, f"zone {zone.id}", request)
    dwell = timedelta(minutes=zone.dwell_min)
    if zone.revisit_min is not None and zone.revisit_min < zone.dwell_min:
        raise BadInput(
            f"zone {zone.id} wants a visit of {zone.dwell_min:g} min every {zone.revisit_min:g} min; "
            "the dwell must fit into the revisit interval"
        )
    for window in zone.windows:
        if isinstance(window, ScheduleSpan):
            _span(window, f"a window of zone {zone.id}")
            lasts, words = window.ends - window.begins, _words(window)
        else:
            lasts, words = window.lasts(), f"{window.begins:%H:%M} to {window.ends:%H:%M}"
        if lasts < dwell:
            raise BadInput(
                f"zone {zone.id}: the window {words} is {lasts.total_seconds() / 60:g} min long, "
                f"shorter than the dwell of {zone.dwell_min:g} min"
            )
    if not zone.windows and request.ends - request.begins < dwell:
        raise BadInput(f"zone {zone.id}: its dwell of {zone.dwell_min:g} min is longer than the horizon")
    spans = [s for w in zone.windows for s in ([w] if isinstance(w, ScheduleSpan) else local_spans(request, w))]
    for one, other in pairwise(sorted(spans, key=lambda span: span.begins)):
        if other.begins < one.ends:
            raise BadInput(f"zone {zone.id}: the windows {_words(one)} and {_words(other)} overlap; make them one")


def _minutes(request: ScheduleRequest) -> None:
    places = {u.id for u in request.units} | {z.id for z in request.zones}
    for kind, rows in request.minutes.items():
        for start, row in rows.items():
            unknown = ({start} | set(row)) - places
            if unknown:
                raise BadInput(f"the travel times of a {kind} name {min(unknown)}, which is no unit and no zone here")


def _commitments(request: ScheduleRequest) -> None:
    units = {u.id: u for u in request.units}
    people = {p.id: p for p in request.people}
    zones = {z.id: z for z in request.zones}
    seen: set[tuple[str, int]] = set()
    for kept in request.commitments:
        name = f"the committed visit {kept.number} of zone {kept.zone_id}"
        for what, wanted, known in (("zone", kept.zone_id, zones), ("unit", kept.unit_id, units)):
            if wanted not in known:
                raise BadInput(f"{name} names the {what} {wanted}, which the request does not have")
        if kept.person_id is not None and kept.person_id not in people:
            raise BadInput(f"{name} names the person {kept.person_id}, whom the request does not have")
        if (kept.zone_id, kept.number) in seen:
            raise BadInput(f"{name} is committed twice; one visit has one time")
        seen.add((kept.zone_id, kept.number))
        _span(ScheduleSpan(begins=kept.begins, ends=kept.ends), name)
        unit = units[kept.unit_id]
        if habits(unit).crewed != (kept.person_id is not None):
            raise BadInput(f"{name}: {unit.id} {'needs a person' if habits(unit).crewed else 'takes no person along'}")
        if kept.locked and not kept.done:
            _locked(kept, unit, request, name)
    _clashes([kept for kept in request.commitments if kept.locked and not kept.done], request, units)


def _locked(kept: Commitment, unit: Unit, request: ScheduleRequest, name: str) -> None:
    zone = next(z for z in request.zones if z.id == kept.zone_id)
    if unit.kind not in zone.served_by:
        raise BadInput(f"{name} is locked to {unit.id}, but zone {zone.id} is not to be served by a {unit.kind}")
    if not request.begins <= kept.begins < kept.ends <= request.ends:
        raise BadInput(f"{name} is locked outside the horizon")
    spans = unit.available
    if spans is not None and not any(span.begins <= kept.begins and kept.ends <= span.ends for span in spans):
        raise BadInput(f"{name} is locked to {unit.id} at a time at which it is not available")
    person = next((p for p in request.people if p.id == kept.person_id), None)
    if person is None:
        return
    if unit.kind not in person.kinds:
        raise BadInput(f"{name} is locked to {person.id}, who may not operate a {unit.kind}")
    if not any(shift.begins <= kept.begins and kept.ends <= shift.ends for shift in person.shifts):
        raise BadInput(f"{name} is locked to {person.id} at a time that lies in none of their shifts")
    lacking = zone.needs - person.skills - unit.skills
    if lacking:
        raise BadInput(f"{name} is locked to {person.id} with {unit.id}, who lack {', '.join(sorted(lacking))}")


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


def _clash(name: str, one: Commitment, other: Commitment, units: dict[str, Unit], ways: TravelTimes) -> None:
    pair = f"the locked visits {one.number} of zone {one.zone_id} and {other.number} of zone {other.zone_id}"
    if other.begins < one.ends:
        raise BadInput(
            f"{name} would be in two places at once: {pair} overlap ({_words(one)}; {_words(other)}); unlock one"
        )
    if one.unit_id != other.unit_id or one.person_id != other.person_id or one.zone_id == other.zone_id:
        return
    usual = habits(units[one.unit_id])
    need = ways.seconds(units[one.unit_id], one.zone_id, other.zone_id)
    need += int((usual.setup_min + usual.takedown_min) * 60)
    have = seconds_from(one.ends, other.begins)
    if have < need:
        raise BadInput(
            f"{name} cannot keep both: between {pair} lie {have / 60:.1f} min and the way takes {need / 60:.1f}; "
            "unlock one"
        )


def _near(position: Position, what: str, request: ScheduleRequest) -> None:
    town = request.city.facts
    away = distance_m(position, Position(lat=town.lat, lon=town.lon))
    if away > FARTHEST_M:
        raise BadInput(f"{what} lies {away / 1000:,.0f} km from {town.name}; check its position and the town")


def _span(span: ScheduleSpan, what: str) -> None:
    if span.ends <= span.begins:
        raise BadInput(f"{what} ends {iso(span.ends)}, not after it begins, {iso(span.begins)}")


def _words(span: ScheduleSpan | Commitment) -> str:
    return f"{span.begins:%d %b %H:%M} to {span.ends:%H:%M} UTC"
