"""Filling an empty demo database with the invented towns. Safe to run again: what is there already stays."""

from datetime import datetime, timedelta

from incidents.shifts import service as shifts
from mapserver.access import people as staff
from mapserver.access import service as access
from mapserver.access.passwords import NewPassword
from mapserver.access.tables import UserRow
from mapserver.demo import places, synthetic_airspace
from mapserver.demo.papers import relief_of, seed_papers, seed_weather
from mapserver.demo.towns import DEMO_TOWNS
from mapserver.devices import service as devices
from mapserver.devices.service import ALL_OF_TOWN, GATEWAY_KINDS, Binding
from mission.airspace import service as airspace
from mission.airspace.files import read_zones
from mission.zones import service as zones
from mobile_units.custody import service as custody
from mobile_units.custody.values import GIB
from telemetry.access import Principal, Role, visibility
from telemetry.cities import City
from telemetry.scopes import DEMO
from telemetry.store import Work
from telemetry.units.tables import UnitRow
from telemetry.visibility import EVERYTHING, Visibility
from vision.cameras.tables import CameraRow

SEEDER = Principal("demo", Role.ADMIN, None, DEMO)
ROLES = (Role.PILOT, Role.INSPECTOR, Role.COORDINATOR, Role.SUPERVISOR)


def seed(work: Work, *, drone_link: str, password: NewPassword, now: datetime, patrol: bool = False) -> list[str]:
    """Cameras, units, zones and users of both towns, with those of `places.PATROL` or not; every person's password
    becomes `password`. Gives the names."""
    for camera in places.cameras():
        if work.session.get(CameraRow, camera.id) is None:
            work.session.add(camera)
    for unit in places.units():
        if work.session.get(UnitRow, unit.id) is None:
            unit.updated_at = now
            work.session.add(unit)
    drone = work.session.get_one(UnitRow, places.DRONE)
    drone.link = drone_link
    drone.status = "idle"
    drone.lat, drone.lon = places.HOME
    drone.alt_m = places.HOME_ALT_M
    drone.updated_at = now
    known = {zone.id for zone in zones.listed(work.session, EVERYTHING)}
    for zone in places.ZONES:
        if zone.id not in known:
            zones.draw(
                work,
                zone_id=zone.id,
                city=zone.city,
                scope=DEMO,
                name=zone.name,
                kind=zone.kind,
                priority=zone.priority,
                polygon=zone.polygon(),
                notes=zone.notes,
                by="demo",
                at=now,
            )
    seed_papers(work, now)
    seed_weather(work, now)
    for city in DEMO_TOWNS:
        if not airspace.sets_of(work.session, visibility(SEEDER).within([city])):
            _seed_airspace(work, city, now)
    _seed_dock(work, now)
    names = _seed_users(work, password, now, patrol=patrol)
    for city in DEMO_TOWNS:
        _seed_shifts(work, city, now)
    return names


DOCK_READINGS = ((0.93, 118), (0.86, 96), (0.79, 61), (0.31, 118))
"""Charge (0..1) and free GiB of the body cameras: the last one is not charged enough to be issued."""


def _seed_dock(work: Work, now: datetime) -> None:
    """Say how the body cameras in the dock are charged and how much is free on them, where nobody has said so."""
    work.session.flush()
    for camera, (battery, free_gib) in zip(custody.listed(work.session, EVERYTHING), DOCK_READINGS, strict=False):
        if camera.row.free_bytes is None:
            custody.note_reading(work, camera.unit, battery=battery, free_bytes=free_gib * GIB, now=now)


def _seed_airspace(work: Work, city: City, now: datetime) -> None:
    """Put the invented zones in force, on the way that a real file takes."""
    content = synthetic_airspace.content(city)
    name = f"synthetic_{city}.json"
    file = read_zones(content, name, languages=airspace.languages_of(city))
    deflated = airspace.deflate(content)
    airspace.take(work, file, deflated, city=city, scope=DEMO, file_name=name, at=now, by=SEEDER.name, name="synthetic")


SHIFT_BEGAN = timedelta(hours=1)
SHIFT_LASTS = timedelta(hours=8)
ON_DUTY = frozenset({Role.PILOT, Role.INSPECTOR, Role.COORDINATOR})
"""Roles of the demo that are on shift now, of each town."""


def _seed_shifts(work: Work, city: City, now: datetime) -> None:
    """Everybody of these roles is on shift, and the supervisor next; who has a shift planned keeps it."""
    work.session.flush()
    begins = now - SHIFT_BEGAN
    town = Visibility.one(city, DEMO)
    next_begins = begins + SHIFT_LASTS
    for user in staff.working_in(work.session, city, DEMO):
        role = Role(user.role)
        starts = begins if role in ON_DUTY else next_begins
        ends = starts + SHIFT_LASTS
        planned = shifts.between(work.session, town, starts, ends)
        if role in shifts.ORDER and all(one.person != user.name for one in planned):
            shifts.plan(
                work, city, DEMO, person=user.name, role=role, begins=starts, ends=ends, by="demo", now=now
            )  # fmt: skip


NIGHT_COORDINATOR = "coordinator.night"
"""Watches both towns."""


LANGUAGES_OF = {"coordinator.siauliai": "lt", "coordinator.dobele": "lv", NIGHT_COORDINATOR: "en"}
"""Who of the demo has chosen which language; the others read that of their browser."""


def device_of(city: City) -> str:
    """The user name under which a town's devices hand in."""
    return f"device.{city}"


def _seed_users(work: Work, password: NewPassword, now: datetime, *, patrol: bool) -> list[str]:
    people: list[tuple[str, Role, City | None]] = [
        (f"{role}.{city}", role, city) for city in DEMO_TOWNS for role in ROLES
    ]
    people += [(relief_of(city), Role.PILOT, city) for city in DEMO_TOWNS]
    people += [(name, Role.INSPECTOR, City("dobele")) for name in places.PATROL.values() if patrol]
    people += [(NIGHT_COORDINATOR, Role.COORDINATOR, None), ("admin", Role.ADMIN, None)]
    for name, role, city in people:
        if work.session.get(UserRow, name) is None:
            access.add_user(work.session, name, role, city, scope=DEMO, password=None, now=now)
    for name, _, _ in people:
        work.session.get_one(UserRow, name).password_hash = password.hash
    for name, language in LANGUAGES_OF.items():
        work.session.get_one(UserRow, name).language = language
    for city in DEMO_TOWNS:
        if work.session.get(UserRow, device_of(city)) is None:
            gateway = [Binding(kind, ALL_OF_TOWN) for kind in GATEWAY_KINDS]
            devices.add(work, device_of(city), city, gateway, by=SEEDER, now=now)
    return [name for name, _, _ in people]
