"""Debriefs flights as they land; part of the running server. Off the event loop, one at a time."""

import asyncio
import contextlib
import logging
from pathlib import Path

from mission.checks.context import Standards
from mission.debrief import service
from mission.flights import service as flights
from mission.flights.service import SYSTEM
from mission.flights.states import FlightState
from telemetry.cities import BOTH
from telemetry.clock import Clock
from telemetry.errors import VanagasError
from telemetry.store import Store

log = logging.getLogger(__name__)


class DebriefDesk:
    """Makes debriefs for as long as it is started. One that cannot be made is said on its flight, and not tried again
    until the program starts anew or somebody asks."""

    def __init__(
        self,
        store: Store,
        *,
        standards: Standards,
        clock: Clock,
        tlogs: Path | None = None,
        look_every_s: float = 2.0,
    ) -> None:
        """`tlogs` is the folder of the flights' telemetry logs, None when none are kept."""
        self._tlogs = tlogs
        self._store, self._standards, self._clock, self._look_every_s = store, standards, clock, look_every_s
        self._given_up: set[str] = set()
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin with what has landed while the program was away."""
        self._watch = asyncio.create_task(self._keep_looking())

    async def stop(self) -> None:
        """What is being made is finished."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch

    async def _keep_looking(self) -> None:
        while True:
            try:
                for flight_id in await asyncio.to_thread(self._landed):
                    await asyncio.to_thread(self._make, flight_id)
            except Exception:
                log.exception("looking for landed flights failed; trying again")
            await asyncio.sleep(self._look_every_s)

    def _landed(self) -> list[str]:
        with self._store.read() as session:
            landed = flights.in_states(session, {FlightState.LANDED})
            return [flight.id for flight in landed if flight.id not in self._given_up]

    def _make(self, flight_id: str) -> None:
        now = self._clock.now()
        try:
            service.make(self._store, flight_id, BOTH, self._standards, by=SYSTEM, now=now, tlogs=self._tlogs)
        except Exception as error:
            self._given_up.add(flight_id)
            why = error.message if isinstance(error, VanagasError) else "a fault in the program"
            log.exception("flight %s cannot be debriefed", flight_id)
            with self._store.write() as work:
                flight = flights.get(work.session, flight_id, BOTH)
                flights.note(work, flight, who=SYSTEM, why=f"not debriefed: {why}", at=now)
