"""A plan over a U in Dobele beside a zone, and the briefing of it, for the tests of this package."""

from datetime import UTC, datetime, timedelta
from typing import Any

from mission.airspace.data_set import DataSet
from mission.airspace.evaluate import Airspace
from mission.airspace.heights import Limit
from mission.airspace.zones import Authority, Restriction, UasZone, ZoneVolume
from mission.briefing import Briefing, Contact
from mission.briefing.track import BriefingTrack
from mission.checks.inputs import Inputs
from mission.checks.policy import Policy
from mission.checks.profile import profile_of
from mission.checks.registry import run_checks
from mission.formats import FenceArea, PlanFile
from mission.ground import Terrain
from mission.routes.mission_items import items_of
from mission.routes.survey import SurveyRequest, plan_survey
from mission.weather.values import Outlook
from telemetry.cities import City
from telemetry.positions import Position
from telemetry.vehicles import Airframe
from tests.mission.areas import FRAME, U_SHAPE, area

HOME = FRAME.to_degrees(-60, -80)
MADE = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
TAKE_OFF = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
SCRIPT = "<script>alert('x')</script>`${alert(1)}`"


def at(east_m: float, north_m: float) -> Position:
    """A place in metres from the areas' origin."""
    lat, lon = FRAME.to_degrees(east_m, north_m)
    return Position(lat=lat, lon=lon)


def plan(**changed: Any) -> PlanFile:
    """A survey of the U with a fence and two rally points."""
    home = Position(lat=HOME[0], lon=HOME[1])
    route = plan_survey(area(U_SHAPE), SurveyRequest(altitude_m=60), home=home)
    corners = tuple(FRAME.to_degrees(*corner) for corner in ((-140, -150), (400, -150), (400, 400), (-140, 400)))
    values: dict[str, Any] = {
        "name": "Survey of the U",
        "items": tuple(items_of(route)),
        "home": home,
        "fence": (FenceArea(corners), FenceArea((FRAME.to_degrees(150, 200),), inclusion=False, radius_m=25)),
        "rally": (at(350, 50), at(-80, 300)),
    }
    return PlanFile(**values | changed)


def zone(name: str = "Aerodrome control zone") -> UasZone:
    """A zone over the north-east arm of the U that wants a permit."""
    return UasZone(
        identifier="SYN1",
        country="LVA",
        name=name,
        restriction=Restriction.REQ_AUTHORISATION,
        volumes=(ZoneVolume(area([(240, 220), (900, 220), (900, 900), (240, 900)]), upper=Limit(80.0)),),
        authorities=(Authority("Tower", phone="+371 5 000 0000", email="atc@example.org"),),
    )


def inputs(flown: PlanFile, *, zones: tuple[UasZone, ...] = (), terrain: Terrain | None = None) -> Inputs:
    """What is known of the flight: zones, wind, the ground; no papers."""
    airframe = Airframe()
    profile = profile_of(flown.items, home=flown.home, airframe=airframe, terrain=terrain, return_height_m=70)
    data = DataSet("synthetic", "ED-269", "ab" * 32, MADE, synthetic=True)
    weather = Outlook(
        begins=TAKE_OFF,
        ends=TAKE_OFF + timedelta(hours=1),
        covered=True,
        oldest=MADE,
        wind_m_s=6.1,
        gust_m_s=9.0,
        wind_aloft_m_s=7.2,
        rain_mm_h=0.0,
        visibility_m=20_000,
        coldest_c=2.0,
        warmest_c=4.0,
        codes=frozenset({1}),
        kp=2.0,
        version="manual report 1",
    )
    return Inputs(
        profile=profile,
        at=TAKE_OFF,
        now=MADE,
        airframe=airframe,
        policy=Policy(),
        zone=City("dobele").facts.zone,
        airspace=Airspace(zones, (data,)),
        weather=weather,
        fence=flown.fence,
        rally=flown.rally,
    )


def briefing(**changed: Any) -> Briefing:
    """A briefing with something in every section, checked in earnest."""
    flown = changed.pop("plan", None) or plan()
    known = changed.pop("inputs", None) or inputs(flown, zones=changed.pop("zones", (zone(),)))
    values: dict[str, Any] = {
        "plan": flown,
        "inputs": known,
        "verdicts": tuple(run_checks(known)),
        "name": "Survey of the U",
        "town": "Dobele",
        "version": "plan-1, version 3",
        "pilot": "pilot.dobele",
        "drone": "Drone 1",
        "area": area(U_SHAPE),
        "contacts": (Contact("Coordination centre", "Dobele", "+371 6000 0000"), Contact("Operator")),
    }
    return Briefing(**values | changed)


def track(flown: PlanFile, terrain: Terrain | None = None) -> BriefingTrack:
    """What the plan flies, as it is printed."""
    return BriefingTrack(inputs(flown, terrain=terrain).profile, flown.items)
