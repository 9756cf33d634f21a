"""The planner's stories, shared by page and API: try a plan, keep it as a version or as a copy. Flies nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import PurePath
from typing import Any

from pydantic import AliasChoices, BaseModel, Field
from shapely import LineString, Polygon
from sqlmodel import Session

from mapserver.core.services import Services
from mission.checks.verdict import Level, Verdict
from mission.flights import repository as flight_repository
from mission.flights import service as flights
from mission.flights.check_inputs import ProposedFlight, judge
from mission.flights.learned_energy import learned
from mission.plans import service as plans
from mission.plans.drafting import FROM_FILE, PlanDraft, draft
from mission.plans.fences import FENCE_M
from mission.plans.geojson import route_feature
from mission.plans.mapped import image_map_of
from mission.plans.tables import PlanRow
from mission.registry import service as registry
from mission.routes.cameras import camera_named
from mission.routes.drones import DEFAULT_DRONE, Drone, drone_named
from mission.routes.footprint import footprint_m
from mission.routes.route import LegKind, Route
from mission.routes.search_budget import QUICK, THOROUGH, SearchBudget
from mission.zones import service as zones
from mission.zones.geometry import local_frame, to_metres
from telemetry.access import Principal, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import BadInput, BadPlan, Conflict
from telemetry.messages import Message
from telemetry.observations.values import UtcTime
from telemetry.positions import Position
from telemetry.scopes import Scope
from telemetry.store import Work
from telemetry.units import service as units
from telemetry.units.tables import UnitKind, UnitRow

LOOKING_DOWN = ("survey", "corridor")
"""Patterns whose camera maps the ground below."""
CONTINGENCIES = 2.0
"""How many widths of the town's contingency volume its geofence leaves beside the path, at least."""
FARTHEST_M = 5_000.0
"""A plan from a file that comes no nearer to its zone than this is for another one."""


class WantedFlight(BaseModel):
    """What is to be flown, where, and with which drone."""

    unit_id: str
    pattern: str = "survey"
    wishes: dict[str, Any] = Field(default={}, validation_alias=AliasChoices("wishes", "survey"))
    """Those of the pattern, as its schema under /api/v1/plans/patterns says; `survey` in the first release."""
    geometry: dict[str, Any] | None = None
    """GeoJSON: what it is flown over; the zone's outline if left out."""
    home: Position | None = None
    """Where it takes off and lands; where the drone stands if left out."""


class Trial(WantedFlight):
    """A plan that is only tried."""

    zone_id: str | None = None
    """None for an outline that is no zone yet; then `geometry` says where."""
    at: UtcTime | None = None
    """When it would take off, UTC, for the checks; None to leave them out."""
    plan_id: str | None = None
    """The kept plan that this is, unchanged: what was acknowledged on it counts."""
    quick: bool = False
    """A good route at once, while a corner is dragged, instead of the one that would be kept."""
    images: bool = False
    """Whether to draw how many pictures show each part of the area of a survey."""


class NewPlan(WantedFlight):
    """A plan to keep."""

    zone_id: str
    name: str = ""
    previous_id: str | None = None
    """The plan this is the next version of."""
    copy_only: bool = Field(default=False, validation_alias="copy")
    """Keep it as a plan of its own instead, though made from `previous_id`."""


def try_plan(parts: Services, session: Session, by: Principal, wanted: Trial) -> dict[str, Any]:
    """The route, its numbers and what the checks say, or the sentence why there is none and the wish it is about."""
    if wanted.pattern == FROM_FILE and wanted.plan_id:
        plan = plans.get(session, wanted.plan_id, visibility(by))
        tried: dict[str, Any] = {"problem": None, "route": plan.route, "wishes": {}, "seen_m": None}
        if wanted.at is None:
            return tried
        return tried | checked(parts, session, by, [plan], wanted.unit_id, wanted.at)
    try:
        search = THOROUGH
        if wanted.quick:
            search = QUICK
        made = draft_of(parts, session, by, wanted, search)
    except BadInput as error:
        return {"problem": {"message": error.message, "field": _about(error.message, wanted.wishes)}, "route": None}
    tried = {
        "problem": None,
        "route": route_feature(made.route),
        "wishes": made.wishes,
        "quick": wanted.quick,
        "seen_m": _seen_m(made),
        "energy": learned(session, wanted.unit_id).as_json(),
    }
    if wanted.images:
        city = units.duty_city(units.get(session, wanted.unit_id, visibility(by)))
        tried["images"] = image_map_of(made, parts.standards.terrains.get(city))
    if wanted.at is None:
        return tried
    unit = units.get(session, wanted.unit_id, visibility(by))
    now = parts.clock.now()
    city = units.duty_city(unit)
    sorties = sorties_of(parts, session, by, made, unit.id)
    name = Message("plans.this_plan").text()
    flown = [plans.unsaved_row(one, city, Scope(unit.scope), at=now, by=by.name, name=name) for one in sorties]
    if wanted.plan_id:
        kept = plans.get(session, wanted.plan_id, visibility(by))
        flown[0].id = kept.id
        flown[0].fence = kept.fence  # one that was kept before servers drew fences and rally points has none
        flown[0].rally = kept.rally
    return tried | checked(parts, session, by, flown, unit.id, wanted.at)


def read_plan_file(
    parts: Services, by: Principal, *, unit_id: str, filename: str, content: bytes
) -> tuple[PlanDraft, list[Message]]:
    """The draft in a file, flown by a drone from where it stands, and sentences on what is not as in the file.

    Keeps nothing and holds neither a session nor the turn to write while the file is read.
    """
    with parts.store.read() as session:
        drone = units.get(session, unit_id, visibility(by))
        home = _home_of(session, drone)
        airframe = drone_type(session, drone).airframe
    return parts.files.plan(content, filename, home=home, airframe=airframe)


