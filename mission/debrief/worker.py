"""Debriefs flights that are over; the running server lets it look every other second. One at a time."""

import logging
from datetime import timedelta
from pathlib import Path

from mission.debrief import service
from mission.flights import repository as flight_repository
from mission.flights import service as flights
from mission.flights.check_inputs import Standards
from mission.flights.states import SYSTEM, FlightState
from mission.flights.tables import FlightRow
from telemetry.clock import Clock
from telemetry.errors import VanagasError
from telemetry.messages import Message
from telemetry.store import Store
from telemetry.visibility import EVERYTHING

log = logging.getLogger(__name__)

SETTLED = timedelta(seconds=30)
"""An aborted flight may still be on its way down: it is over once so long nothing more was recorded of it."""
OTHERS_AFTER = timedelta(minutes=10)
"""A flight of another server that has no debrief by then is debriefed here, without its log: that server is gone."""


class DebriefWorker:
    """Makes debriefs. One that cannot be made is said on its flight, and not tried again until the program starts anew
    or somebody asks."""

    def __init__(
        self,
        store: Store,
        *,
        standards: Standards,
        clock: Clock,
        tlogs: Path | None = None,
        server_id: str = "",
    ) -> None:
        """`tlogs` is the folder of the flights' telemetry logs, None when none are kept. `server_id` is this server's,
        by which it knows the flights that it heard last, and so has the logs of."""
        self._server_id = server_id
        self._tlogs = tlogs
        self._store = store
        self._standards = standards
        self._clock = clock
        self._given_up: set[str] = set()

    def look(self) -> None:
        """Debrief what has landed, was aborted in the air or lost, the program's absence included."""
        for flight_id in self._over():
            self._make(flight_id)

    def _over(self) -> list[str]:
        with self._store.read() as session:
            over = flight_repository.in_states(session, {FlightState.LANDED})
            over += service.aborted_with_track(session, before=self._clock.now() - SETTLED)
        return [flight.id for flight in over if flight.id not in self._given_up and self._is_to_debrief(flight)]

    def _is_to_debrief(self, flight: FlightRow) -> bool:
        is_own = flight.heard_by in ("", self._server_id)
        return is_own or flight.updated_at <= self._clock.now() - OTHERS_AFTER

    def _make(self, flight_id: str) -> None:
        now = self._clock.now()
        try:
            service.make(self._store, flight_id, EVERYTHING, self._standards, by=SYSTEM, now=now, tlogs=self._tlogs)
        except Exception as error:
            self._given_up.add(flight_id)
            why = Message("flights.fault_in_the_program")
            if isinstance(error, VanagasError):
                why = error.told
            log.exception("flight %s cannot be debriefed", flight_id)
            with self._store.write() as work:
                flight = flight_repository.get(work.session, flight_id, EVERYTHING)
                flights.note(work, flight, who=SYSTEM, why=Message("flights.not_debriefed", why=why), at=now)
