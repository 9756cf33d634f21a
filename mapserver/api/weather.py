"""Weather: what pilots enter and what a service forecasts, as the checks use it."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from mapserver.deps import Parts, Reader, Writer, allowed
from mission.weather import service
from mission.weather.values import Sample
from telemetry.access import Permission, Principal, require_city, visible_cities
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.positions import Position

router = APIRouter(prefix="/weather")
Pilot = Annotated[Principal, allowed(Permission.FLY)]
Seer = Annotated[Principal, allowed(Permission.SEE_MAP)]


class Seen(BaseModel):
    """What a pilot saw or was told, and for how long it holds."""

    city: City
    position: Position | None = None
    """Where; the middle of the town when left out."""
    samples: Annotated[list[Sample], Field(min_length=1, max_length=service.MOST_SAMPLES)]


@router.get("")
def latest(caller: Seer, session: Reader) -> list[dict[str, Any]]:
    """The newest reports of the towns you may see, newest first."""
    return service.latest(session, visible_cities(caller))


@router.post("", status_code=201)
def enter(seen: Seen, caller: Pilot, parts: Parts, work: Writer) -> dict[str, Any]:
    """Enter the weather at a place. What you entered before stays to be read, and counts where this says nothing."""
    require_city(caller, seen.city, "weather")
    now, town = parts.clock.now(), seen.city.facts
    row = service.keep(
        work,
        seen.samples,
        city=seen.city,
        source=service.MANUAL,
        place=seen.position or Position(lat=town.lat, lon=town.lon),
        issued_at=now,
        by=caller.name,
        simulated=parts.settings.demo,
    )
    audit.record(work.session, caller, "enter_weather", f"weather {row.id}", city=seen.city, at=now)
    return service.public(row)
