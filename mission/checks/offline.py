"""A plan file looked at away from any server: the same checks, with what the command line was given.

`run_checks(inputs_of(plan, at=…, now=…, airspace=…))` is all that `vanagas check` and `vanagas plan … --zones`
need. What is not given is not known, and says so.
"""

import tomllib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from mission.airspace.evaluate import Airspace
from mission.airspace.files import load_zones
from mission.checks.inputs import Inputs, MappedArea
from mission.checks.policy import Policy
from mission.checks.profile import profile_of
from mission.formats.document import PlanFile
from mission.ground import Terrain
from mission.heights import AboveSea, Band
from mission.weather.values import Outlook, WeatherReport, WeatherSample, outlook
from telemetry.cities import City, known_towns
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.positions import Position, distance_m
from telemetry.transfer.refusals import AutopilotName
from telemetry.validation import explain
from telemetry.vehicles import Airframe

AWAY = Policy(unknown_blocks=False, stale_zone_data_blocks=False)
"""What holds where no town's policy is given: what is not known warns, and so do old zone files."""
STATED = "as stated"
_WEATHER = {
    "wind": "wind_m_s",
    "gust": "gust_m_s",
    "rain": "rain_mm_h",
    "visibility": "visibility_m",
    "temperature": "temperature_c",
    "code": "weather_code",
    "kp": "kp",
}


def inputs_of(
    plan: PlanFile,
    *,
    at: datetime,
    now: datetime,
    airframe: Airframe | None = None,
    home: Position | None = None,
    terrain: Terrain | None = None,
    ground: Band[AboveSea] | None = None,
    airspace: Airspace | None = None,
    weather: WeatherSample | None = None,
    policy: Policy = AWAY,
    pilot_at: Position | None = None,
    bvlos: bool = False,
    simulated: bool = False,
    autopilot: AutopilotName | None = None,
    mapped: MappedArea | None = None,
) -> Inputs:
    """What the checks look at; `home` stands in for the plan's own. Raises BadPlan for a plan that flies nowhere."""
    frame = airframe or Airframe()
    profile = profile_of(
        plan.items,
        home=home or plan.home,
        airframe=frame,
        terrain=terrain,
        ground=ground,
        return_height_m=policy.return_height_m,
        speed_m_s=plan.speed_m_s,
    )
    ends = at + timedelta(seconds=profile.duration_s)
    return Inputs(
        profile=profile,
        at=at,
        now=now,
        airframe=frame,
        policy=policy,
        zone=_town(profile.home.lat, profile.home.lon).facts.zone,
        simulated=simulated,
        airspace=airspace,
        weather=None if weather is None else _outlook(weather, at, ends, now),
        fence=plan.fence,
        rally=plan.rally,
        pilot_at=pilot_at,
        bvlos=bvlos,
        items=plan.items,
        autopilot=autopilot,
        mapped=mapped,
    )


def airspace_in(paths: Sequence[Path], *, now: datetime, keep_unclear: bool = False) -> Airspace | None:
    """The zones of ED-269 and ED-318 files; None without a file. Raises BadInput naming file, zone and reason.

    `keep_unclear` takes a zone that is unclear at its worst instead of refusing its file; its remarks say so.
    """
    files = [(path.name, load_zones(path, keep_unclear=keep_unclear)) for path in paths]
    zones = [zone for _, file in files for zone in file.zones]
    if not files:
        return None
    return Airspace(zones, [file.data_set(name, now) for name, file in files])


def weather_from(text: str, *, at: datetime) -> WeatherSample:
    """The weather written as `wind=6,gust=9,rain=0,visibility=9000,temperature=12,kp=2` (m/s, mm/h, m, °C).

    It is taken to hold for the whole flight. Raises BadInput naming the value that cannot be.
    """
    values: dict[str, float] = {}
    for part in text.split(","):
        name, _, number = part.partition("=")
        if name.strip() not in _WEATHER:
            raise BadInput(
                Message("checks.offline.weather_part_not_known", part=name.strip()[:30], known=list(_WEATHER))
            )
        try:
            values[_WEATHER[name.strip()]] = float(number)
        except ValueError as error:
            raise BadInput(
                Message("checks.offline.weather_no_number", part=name.strip(), said=number.strip()[:30])
            ) from error
    if "wind_m_s" not in values:
        raise BadInput(Message("checks.offline.weather_no_wind"))
    try:
        return WeatherSample.model_validate({"begins": at, "ends": at + timedelta(days=1), **values})
    except ValidationError as error:
        raise BadInput(Message("validation.at", where="--weather", reason=explain(error))) from error


def policy_in(path: Path) -> Policy:
    """A town's policy from a TOML file; what it leaves out is as for a plan away from a server. Raises BadInput."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
        return Policy.model_validate({**AWAY.model_dump(), **written})
    except OSError as error:
        raise BadInput(Message("checks.offline.file_unreadable", name=path.name, strerror=error.strerror)) from error
    except ValidationError as error:
        raise BadInput(Message("validation.at", where=path.name, reason=explain(error))) from error
    except ValueError as error:
        raise BadInput(Message("category_files.not_toml", file=path.name, reason=str(error))) from error


def _outlook(weather: WeatherSample, at: datetime, ends: datetime, now: datetime) -> Outlook | None:
    return outlook([WeatherReport(STATED, now, (weather,), STATED)], at, ends)


def _town(lat: float, lon: float) -> City:
    """The nearer town, for its local time."""
    here = Position(lat=lat, lon=lon)
    return min(known_towns(), key=lambda city: distance_m(here, Position(lat=city.facts.lat, lon=city.facts.lon)))
