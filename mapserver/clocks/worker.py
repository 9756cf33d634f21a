"""Once a day what the towns' words say about clocks is learned, in a process of its own, and proposed."""

import logging
from datetime import datetime

from incidents.learned_clocks import service
from incidents.learned_clocks.learning import LearnedClock
from incidents.learned_clocks.service import TownMonth, learn_here
from incidents.merging import Rules
from incidents.timeline.incident_index import Town
from mapserver.core.services import Services
from telemetry.cities import known_towns
from telemetry.errors import Unavailable
from telemetry.messages import Message
from telemetry.workers import WorkerPool

log = logging.getLogger(__name__)

EVERY_S = 86_400.0
WITHIN_S = 600.0
"""For a town; what takes longer is learned on another day."""
MEMORY_BYTES = 2 * 2**30


class ClockWorker:
    """Looks at every town of the server's scope."""

    def __init__(self, parts: Services) -> None:
        self._parts = parts
        self._pool = WorkerPool(Message("server.work.clocks"), workers=1, waiting=1, memory_bytes=MEMORY_BYTES)

    def look(self) -> None:
        """Propose what was learned. Raises STORE_ERRORS."""
        for city in known_towns():
            town = Town(city, self._parts.settings.scope)
            try:
                service.look(self._parts.store, town, self._parts.rules, self._parts.clock.now(), self._learned)
            except Unavailable as error:
                log.warning("the clocks of %s were not looked at: %s", city, error)

    def close(self) -> None:
        """End the process."""
        self._pool.close()

    def _learned(self, month: TownMonth, rules: Rules, now: datetime) -> list[LearnedClock]:
        return self._pool.run(WITHIN_S, learn_here, month, rules, now)
