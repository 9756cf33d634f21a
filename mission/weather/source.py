"""Where forecasts come from: what every weather service offers, whichever it is. The manual entry needs none."""

from datetime import datetime
from typing import Protocol

from mission.weather.values import WeatherSample
from telemetry.positions import Position


class WeatherSource(Protocol):
    """A service that knows the weather to come."""

    @property
    def name(self) -> str:
        """What reports of it are called."""

    async def forecast(self, place: Position, *, now: datetime) -> list[WeatherSample]:
        """The weather at `place` from about `now` (UTC) on. Raises SourceLost when it cannot be had or understood."""