def plan_in_file(session: Session, by: Principal, made: PlanDraft, *, zone_id: str) -> dict[str, Any]:
    """What a plan that was read from a file flies, and how many metres of its work lie outside the zone it is for."""
    zone = zones.get(session, zone_id, visibility(by))
    area = zones.area_of(zone)
    frame = local_frame(area)
    outline = to_metres(area, frame)
    work = [leg for leg in made.route.legs if leg.kind not in (LegKind.TRANSIT, LegKind.CLIMB)]
    lines = [LineString([frame.to_metres(*point.place) for point in leg.points]) for leg in work]
    return {
        "route": route_feature(made.route),
        "zone": zone.name,
        "work_m": round(sum(line.length for line in lines), 1),
        "outside_m": round(sum(line.difference(outline).length for line in lines), 1),
    }


def import_plan(
    parts: Services, work: Work, by: Principal, made: PlanDraft, *, zone_id: str, unit_id: str, filename: str
) -> PlanRow:
    """Keep a plan that was read from a file over a zone."""
    now = parts.clock.now()
    zone = zones.get(work.session, zone_id, visibility(by))
    away = _metres_away(made.route, zones.area_of(zone))
    if away > FARTHEST_M:
        raise BadPlan(Message("plans.far_from_zone", file_name=filename, away=away, zone=zone.name))
    plan = plans.keep(work, zone, made, at=now, by=by.name, name=PurePath(filename).stem, unit_id=unit_id)
    detail = Message("audit.from_file", name=plan.name, file=filename)
    audit.record(work.session, by, "import", f"plan {plan.id}", city=City(plan.city), at=now, detail=detail)
    return plan


def _metres_away(route: Route, area: Polygon) -> float:
    """The shortest way between the route and the area."""
    frame = local_frame(area)
    line = LineString([frame.to_metres(*point.place) for point in route.points])
    return float(line.distance(to_metres(area, frame)))


def checked(
    parts: Services, session: Session, by: Principal, flown: Sequence[PlanRow], unit_id: str, at: datetime
) -> dict[str, Any]:
    """The verdicts on each plan of a flight; of a later sortie those that say more than the first one's."""
    now = parts.clock.now()
    verdicts: list[Verdict] = []
    for number, plan in enumerate(flown, start=1):
        try:
            unit = flights.fit_unit(session, plan, unit_id, at=at, now=now)
        except (BadInput, Conflict) as error:
            return {"unfit": error.message, "verdicts": []}
        proposed = ProposedFlight(plan, unit, by.name, at, sorties=tuple(flown))
        for verdict in judge(session, proposed, parts.standards, now=now):
            if number == 1:
                verdicts.append(verdict)
            elif verdict.level is not Level.PASS and verdict.message not in {known.message for known in verdicts}:
                message = Message("checks.of_sortie", number=number, message=verdict.message)
                verdicts.append(replace(verdict, message=message))
    return {"unfit": None, "verdicts": [verdict.as_json() for verdict in verdicts]}


def _seen_m(made: PlanDraft) -> float | None:
    """Metres of ground that the camera sees across the line of flight; None where it looks elsewhere."""
    if made.pattern not in LOOKING_DOWN:
        return None
    return round(footprint_m(camera_named(made.wishes["camera"]), made.route.altitude_m)[0], 2)


def sorties_of(parts: Services, session: Session, by: Principal, made: PlanDraft, unit_id: str) -> list[PlanDraft]:
    """What one battery each can fly, its geofence wide enough for the town's contingency volume."""
    city = units.duty_city(units.get(session, unit_id, visibility(by)))
    return made.sorties(max(FENCE_M, CONTINGENCIES * parts.standards.policy(city).contingency_m))


def draft_of(
    parts: Services, session: Session, by: Principal, wanted: Trial | NewPlan, search: SearchBudget = THOROUGH
) -> PlanDraft:
    drone = units.get(session, wanted.unit_id, visibility(by))
    if drone.kind != UnitKind.DRONE:
        raise BadInput(Message("plans.not_a_drone", unit=wanted.unit_id, kind=drone.kind))
    geometry = wanted.geometry
    if geometry is None:
        if wanted.zone_id is None:
            raise BadInput(Message("plans.no_area"))
        geometry = zones.get(session, wanted.zone_id, visibility(by)).polygon
    city = units.duty_city(drone)
    known = drone_type(session, drone)
    return draft(
        wanted.pattern,
        geometry,
        wanted.wishes,
        home=wanted.home or _home_of(session, drone),
        drone=known.model_copy(update={"airframe": learned(session, drone.id).of(known.airframe)}),
        terrain=parts.standards.terrains.get(city),
        reserve=parts.standards.policy(city).reserve,
        search=search,
    )


def drone_type(session: Session, unit: UnitRow) -> Drone:
    """The type that the register has the drone under; the generic one where it has none."""
    papers = registry.papers_of_drone(session, unit.scope, unit.id)
    if papers is None or not papers.airframe:
        return drone_named(DEFAULT_DRONE)
    return drone_named(papers.airframe)


def _home_of(session: Session, drone: UnitRow) -> Position | None:
    """Where the drone stands; while it is in the air, where it took off."""
    flight = flight_repository.in_the_air(session, drone.id)
    home = None
    if flight is not None:
        home = session.get_one(PlanRow, flight.plan_id).home
    if home is None:
        return units.position_of(drone)
    return Position(lat=home["lat"], lon=home["lon"])


def _about(message: str, wishes: Mapping[str, Any]) -> str | None:
    """The wish that a refusal speaks of, so that it can be shown beside its control."""
    return next((name for name in wishes if name in message), None)
