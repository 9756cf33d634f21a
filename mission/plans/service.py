"""What can be done with a plan: keep, make a new version, list, get. The caller's unit of work commits."""

import re
import uuid
from datetime import datetime
from itertools import count
from typing import Any

from sqlmodel import Session, col, func, select

from mission.formats import PlanFile
from mission.plans.changes import changes
from mission.plans.drafting import PlanDraft
from mission.plans.fence_json import fence_of, fence_to_json, rally_of, rally_to_json
from mission.plans.geojson import route_feature
from mission.plans.names import name_of
from mission.plans.stored_patterns import KEPT_PATTERNS, patterns_of
from mission.plans.tables import PlanRow
from mission.routes.mission_items import items_from_json, items_of, items_to_json
from mission.zones.geometry import shape_of
from mission.zones.tables import ZoneRow
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import BadPlan, Conflict, NotFound
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.scopes import Scope
from telemetry.store import ALWAYS, Between, Page, SortKey, Work, read_page
from telemetry.transfer.mission_items import MissionItem
from telemetry.visibility import Visibility

SAME_WHEN_EQUAL = ("request", "geometry", "home", "items", "fence", "rally")
"""Fields of a plan in which two differ that are not the same plan."""
NO_FILE_NAME = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
"""What no file system takes in a name."""
HOME_FIELDS = {"lat", "lon", "alt_m"}
"""Degrees, and metres above the sea where that is known."""


def keep(
    work: Work,
    zone: ZoneRow,
    draft: PlanDraft,
    *,
    at: datetime,
    by: str,
    name: str = "",
    unit_id: str | None = None,
    previous: PlanRow | None = None,
    copy: bool = False,
) -> PlanRow:
    """Keep a draft over `zone`: the first version of a plan, the next one after `previous`, or a copy of it.

    A name that another plan over the zone has gets a number behind it. Raises Conflict when the zone is archived,
    BadPlan when a next version would be over another zone.
    """
    if zone.archived_at is not None:
        raise Conflict(Message("plans.zone_archived", zone=zone.name))
    if previous is not None and not copy and previous.zone_id != zone.id:
        raise BadPlan(Message("plans.other_zone", previous=previous.name, zone=zone.name))
    title = name.strip()[:120]
    if not title:
        title = previous.name if previous else name_of(draft.pattern, zone.name, City(zone.city))
    plan = unsaved_row(draft, City(zone.city), Scope(zone.scope), at=at, by=by, name=title)
    plan.zone_id = zone.id
    plan.zone_shape = shape_of(zone.polygon)
    plan.unit_id = unit_id
    if previous is not None:
        plan.previous_id = previous.id
    if previous is not None and not copy:
        plan.lineage_id = previous.lineage_id
        plan.version = _newest_version(work.session, previous) + 1
    plan.name = free_name(work.session, zone.id, title, plan.lineage_id)
    work.session.add(plan)
    work.session.flush()  # flights of the same work refer to it
    return plan


def free_name(session: Session, zone_id: str, title: str, lineage_id: str | None = None) -> str:
    """`title`, with a number behind it where a plan of another lineage over the zone is called so."""
    query = select(PlanRow.name).where(PlanRow.zone_id == zone_id)
    if lineage_id is not None:
        query = query.where(PlanRow.lineage_id != lineage_id)
    taken = set(session.exec(query))
    numbered = (title if number == 1 else f"{title} {number}" for number in count(1))
    return next(name for name in numbered if name not in taken)


def same_version(
    session: Session, zone: ZoneRow, draft: PlanDraft, *, name: str, unit_id: str | None
) -> PlanRow | None:
    """The newest version of a plan over `zone` that is the same in every wish, place, item and name; None for none."""
    query = select(PlanRow).where(
        PlanRow.zone_id == zone.id,
        PlanRow.name == name,
        PlanRow.unit_id == unit_id,
        PlanRow.pattern == draft.pattern,
        PlanRow.zone_shape == shape_of(zone.polygon),
    )
    wanted = unsaved_row(draft, City(zone.city), Scope(zone.scope), at=zone.created_at, by="", name=name)
    for plan in session.exec(query.order_by(col(PlanRow.version).desc())):
        same = all(getattr(plan, each) == getattr(wanted, each) for each in SAME_WHEN_EQUAL)
        if same and plan.version == _newest_version(session, plan):
            return plan
    return None


def unsaved_row(draft: PlanDraft, city: City, scope: Scope, *, at: datetime, by: str, name: str) -> PlanRow:
    """The row of a draft, in no database and over no zone yet: what checks look at before anything is kept."""
    plan_id = f"plan-{uuid.uuid4().hex[:12]}"
    return PlanRow(
        id=plan_id,
        city=city,
        scope=scope,
        zone_id="",
        name=name,
        made_by=by,
        made_at=at,
        lineage_id=plan_id,
        home=None if draft.home is None else draft.home.model_dump(include=HOME_FIELDS, exclude_none=True),
        pattern=draft.pattern,
        geometry=draft.geometry,
        zone_shape="",
        request=draft.wishes,
        route=route_feature(draft.route),
        items=items_to_json(list(draft.items or items_of(draft.route))),
        fence=fence_to_json(draft.fence),
        rally=rally_to_json(draft.rally),
        summary=draft.route.as_json(),
    )


