"""Builders of values that many tests need; each takes only what the scenario is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from telemetry.cities import City
from telemetry.observations import Observation, Source, SourceKind
from telemetry.positions import LocalFrame, Position

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def place(*, east_m: float = 0, north_m: float = 0, accuracy_m: float = 10, city: City = City.DOBELE) -> Position:
    """A point in metres from the centre of `city`."""
    lat, lon = LocalFrame(city.facts.lat, city.facts.lon).to_degrees(east_m, north_m)
    return Position(lat=lat, lon=lon, accuracy_m=accuracy_m)


def observation(
    ref: str = "1",
    *,
    kind: SourceKind = SourceKind.FIXED_CAMERA,
    source: str = "cam",
    category: str = "vehicle_in_closed_area",
    after_s: float = 0,
    position: Position | None = None,
    city: City = City.DOBELE,
    **more: Any,
) -> Observation:
    """An observation in the middle of `city`, `after_s` seconds after noon."""
    return Observation(
        city=city,
        source=Source(kind=kind, id=source),
        source_ref=ref,
        category=category,
        started_at=NOON + timedelta(seconds=after_s),
        position=position if position is not None else place(city=city),
        **more,
    )
