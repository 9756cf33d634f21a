"""Keeps the towns' weather fresh from a service while it is started. A failure is logged once, a recovery once."""

import asyncio
import logging
from functools import partial

from mission.weather import service
from mission.weather.source import WeatherSource
from telemetry.cities import City, known_towns
from telemetry.clock import Clock
from telemetry.errors import VanagasError
from telemetry.positions import Position
from telemetry.scopes import Scope
from telemetry.store import Store
from telemetry.supervision import Supervisor, TaskHeartbeat

log = logging.getLogger(__name__)

SYSTEM = "system"
AFTER_FAILURE_S = 60.0
"""Sooner than usual, so that a passing failure does not leave the weather to grow old."""


class WeatherWatch:
    """Asks `source` for each town every `every_s` seconds and keeps what it says."""

    def __init__(
        self,
        store: Store,
        source: WeatherSource,
        *,
        every_s: float,
        clock: Clock,
        scope: Scope,
        supervisor: Supervisor | None = None,
    ) -> None:
        self._store = store
        self._source = source
        self._every_s = every_s
        self._clock = clock
        self._scope = scope
        self._failing: set[City] = set()
        workers = supervisor or Supervisor()
        self._workers = [
            workers.task(f"weather {city}", partial(self._watch, city), cancelled=True) for city in known_towns()
        ]

    def start(self) -> None:
        """Begin to ask."""
        for worker in self._workers:
            worker.start()

    async def stop(self) -> None:
        """Ask no more."""
        await asyncio.gather(*(worker.stop() for worker in self._workers))

    async def refresh(self, city: City) -> bool:
        """Ask once for `city`; whether it was answered."""
        town = city.facts
        place = Position(lat=town.lat, lon=town.lon)
        now = self._clock.now()
        try:
            samples = await self._source.forecast(place, now=now)

            def keep() -> None:
                with self._store.write() as work:
                    service.keep(
                        work,
                        samples,
                        city=city,
                        scope=self._scope,
                        source=self._source.name,
                        place=place,
                        issued_at=now,
                        by=SYSTEM,
                    )

            await asyncio.to_thread(keep)
        except VanagasError as error:
            if city not in self._failing:
                log.warning("no weather for %s: %s", town.name, error.message)
            self._failing.add(city)
            return False
        if city in self._failing:
            log.info("the weather for %s is there again", town.name)
        self._failing.discard(city)
        return True

    async def _watch(self, city: City, heartbeat: TaskHeartbeat) -> None:
        while not heartbeat.stopping:
            answered = await self.refresh(city)
            heartbeat.worked()
            pause_s = self._every_s
            if not answered:
                pause_s = min(AFTER_FAILURE_S, self._every_s)
            await heartbeat.wait(pause_s)
