"""Inspection of the shifts: is somebody there to take incidents?"""

from collections.abc import Iterator
from functools import partial

from incidents.shifts import service
from mapserver.core.services import Services
from mapserver.faults.values import Amiss, Inspection, Sound
from telemetry.access import Role
from telemetry.cities import City, known_towns
from telemetry.messages import Message
from telemetry.visibility import Visibility


def shift_inspections(parts: Services) -> Iterator[Inspection]:
    """Whether somebody who takes incidents is on shift, town by town."""
    for city in known_towns():
        yield Inspection(f"shift {city}", partial(look, parts, city), city)


def look(parts: Services, city: City) -> Sound | Amiss:
    """Amiss where a town that plans shifts has nobody now; a town that plans none is in doubt."""
    visible = Visibility(frozenset({city}), parts.settings.scope)
    town = city.facts.name
    with parts.store.read() as session:
        there = service.on_shift(session, visible, parts.clock.now())
        names = [row.person for row in there if Role(row.role) in service.ANSWERS_FOR_INCIDENTS]
        is_planned = bool(there) or service.is_planned_at_all(session, visible)
    if names:
        return Sound(Message("faults.on_shift", people=names))
    if not is_planned:
        return Sound(Message("faults.no_shifts_planned", town=town), doubt=True)
    return Amiss(Message("faults.nobody_on_shift", town=town), Message("faults.plan_a_shift"))
