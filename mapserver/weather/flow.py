"""The story of the weather that people enter, shared by pages and API."""

from typing import Annotated

from pydantic import BaseModel, Field

from mapserver.core.services import Services
from mission.weather import service as weather
from mission.weather.tables import WeatherRow
from mission.weather.values import WeatherSample
from telemetry.access import Principal, require_city
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.store import Work


class Seen(BaseModel):
    """What a pilot saw or was told, and for how long it holds."""

    city: City
    position: Position | None = None
    """Where; the middle of the town when left out."""
    samples: Annotated[list[WeatherSample], Field(min_length=1, max_length=weather.MOST_SAMPLES)]


def enter_weather(parts: Services, work: Work, by: Principal, seen: Seen) -> WeatherRow:
    """Enter the weather at a place. What was entered before stays to be read, and counts where this says nothing."""
    require_city(by, seen.city, Message("access.things.weather"))
    now = parts.clock.now()
    town = seen.city.facts
    row = weather.keep(
        work,
        seen.samples,
        city=seen.city,
        scope=by.scope,
        source=weather.MANUAL,
        place=seen.position or Position(lat=town.lat, lon=town.lon),
        issued_at=now,
        by=by.name,
    )
    audit.record(work.session, by, "enter_weather", f"weather {row.id}", city=seen.city, at=now)
    return row
