"""A plan over a U in Dobele, and the briefing of it, for the tests of this package."""

from datetime import UTC, datetime
from typing import Any

from mission.briefing import Briefing, Contact, Restriction
from mission.checks.profile import Profile, profile_of
from mission.checks.verdict import Level, Verdict
from mission.formats import FenceArea, PlanFile
from mission.plans.items import items_of
from mission.routes.survey import SurveyRequest, plan_survey
from mission.terrain import Terrain
from telemetry.cities import City
from telemetry.positions import Position
from telemetry.vehicles import Airframe
from tests.mission.areas import FRAME, U_SHAPE, area

HOME = FRAME.to_degrees(-60, -80)
MADE = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
SCRIPT = "<script>alert('x')</script>`${alert(1)}`"


def at(east_m: float, north_m: float) -> Position:
    """A place in metres from the areas' origin."""
    lat, lon = FRAME.to_degrees(east_m, north_m)
    return Position(lat=lat, lon=lon)


def plan(**changed: Any) -> PlanFile:
    """A survey of the U with a fence and two rally points."""
    home = Position(lat=HOME[0], lon=HOME[1])
    route = plan_survey(area(U_SHAPE), SurveyRequest(altitude_m=60), home=home)
    corners = tuple(FRAME.to_degrees(*corner) for corner in ((-120, -120), (380, -120), (380, 360), (-120, 360)))
    values: dict[str, Any] = {
        "name": "Survey of the U",
        "items": tuple(items_of(route)),
        "home": home,
        "fence": (FenceArea(corners), FenceArea((FRAME.to_degrees(150, 200),), inclusion=False, radius_m=25)),
        "rally": (at(350, 50), at(-80, 300)),
    }
    return PlanFile(**values | changed)


def profile(flown: PlanFile, terrain: Terrain | None = None) -> Profile:
    """What flying the plan means with a Mavic and a return height of 70 m."""
    return profile_of(flown.items, home=flown.home, airframe=Airframe(), terrain=terrain, return_height_m=70)


def restriction(name: str = "Aerodrome control zone") -> Restriction:
    """A zone that cuts the map's north-east corner."""
    corner = area([(240, 220), (900, 220), (900, 900), (240, 900)])
    contacts = (Contact("Zone authority", "Tower", "+370 5 000 0000", "atc@example.org"),)
    return Restriction("SYN1", name, "REQ_AUTHORISATION", corner, "ground to 50 m above ground", contacts=contacts)


def briefing(**changed: Any) -> Briefing:
    """A briefing with something in every section."""
    verdicts = (
        Verdict("height", Level.PASS, "UAS.OPEN.010 (1)", "Highest 60 m above ground, limit 120 m."),
        Verdict("zones", Level.PERMIT, "ED-269", "Enters SYN1 at 60 m.", "Store a permit for SYN1.", subject="SYN1"),
        Verdict("energy", Level.WARN, "Town setting", "31 % left, 25 % wanted.", "Fly it in two sorties."),
    )
    flown = changed.pop("plan", plan())
    values: dict[str, Any] = {
        "plan": flown,
        "profile": profile(flown),
        "name": "Survey of the U",
        "made_at": MADE,
        "zone": City.DOBELE.facts.zone,
        "town": "Dobele",
        "plan_version": "plan-1, version 3",
        "flies_at": datetime(2026, 11, 26, 9, 30, tzinfo=UTC),
        "pilot": "pilot.dobele",
        "drone": "Drone 1",
        "area": area(U_SHAPE),
        "restrictions": (restriction(),),
        "verdicts": verdicts,
        "weather": {"Wind at 60 m": "6.1 m/s from 240°"},
        "contacts": (Contact("Coordination centre", "Dobele", "+371 6000 0000"), Contact("Operator")),
        "data_versions": ("synthetic zones, made 2026-11-01",),
    }
    return Briefing(**values | changed)
