"""The demo's invented papers and weather: what its pilots need so that their flights pass the checks in earnest."""

from datetime import datetime, timedelta

from mapserver.demo import places
from mapserver.demo.towns import DEMO_TOWNS
from mission.checks.policy import Policy
from mission.registry import service as registry
from mission.registry.values import Authorisation, Certificate, CertificateKind, DronePapers, Operator, Pilot
from mission.weather import service as weather
from mission.weather.values import WeatherSample
from telemetry.access import Role
from telemetry.cities import City
from telemetry.positions import Position
from telemetry.scopes import DEMO
from telemetry.store import Work

WEATHER_LASTS = timedelta(days=1)
"""How long a start of the demo stays fit for flying."""
POLICY = Policy(weather_max_age_h=WEATHER_LASTS / timedelta(hours=1), zone_data_max_age_days=3_650)
"""Invented weather and zones do not grow old while a demo is kept."""


GROUND = {City("siauliai"): (100.0, 140.0), City("dobele"): (60.0, 85.0)}
"""Lowest and highest ground of the demo's towns, metres above the sea, wide enough for the places it flies at."""


def relief_of(city: City) -> str:
    """The user name of a town's second pilot, to whom a control is handed over."""
    return f"relief.{city}"


def seed_papers(work: Work, now: datetime) -> None:
    """Invented papers that hold for a year from every start, so that the demo flies whenever it is shown."""
    year = now.date() + timedelta(days=365)
    for city in DEMO_TOWNS:
        country = {"LT": "LTU", "LV": "LVA"}[city.facts.country]
        operator = Operator(
            name=f"Municipality of {city.facts.name} (invented)",
            registration=f"{country}demo00000000x",
            registered_until=year,
            insurance_until=year,
            authorisation=Authorisation(number=f"{country}-DEMO", until=year, bvlos=True, night=True),
        )
        kinds = (CertificateKind.A1_A3, CertificateKind.A2)
        certificates = tuple(Certificate(kind=kind, number="DEMO", until=year) for kind in kinds)
        pilot = Pilot(certificates=certificates, bvlos_until=year)
        holders = ((city, operator), (f"{Role.PILOT}.{city}", pilot), (relief_of(city), pilot))
        for holder, papers in holders:
            registry.enter(work, holder, papers, city=city, scope=DEMO, by="demo", at=now)
    drone = DronePapers(
        airframe="generic_px4",  # as the simulated vehicle flies
        eu_class="C2",
        serial="1DEM6D00001",
        maintenance_due=year,
        firmware="simulated",
        firmware_approved=True,
        green_light=True,
    )
    registry.enter(work, places.DRONE, drone, city=City("dobele"), scope=DEMO, by="demo", at=now)


def seed_weather(work: Work, now: datetime) -> None:
    """A fine day from now on; in the demo the weather is invented like everything else."""
    for city in DEMO_TOWNS:
        town = city.facts
        fine = WeatherSample(
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
            scope=DEMO,
            source=weather.MANUAL,
            place=Position(lat=town.lat, lon=town.lon),
            issued_at=now,
            by="demo",
        )
