"""The story of saving a plan: its next version, a copy, a plan a sortie; what is saved already is not saved again."""

from itertools import count

from sqlmodel import Session, col, select

from mapserver.core.services import Services
from mapserver.plans.flow import NewPlan, draft_of, sorties_of
from mission.plans import service as plans
from mission.plans.drafting import PlanDraft
from mission.plans.names import name_of, name_of_sortie, sortie_number, title_without_sortie
from mission.plans.tables import PlanRow
from mission.zones import service as zones
from mission.zones.tables import ZoneRow
from telemetry.access import Principal, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.messages import Message
from telemetry.store import Work


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
    name = wanted.name.strip() or (previous.name if previous else name_of(made.pattern, zone.name, City(zone.city)))
    title = title_without_sortie(name)
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
            name=name_of_sortie(title, number, len(flown)),
            unit_id=wanted.unit_id,
            previous=_previous(session, previous, number, wanted),
            copy=wanted.copy_only,
        )
        for number, one in enumerate(flown, start=1)
    ]
    for plan in kept:
        detail = Message("audit.named_version", name=plan.name, version=plan.version)
        audit.record(session, by, "plan", f"plan {plan.id}", city=City(plan.city), at=now, detail=detail)
    return kept[0]


def _kept_alike(session: Session, zone: ZoneRow, flown: list[PlanDraft], title: str, unit_id: str) -> PlanRow | None:
    """The first of the plans that are kept of just these flights under this title; None unless all are."""
    alike = [
        plans.same_version(session, zone, one, name=name_of_sortie(title, number, len(flown)), unit_id=unit_id)
        for number, one in enumerate(flown, start=1)
    ]
    if not all(alike):
        return None
    return alike[0]


def _free_title(session: Session, zone: ZoneRow, title: str, flights: int) -> str:
    """`title`, with a number behind it where sorties over the zone are called so already."""
    for number in count(1):
        tried = title if number == 1 else f"{title} {number}"
        first = name_of_sortie(tried, 1, flights)
        if plans.free_name(session, zone.id, first) == first:
            break
    return tried


def _previous(session: Session, previous: PlanRow | None, number: int, wanted: NewPlan) -> PlanRow | None:
    """The version that sortie `number` is made from: the one with its number, and for the first the plan at hand."""
    if previous is None or (wanted.copy_only and number > 1):
        return None
    if wanted.copy_only or sortie_number(previous.name) is None:
        if number > 1:
            return None
        return previous
    title = title_without_sortie(previous.name)
    query = select(PlanRow).where(
        PlanRow.zone_id == previous.zone_id, col(PlanRow.name).startswith(title, autoescape=True)
    )
    for plan in session.exec(query.order_by(col(PlanRow.made_at).desc(), col(PlanRow.version).desc())):
        if sortie_number(plan.name) == number and title_without_sortie(plan.name) == title:
            return plan
    return None
