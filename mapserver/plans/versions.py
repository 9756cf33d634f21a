"""The story of saving a plan: its next version, a copy, a plan a sortie; what is saved already is not saved again."""

import re
from itertools import count

from sqlmodel import Session, col, select

from mapserver.core.services import Services
from mapserver.plans.flow import NewPlan, draft_of, sorties_of
from mission.plans import service as plans
from mission.plans.drafting import PlanDraft
from mission.plans.tables import PlanRow
from mission.zones import service as zones
from mission.zones.tables import ZoneRow
from telemetry.access import Principal, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.store import Work

SORTIE = re.compile(r", sortie (\d+) of \d+$")


def keep_plan(parts: Services, work: Work, by: Principal, wanted: NewPlan) -> PlanRow:
    """Plan and keep it, and write it down; what needs several batteries as a plan a sortie. Gives the first.

    The same plan under the same name is kept once: saved again, the one that is there is given.
    """
    visible = visibility(by)
    session = work.session
    previous = plans.get(session, wanted.previous_id, visible) if wanted.previous_id else None
    zone = zones.get(session, wanted.zone_id, visible)
    made = draft_of(parts, session, by, wanted)
    flown = sorties_of(parts, session, by, made, wanted.unit_id)
    title = SORTIE.sub("", wanted.name.strip() or (previous.name if previous else plans.title_of(made, zone)))
    if not wanted.copy_only:
        there = _kept_alike(session, zone, flown, title, wanted.unit_id)
        if there is not None:
            return there
    if len(flown) > 1 and (previous is None or wanted.copy_only):
        title = _free_title(session, zone, title, len(flown))
    now = parts.clock.now()  # the same for all: the sorties of one survey are known by it
    kept = [
        plans.keep(
            work,
            zone,
            one,
            at=now,
            by=by.name,
            name=_name(title, number, len(flown)),
            unit_id=wanted.unit_id,
            previous=_previous(session, previous, number, wanted),
            copy=wanted.copy_only,
        )
        for number, one in enumerate(flown, start=1)
    ]
    for plan in kept:
        detail = f"{plan.name}, version {plan.version}"
        audit.record(session, by, "plan", f"plan {plan.id}", city=City(plan.city), at=now, detail=detail)
    return kept[0]


def _name(title: str, number: int, flights: int) -> str:
    """What a sortie is called; a plan of one flight by its title alone."""
    if flights == 1:
        return title
    return f"{title}, sortie {number:02} of {flights:02}"


def _kept_alike(session: Session, zone: ZoneRow, flown: list[PlanDraft], title: str, unit_id: str) -> PlanRow | None:
    """The first of the plans that are kept of just these flights under this title; None unless all are."""
    alike = [
        plans.same_version(session, zone, one, name=_name(title, number, len(flown)), unit_id=unit_id)
        for number, one in enumerate(flown, start=1)
    ]
    if not all(alike):
        return None
    return alike[0]


def _free_title(session: Session, zone: ZoneRow, title: str, flights: int) -> str:
    """`title`, with a number behind it where sorties over the zone are called so already."""
    for number in count(1):
        tried = title if number == 1 else f"{title} {number}"
        first = _name(tried, 1, flights)
        if plans.free_name(session, zone.id, first) == first:
            break
    return tried


def _previous(session: Session, previous: PlanRow | None, number: int, wanted: NewPlan) -> PlanRow | None:
    """The version that sortie `number` is made from: the one with its number, and for the first the plan at hand."""
    if previous is None or (wanted.copy_only and number > 1):
        return None
    if wanted.copy_only or SORTIE.search(previous.name) is None:
        if number > 1:
            return None
        return previous
    title = SORTIE.sub("", previous.name)
    query = select(PlanRow).where(
        PlanRow.zone_id == previous.zone_id, col(PlanRow.name).startswith(f"{title}, sortie ")
    )
    for plan in session.exec(query.order_by(col(PlanRow.made_at).desc(), col(PlanRow.version).desc())):
        found = SORTIE.search(plan.name)
        if found is not None and int(found[1]) == number and SORTIE.sub("", plan.name) == title:
            return plan
    return None
