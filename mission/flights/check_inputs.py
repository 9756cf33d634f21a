"""What the database knows of a flight, gathered for its checks: the one way in for API, scheduling and the supervisor.

Judges nothing itself: see `mission.checks.registry`. Asks only the database; weather is fetched by its own job.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from mission.airspace import permit_store
from mission.airspace import service as airspace
from mission.checks.inputs import Inputs, MappedArea, OtherFlight, PeopleArea, PeopleKind, PilotDuty
from mission.checks.policy import Policy
from mission.checks.profile import profile_of
from mission.checks.registry import run_checks
from mission.checks.segments import Profile
from mission.checks.verdict import Acknowledgement, Level, Verdict, acknowledged
from mission.checks.volumes import operational_volumes, samples_of
from mission.flights.learned_energy import learned
from mission.flights.states import OVER, FlightState
from mission.flights.tables import AcknowledgementRow, FlightRow
from mission.ground import Terrain
from mission.heights import AboveSea, Band
from mission.plans.fence_json import fence_of, rally_of
from mission.plans.mapped import mapped_area
from mission.plans.service import mission_items, sorties_with
from mission.plans.tables import PlanRow
from mission.registry import service as registry
from mission.registry.values import DronePapers, Papers
from mission.routes.drones import DEFAULT_DRONE, Drone, drone_named
from mission.weather import service as weather
from mission.zones import service as zones
from mission.zones.tables import ZoneRow
from telemetry.cities import City
from telemetry.clock import town_time
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.transfer.refusals import AutopilotName
from telemetry.units.tables import UnitRow
from telemetry.vehicles import Airframe
from telemetry.vehicles.drivers import VehicleDriver
from telemetry.visibility import Visibility

PEOPLE = {
    "gathering": PeopleKind.GATHERING,
    "event": PeopleKind.GATHERING,
    "residential": PeopleKind.BUILT_UP,
    "built_up": PeopleKind.BUILT_UP,
    "road": PeopleKind.ROAD,
}
"""The kinds of problem zone that say where uninvolved people are."""
CREW = timedelta(days=2)
"""Flights of the pilot this far off are looked at for duty and rest."""


@dataclass
class Standards:
    """What flights are judged by, town by town; a town that is not named has the default.

    Each of the three is replaced as a whole when a town's settings change, so that who reads it needs no lock.
    """

    policies: Mapping[City, Policy] = field(default_factory=dict)
    terrains: Mapping[City, Terrain] = field(default_factory=dict)
    """A town without one is taken to be flat at the height of each home."""
    grounds: Mapping[City, Band[AboveSea]] = field(default_factory=dict)
    """Lowest and highest ground of each town, for where it has no terrain."""

    def policy(self, city: City) -> Policy:
        """The town's own thresholds."""
        return self.policies.get(city) or Policy()


@dataclass(frozen=True)
class ProposedFlight:
    """A flight as it is wanted or planned."""

    plan: PlanRow
    unit: UnitRow
    pilot: str
    at: datetime
    """Take-off, UTC."""
    flight_id: str | None = None
    """None before there is one."""
    sorties: tuple[PlanRow, ...] = ()
    """The plan and the other sorties of the same survey, where they are not kept yet."""

    @property
    def city(self) -> City:
        """The town that flies it."""
        return City(self.plan.city)

    @property
    def visible(self) -> Visibility:
        """The data that it is judged by."""
        return Visibility.of(self.plan)


def judge(session: Session, proposed: ProposedFlight, standards: Standards, *, now: datetime) -> list[Verdict]:
    """Every check of `wish` on what the database knows `now`, the pilot's acknowledgements counted in.

    A flight that cannot be checked, as it flies off the terrain or nowhere at all, is blocked for that.
    """
    try:
        verdicts = run_checks(inputs_of(session, proposed, standards, now=now))
    except BadInput as error:
        said = Message("checks.cannot_be_checked", reason=error.told)
        clears = Message("checks.mend")
        return [Verdict("height", Level.BLOCK, Message("checks.rule_every_flight"), said, clears)]
    return acknowledged(verdicts, _given(session, proposed, standards, now))


