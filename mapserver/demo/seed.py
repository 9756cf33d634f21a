"""Filling an empty demo database with the invented towns. Safe to run again: what is there already stays."""

from datetime import datetime, timedelta

from mapserver.access import service as access
from mapserver.access.tables import UserRow
from mapserver.demo import places
from mission.registry import service as registry
from mission.registry.values import Certificate, CertificateKind, DronePapers, Operator, Pilot
from mission.weather import service as weather
from mission.weather.values import Sample
from mission.zones import service as zones
from telemetry.access import Role
from telemetry.cities import City
from telemetry.positions import Position
from telemetry.store import Work
from telemetry.units.tables import UnitRow
from vision.cameras.tables import CameraRow

WEATHER_LASTS = timedelta(days=1)
"""How long a start of the demo stays fit for flying."""
ROLES = (Role.PILOT, Role.INSPECTOR, Role.COORDINATOR, Role.SUPERVISOR)


def seed(work: Work, *, drone_link: str, password: str, now: datetime) -> list[str]:
    """Cameras, units, zones and users of both towns; every person's password becomes `password`. Gives the names."""
    for camera in places.cameras():
        if work.session.get(CameraRow, camera.id) is None:
            work.session.add(camera)
    for unit in places.units():
        if work.session.get(UnitRow, unit.id) is None:
            unit.updated_at = now
            work.session.add(unit)
    drone = work.session.get_one(UnitRow, places.DRONE)
    drone.link, drone.status = drone_link, "idle"
    drone.lat, drone.lon, drone.alt_m, drone.updated_at = *places.HOME, places.HOME_ALT_M, now
    known = {zone.id for zone in zones.listed(work.session, City)}
    for zone in places.ZONES:
        if zone.id not in known:
            zones.draw(
                work,
                zone_id=zone.id,
                city=zone.city,
                name=zone.name,
                kind=zone.kind,
                priority=zone.priority,
                polygon=zone.polygon(),
                notes=zone.notes,
                simulated=True,
                by="demo",
                at=now,
            )
    _seed_papers(work, now)
    _seed_weather(work, now)
    return _seed_users(work, password, now)


def _seed_papers(work: Work, now: datetime) -> None:
    """Invented papers that hold for a year from every start, so that the demo flies whenever it is shown."""
    year = now.date() + timedelta(days=365)
    for city in City:
        country = {"LT": "LTU", "LV": "LVA"}[city.facts.country]
        operator = Operator(
            name=f"Municipality of {city.facts.name} (invented)",
            registration=f"{country}demo00000000x",
            registered_until=year,
            insurance_until=year,
        )
        kinds = (CertificateKind.A1_A3, CertificateKind.A2)
        pilot = Pilot(certificates=tuple(Certificate(kind=kind, number="DEMO", until=year) for kind in kinds))
        for holder, papers in ((city.value, operator), (f"{Role.PILOT}.{city}", pilot)):
            registry.enter(work, holder, papers, city=city, by="demo", at=now, simulated=True)
    drone = DronePapers(
        eu_class="C2",
        serial="1DEM6D00001",
        maintenance_due=year,
        firmware="simulated",
        firmware_approved=True,
        green_light=True,
    )
    registry.enter(work, places.DRONE, drone, city=City.DOBELE, by="demo", at=now, simulated=True)


def _seed_weather(work: Work, now: datetime) -> None:
    """A fine day from now on; in the demo the weather is invented like everything else."""
    for city in City:
        town = city.facts
        fine = Sample(
            begins=now - timedelta(hours=1),
            ends=now + WEATHER_LASTS,
            wind_m_s=3.5,
            gust_m_s=6.0,
            rain_mm_h=0.0,
            visibility_m=15_000,
            temperature_c=12.0,
            kp=2.0,
        )
        weather.keep(
            work,
            [fine],
            city=city,
            source=weather.MANUAL,
            place=Position(lat=town.lat, lon=town.lon),
            issued_at=now,
            by="demo",
            simulated=True,
        )


def device_of(city: City) -> str:
    """The user name under which a town's devices hand in."""
    return f"device.{city}"


def _seed_users(work: Work, password: str, now: datetime) -> list[str]:
    people: list[tuple[str, Role, City | None]] = [(f"{role}.{city}", role, city) for city in City for role in ROLES]
    people.append(("admin", Role.ADMIN, None))
    for name, role, city in people:
        if work.session.get(UserRow, name) is None:
            access.add_user(work.session, name, role, city, password=None, now=now)
    hashed = access.hash_password(password)
    for name, _, _ in people:
        work.session.get_one(UserRow, name).password_hash = hashed
    for city in City:
        if work.session.get(UserRow, device_of(city)) is None:
            access.add_user(work.session, device_of(city), Role.DEVICE, city, password=None, now=now)
    return [name for name, _, _ in people]
