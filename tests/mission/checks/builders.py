"""A flight that passes every check, to be spoilt in one thing at a time."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shapely import Polygon

from mission.airspace.data_set import DataSet
from mission.airspace.evaluate import Airspace
from mission.airspace.zones import Restriction, UasZone, ZoneVolume
from mission.checks.inputs import Inputs, PeopleArea, PeopleKind
from mission.checks.policy import Policy
from mission.checks.profile import profile_of
from mission.checks.registry import CHECKS
from mission.checks.segments import Profile
from mission.checks.verdict import Level, Verdict, worst
from mission.formats.document import FenceArea
from mission.ground import Terrain
from mission.registry.values import Authorisation, Certificate, CertificateKind, DronePapers, Operator, Papers, Pilot
from mission.weather.values import Outlook, WeatherReport, WeatherSample, outlook
from telemetry.cities import City
from telemetry.positions import LocalFrame, Position
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem
from telemetry.vehicles import Airframe

NOON = datetime(2026, 6, 22, 10, tzinfo=UTC)
"""About one in the afternoon in both towns, midsummer."""
HOME = Position(lat=56.62, lon=23.28, alt_m=60.0)
LATER = date(2027, 6, 1)
FRAME = LocalFrame(HOME.lat, HOME.lon)
AIRFRAME = Airframe(eu_class="C2")


def at(
    east_m: float, north_m: float, alt_m: float = 60.0, frame: int = AltitudeFrame.RELATIVE, hold_s: float = 0
) -> MissionItem:
    """A waypoint in metres from home."""
    lat, lon = FRAME.to_degrees(east_m, north_m)
    return MissionItem(Command.WAYPOINT, frame, hold_s, lat=lat, lon=lon, alt_m=alt_m)


def take_off(alt_m: float = 60.0) -> MissionItem:
    return MissionItem(Command.TAKEOFF, lat=HOME.lat, lon=HOME.lon, alt_m=alt_m)


RETURN = MissionItem(Command.RETURN_TO_LAUNCH, AltitudeFrame.NO_POSITION)
OUT_AND_BACK = (take_off(), at(0, 200), at(100, 200), RETURN)


def profile(
    items: Sequence[MissionItem] = OUT_AND_BACK, *, terrain: Terrain | None = None, home: Position | None = HOME
) -> Profile:
    return profile_of(items, home=home, airframe=AIRFRAME, terrain=terrain, return_height_m=30, speed_m_s=8)


def square(east_m: float, north_m: float, half_m: float) -> Polygon:
    """Degrees; a square round a point in metres from home."""
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    places = [FRAME.to_degrees(east_m + x * half_m, north_m + y * half_m) for x, y in corners]
    return Polygon([(lon, lat) for lat, lon in places])


def zone(identifier: str, area: Polygon, restriction: Restriction = Restriction.PROHIBITED, **more: Any) -> UasZone:
    heights = {name: more.pop(name) for name in ("lower", "upper") if name in more}
    return UasZone(identifier, "LVA", f"Zone {identifier}", restriction, (ZoneVolume(area, **heights),), **more)


def airspace(*zones: UasZone, age_days: float = 1, synthetic: bool = False) -> Airspace:
    loaded = NOON - timedelta(days=age_days, hours=1)
    return Airspace(zones, [DataSet("lv", "ED-269", "0" * 64, loaded, synthetic=synthetic)])


def papers(**changes: Any) -> Papers:
    """Everything in order, A2 and the specific category included; `drone`, `pilot`, `operator` change fields."""
    operator = Operator(
        name="Dobele", registration="LVAabcdefghijk12", registered_until=LATER, insurance_until=LATER,
        authorisation=Authorisation(number="LV-OA-1", until=LATER, bvlos=True),
    )  # fmt: skip
    pilot = Pilot(
        certificates=tuple(Certificate(kind=kind, number="1", until=LATER) for kind in CertificateKind),
        bvlos_until=LATER,
    )
    drone = DronePapers(
        serial="1581FABCDEFGH1234567", maintenance_due=LATER, firmware="1", firmware_approved=True, green_light=True
    )
    return Papers(
        operator=operator.model_copy(update=changes.get("operator", {})),
        pilot=pilot.model_copy(update=changes.get("pilot", {})),
        drone=drone.model_copy(update=changes.get("drone", {})),
        version="entry 1",
    )


def weather(*, age_h: float = 0.5, begins: datetime = NOON - timedelta(hours=1), **changes: Any) -> Outlook | None:
    values = {
        "wind_m_s": 4,
        "gust_m_s": 7,
        "rain_mm_h": 0,
        "visibility_m": 10_000,
        "temperature_c": 15,
        "kp": 2,
        **changes,
    }
    sample = WeatherSample.model_validate({"begins": begins, "ends": begins + timedelta(hours=6), **values})
    report = WeatherReport("manual", NOON - timedelta(hours=age_h), (sample,), "manual report 1")
    return outlook([report], NOON, NOON + timedelta(minutes=10))


def fence(half_m: float = 600) -> FenceArea:
    ring = square(0, 0, half_m).exterior.coords[:-1]
    return FenceArea(tuple((lat, lon) for lon, lat in ring))


def inputs(**changes: Any) -> Inputs:
    """A flight on a summer's noon that nothing speaks against."""
    good: dict[str, Any] = {
        "profile": profile(),
        "at": NOON,
        "now": NOON - timedelta(minutes=30),
        "airframe": AIRFRAME,
        "policy": Policy(privacy_notice="https://dobele.example/drones"),
        "zone": City("dobele").facts.zone,
        "papers": papers(),
        "airspace": airspace(),
        "permits": (),
        "people": (),
        "weather": weather(),
        "others": (),
        "duties": (),
        "fence": (fence(),),
        "rally": (Position(lat=HOME.lat, lon=HOME.lon, alt_m=0),),
    }
    return Inputs(**{**good, **changes})


def run(check: str, **changes: Any) -> list[Verdict]:
    """What one check says of the good flight with `changes`."""
    return CHECKS[check](inputs(**changes))


def level(check: str, **changes: Any) -> Level:
    return worst(run(check, **changes))


def said(check: str, **changes: Any) -> str:
    """Level and message of each verdict, a line each."""
    return "\n".join(f"{verdict.level} {verdict.message}" for verdict in run(check, **changes))


def people(kind: PeopleKind, area: Polygon, name: str = "Fair") -> tuple[PeopleArea, ...]:
    return (PeopleArea(name, kind, area),)
