"""Keeps the towns' weather fresh from a service while it is started, on one server of a cluster. A failure is logged
once, a recovery once."""

import asyncio
import logging
import time

from mission.weather import service
from mission.weather.source import WeatherSource
from telemetry.cities import City, known_towns
from telemetry.clock import Clock
from telemetry.errors import VanagasError
from telemetry.leases import LeaseKeeper
from telemetry.positions import Position
from telemetry.scopes import Scope
from telemetry.store import STORE_ERRORS, Store
from telemetry.supervision import Supervisor, TaskHeartbeat

log = logging.getLogger(__name__)

SYSTEM = "system"
AFTER_FAILURE_S = 60.0
"""Sooner than usual, so that a passing failure does not leave the weather to grow old."""
LOOK_S = 1.0
"""How often it is looked whether there are other towns, or it is this server's turn now."""
LEASE = "weather"


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
        leases: LeaseKeeper | None = None,
        supervisor: Supervisor | None = None,
    ) -> None:
        """`leases`: of the servers that share a database one asks; None where there is one only."""
        self._store = store
        self._source = source
        self._every_s = every_s
        self._clock = clock
        self._scope = scope
        self._failing: set[City] = set()
        self._leases = leases
        self._due_s: dict[City, float] = {}
        """When each town is asked for again, by the monotonic clock."""
        self._worker = (supervisor or Supervisor()).task("weather", self._watch, cancelled=True)

    def start(self) -> None:
        """Begin to ask."""
        self._worker.start()

    async def stop(self) -> None:
        """Ask no more, and let another server ask."""
        await self._worker.stop()
        if self._leases is not None:
            await asyncio.to_thread(self._leases.give_back, [LEASE])

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

    async def _watch(self, heartbeat: TaskHeartbeat) -> None:
        while not heartbeat.stopping:
            if await asyncio.to_thread(self._is_own):
                for city in known_towns():
                    if self._due_s.get(city, 0.0) <= time.monotonic():
                        await self._ask(city)
                heartbeat.worked()
            else:
                self._due_s = {}  # what the other asked is not known: whoever takes over asks at once
            await heartbeat.wait(LOOK_S)

    async def _ask(self, city: City) -> None:
        pause_s = self._every_s
        if not await self.refresh(city):
            pause_s = min(AFTER_FAILURE_S, self._every_s)
        self._due_s[city] = time.monotonic() + pause_s

    def _is_own(self) -> bool:
        """Whether this server is the one to ask; while the database does not answer nobody is, as nothing is kept."""
        if self._leases is None:
            return True
        try:
            return self._leases.is_own(LEASE)
        except STORE_ERRORS:
            return False