def inputs_of(session: Session, proposed: ProposedFlight, standards: Standards, *, now: datetime) -> Inputs:
    """What the checks look at. Raises BadPlan for a plan that flies nowhere."""
    city = proposed.city
    visible = proposed.visible
    policy = standards.policy(city)
    papers = registry.papers_for(
        session, city=city, scope=proposed.plan.scope, pilot=proposed.pilot, unit_id=proposed.unit.id
    )
    airframe = airframe_of(papers.drone)
    profile = _profile(proposed.plan, proposed.unit, airframe, papers, standards)
    home = Position(lat=profile.home.lat, lon=profile.home.lon)
    ends = proposed.at + timedelta(seconds=profile.duration_s)
    return Inputs(
        profile=profile,
        at=proposed.at,
        now=now,
        airframe=airframe,
        policy=policy,
        zone=city.facts.zone,
        simulated=proposed.unit.simulated,
        papers=papers,
        airspace=airspace.airspace_of(session, visible),
        permits=tuple(permit_store.permits_of(session, visible)),
        people=_people(session, visible),
        weather=weather.outlook_for(session, visible, home, proposed.at, ends),
        others=_others(session, proposed, ends, standards),
        duties=_duties(session, proposed),
        items=tuple(mission_items(proposed.plan)),
        autopilot=_autopilot(papers.drone, proposed.unit),
        fence=fence_of(proposed.plan),
        rally=rally_of(proposed.plan),
        energy=learned(session, proposed.unit.id),
        mapped=_mapped(session, proposed, airframe, papers, standards),
    )


def versions(session: Session, proposed: ProposedFlight, standards: Standards) -> dict[str, Any]:
    """What changes whenever something does that a flight was judged by. Cheap: numbers of newest rows and digests."""
    visible = proposed.visible
    drawn = select(func.count(), func.sum(ZoneRow.version), func.count(col(ZoneRow.archived_at)))
    mine = select(func.max(AcknowledgementRow.id)).where(AcknowledgementRow.plan_id == proposed.plan.id)
    return {
        "register": registry.newest(session, visible),
        "weather": weather.newest(session, visible),
        "airspace": airspace.newest(session, visible),
        "permits": permit_store.newest(session, visible),
        "zones": _digest([str(value) for value in session.exec(drawn.where(visible.rows(ZoneRow))).one()]),
        "energy": round(learned(session, proposed.unit.id).value, 3),
        "acknowledgements": session.exec(mine).one() or 0,
        "driver": proposed.unit.driver,
        "plan": f"{proposed.plan.id} {_digest([proposed.plan.items, proposed.plan.fence, proposed.plan.rally])}",
        "policy": _digest(standards.policy(proposed.city).model_dump(mode="json")),
    }


def _profile(plan: PlanRow, unit: UnitRow, airframe: Airframe, papers: Papers, standards: Standards) -> Profile:
    """What is flown from the plan's own home; without one, from where its route begins.

    How high home lies is the plan's to say, or else the drone's by where it was last.
    """
    city = City(plan.city)
    lon, lat = plan.route["geometry"]["coordinates"][0][:2]
    ground = None
    if unit.alt_m is not None:
        ground = unit.alt_m - (unit.height_m or 0.0)
    if plan.home is not None:
        lat = plan.home["lat"]
        lon = plan.home["lon"]
        if plan.home.get("alt_m") is not None:  # plans kept before do not say it
            ground = plan.home["alt_m"]
    own = None
    if papers.drone is not None:
        own = papers.drone.return_height_m
    return profile_of(
        mission_items(plan),
        home=Position(lat=lat, lon=lon, alt_m=ground),
        airframe=airframe,
        terrain=standards.terrains.get(city),
        ground=standards.grounds.get(city),
        return_height_m=own or standards.policy(city).return_height_m,
    )


def _mapped(
    session: Session, proposed: ProposedFlight, airframe: Airframe, papers: Papers, standards: Standards
) -> MappedArea | None:
    """What the plan's pictures map, together with those of the survey's other sorties."""
    plan = proposed.plan
    mapped = mapped_area(plan.pattern, plan.geometry, plan.request)
    if mapped is None:
        return None
    sorties = proposed.sorties or sorties_with(session, plan)
    others = tuple(
        _profile(sortie, proposed.unit, airframe, papers, standards).pictures
        for sortie in sorties
        if sortie.id != plan.id
    )
    return replace(mapped, others=others)


