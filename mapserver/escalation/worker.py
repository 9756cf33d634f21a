"""Looks again and again for incidents that nobody acknowledges in time, on the one server whose turn it is."""

from datetime import datetime
from functools import partial

from sqlalchemy.exc import IntegrityError

from incidents.escalation import service
from incidents.shifts import service as shifts
from mapserver.core.services import Services
from telemetry.cities import known_towns
from telemetry.store import Work
from telemetry.visibility import Visibility

LEASE = "escalation"
ESCALATE_S = 5.0


class EscalationWorker:
    """What `look` does is done once in a cluster."""

    def __init__(self, parts: Services) -> None:
        self._parts = parts

    def look(self) -> None:
        """Take every step that is due; nothing where it is another server's turn. Raises STORE_ERRORS."""
        if not self._parts.leases.is_own(LEASE):
            return
        for city in known_towns():
            self._look_at(Visibility(frozenset({city}), self._parts.settings.scope))

    def stop(self) -> None:
        """Let another server look."""
        self._parts.leases.give_back([LEASE])

    def _look_at(self, town: Visibility) -> None:
        now = self._parts.clock.now()
        with self._parts.store.read() as session:
            if not shifts.is_planned_at_all(session, town):
                return  # it goes from person to person by shifts alone
            waiting = list(service.overdue(session, town, self._parts.settings.escalation, now))
        for one in waiting:
            try:
                self._parts.store.run(partial(_escalate, waiting=one, now=now))
            except IntegrityError:  # another server has taken the step meanwhile
                continue


def _escalate(work: Work, *, waiting: service.Waiting, now: datetime) -> None:
    service.escalate(work, waiting, now)