def get(session: Session, plan_id: str, visible: Visibility) -> PlanRow:
    """The plan, if it is of `visible`. Raises NotFound."""
    plan = session.get(PlanRow, plan_id)
    if plan is None or not visible.shows(plan):
        raise NotFound(Message("plans.not_found", plan_id=plan_id))
    return plan


def listed(
    session: Session,
    visible: Visibility,
    *,
    zone_id: str | None = None,
    limit: int = 200,
    cursor: str | None = None,
    between: Between = ALWAYS,
) -> Page[PlanRow]:
    """The plans of `visible`, or of one zone in it, newest first: one page. Raises BadInput on a foreign cursor."""
    query = select(PlanRow).where(visible.rows(PlanRow))
    if zone_id is not None:
        query = query.where(PlanRow.zone_id == zone_id)
    order = [SortKey(col(PlanRow.made_at), datetime, descending=True), SortKey(col(PlanRow.id), str)]
    return read_page(session, between.narrow(query, col(PlanRow.made_at)), order, limit=limit, cursor=cursor)


def is_of_older_shape(session: Session, plan: PlanRow) -> bool:
    """Whether the zone has been given another outline since the plan was made."""
    return shape_of(session.get_one(ZoneRow, plan.zone_id).polygon) != plan.zone_shape


def sorties_with(session: Session, plan: PlanRow) -> list[PlanRow]:
    """The sorties of the survey that `plan` is one of, itself included: kept by the same person at the same moment."""
    query = select(PlanRow).where(
        PlanRow.zone_id == plan.zone_id,
        PlanRow.made_at == plan.made_at,
        PlanRow.made_by == plan.made_by,
        PlanRow.pattern == plan.pattern,
    )
    return list(session.exec(query.order_by(col(PlanRow.id))))


def mission_items(plan: PlanRow) -> list[MissionItem]:
    """The items that go to the vehicle."""
    return items_from_json(plan.items)


def brief(session: Session, plan: PlanRow) -> dict[str, Any]:
    """The plan in a list: what it is and its numbers, without the route."""
    changed: list[str] = []
    if plan.previous_id is not None and (before := session.get(PlanRow, plan.previous_id)) is not None:
        changed = [change.text() for change in changes(plan, before)]
    return {**_facts(plan), "older_shape": is_of_older_shape(session, plan), "changes": changed}


def file_name(plan: PlanRow) -> str:
    """What a file of the plan is called, without its ending: its name and, from the second on, its version."""
    name = NO_FILE_NAME.sub("-", plan.name).strip(" .-") or plan.id
    if plan.version == 1:
        return name
    return f"{name}, version {plan.version}"


def as_file(plan: PlanRow) -> PlanFile:
    """The plan as a file holds it; home is where its route begins."""
    lon, lat = plan.route["geometry"]["coordinates"][0][:2]
    home = Position(lat=lat, lon=lon, alt_m=(plan.home or {}).get("alt_m"))
    items = tuple(mission_items(plan))
    patterns, no_pattern = patterns_of(plan, items)
    return PlanFile(
        plan.name,
        items,
        home,
        fence_of(plan),
        rally_of(plan),
        speed_m_s=plan.summary["speed_m_s"],
        patterns=patterns,
        no_pattern=no_pattern,
    )


def public(plan: PlanRow) -> dict[str, Any]:
    """The plan as the API shows it."""
    return {
        **_facts(plan),
        "home": plan.home,
        "geometry": plan.geometry,
        "zone_shape": plan.zone_shape,
        "request": {name: value for name, value in plan.request.items() if name != KEPT_PATTERNS},
        "route": plan.route,
        "items": plan.items,
        "fence": plan.fence,
        "rally": plan.rally,
    }


def _facts(plan: PlanRow) -> dict[str, Any]:
    return {
        "id": plan.id,
        "city": plan.city,
        "zone_id": plan.zone_id,
        "name": plan.name,
        "made_by": plan.made_by,
        "made_at": iso(plan.made_at),
        "lineage_id": plan.lineage_id,
        "version": plan.version,
        "previous_id": plan.previous_id,
        "unit_id": plan.unit_id,
        "pattern": plan.pattern,
        "summary": plan.summary,
        "simulated": plan.simulated,
    }


def _newest_version(session: Session, plan: PlanRow) -> int:
    newest = select(func.max(PlanRow.version)).where(PlanRow.lineage_id == plan.lineage_id)
    return session.exec(newest).one() or plan.version