def _drone(papers: DronePapers | None) -> Drone:
    """As the catalogue knows it."""
    if papers is None or not papers.airframe:
        return drone_named(DEFAULT_DRONE)
    return drone_named(papers.airframe)


def _autopilot(papers: DronePapers | None, unit: UnitRow) -> AutopilotName | None:
    """As the catalogue knows it, or by the driver that flies it: DroneKit speaks to ArduPilot only."""
    if unit.driver == VehicleDriver.DRONEKIT:
        return AutopilotName.ARDUPILOT
    return _drone(papers).autopilot


def airframe_of(papers: DronePapers | None) -> Airframe:
    """What a drone with these papers can do."""
    return _drone(papers).airframe


def _people(session: Session, visible: Visibility) -> tuple[PeopleArea, ...]:
    return tuple(
        PeopleArea(zone.name, PEOPLE[zone.kind], zones.area_of(zone))
        for zone in zones.listed(session, visible)
        if zone.kind in PEOPLE
    )


def _others(
    session: Session, proposed: ProposedFlight, ends: datetime, standards: Standards
) -> tuple[OtherFlight, ...]:
    """Flights of all towns in its scope that are planned or in the air around the time of this one."""
    gap = timedelta(seconds=standards.policy(proposed.city).between_flights_s)
    no_matter = [state.value for state in OVER | {FlightState.PLANNED}]
    query = select(FlightRow).where(proposed.visible.in_scope(FlightRow.scope), col(FlightRow.state).not_in(no_matter))
    found = []
    for flight in session.exec(query):
        begins, until = _times(flight)
        if flight.id == proposed.flight_id or begins > ends + gap or until < proposed.at - gap:
            continue
        plan = session.get_one(PlanRow, flight.plan_id)
        unit = session.get_one(UnitRow, flight.unit_id)
        papers = registry.papers_for(session, city=flight.city, scope=flight.scope, pilot=flight.pilot, unit_id=unit.id)
        profile = _profile(plan, unit, airframe_of(papers.drone), papers, standards)
        policy = standards.policy(City(flight.city))
        found.append(
            OtherFlight(
                flight.name,
                unit.name,
                same_drone=flight.unit_id == proposed.unit.id,
                same_pilot=flight.pilot == proposed.pilot,
                begins=begins,
                ends=until,
                volumes=operational_volumes(profile, samples_of(profile), at=begins, policy=policy),
            )
        )
    return tuple(found)


def _duties(session: Session, proposed: ProposedFlight) -> tuple[PilotDuty, ...]:
    """Flights that the pilot flies or has flown; those called off before the start are none."""
    query = select(FlightRow).where(
        FlightRow.pilot == proposed.pilot,
        col(FlightRow.scheduled_at).between(proposed.at - CREW, proposed.at + CREW),
    )
    duties = []
    for flight in session.exec(query):
        flown = flight.started_at is not None or FlightState(flight.state) not in OVER
        if flown and flight.id != proposed.flight_id:
            begins, ends = _times(flight)
            duties.append(PilotDuty(flight.name, begins, flight.landed_at or ends))
    return tuple(duties)


def _times(flight: FlightRow) -> tuple[datetime, datetime]:
    begins = flight.started_at or flight.scheduled_at
    return begins, begins + timedelta(seconds=flight.planned_s)


def _given(session: Session, proposed: ProposedFlight, standards: Standards, now: datetime) -> list[Acknowledgement]:
    """What the flight's pilot has acknowledged: on the flight, or on its plan a short while ago."""
    rows = session.exec(
        select(AcknowledgementRow).where(
            AcknowledgementRow.plan_id == proposed.plan.id, AcknowledgementRow.who == proposed.pilot
        )
    )
    since = now - timedelta(minutes=standards.policy(proposed.city).acknowledged_min)
    return [
        Acknowledgement(
            row.check_name,
            row.subject,
            row.data_version,
            _acknowledged(row, proposed.city),
        )
        for row in rows
        if (row.flight_id is None and row.at >= since)
        or (row.flight_id is not None and row.flight_id == proposed.flight_id)
    ]


def _acknowledged(row: AcknowledgementRow, city: City) -> Message:
    return Message("checks.acknowledged_by", who=row.who, when=town_time(row.at, city.facts.zone))


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
