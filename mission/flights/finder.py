"""Finds the flights that want something done: checks run again, a drone called. Runs none of them."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from functools import partial

from mission.flights import gate, repository, service
from mission.flights.check_inputs import Standards
from mission.flights.facts import FlightFacts, read_facts
from mission.flights.passed_orders import LinkElsewhere
from mission.flights.states import IN_THE_AIR, SYSTEM, FlightState
from mission.flights.tables import FlightRow
from telemetry.access import Principal, visibility
from telemetry.clock import Clock
from telemetry.errors import Conflict
from telemetry.leases import Lease, LeaseKeeper
from telemetry.leases import service as leases
from telemetry.messages import Message
from telemetry.store import STORE_ERRORS, Store, Work
from telemetry.visibility import EVERYTHING

AHEAD = timedelta(seconds=60)
"""The plan goes on board this long before the start."""
WAITING = frozenset({FlightState.SCHEDULED, FlightState.UPLOADING, FlightState.READY})
UNDER_WAY = frozenset({FlightState.UPLOADING, FlightState.READY}) | IN_THE_AIR


def link_of(unit_id: str) -> str:
    """The name of the lease of a drone's link."""
    return f"link of {unit_id}"


class FlightFinder:
    """Asks the database; call it on a thread. Raises STORE_ERRORS while the database fails."""

    def __init__(self, store: Store, clock: Clock, standards: Standards, leases: LeaseKeeper) -> None:
        self._store = store
        self._leases = leases
        self._clock = clock
        self._standards = standards

    def check_waiting(self) -> None:
        """Run the checks of each waiting flight that is due for it."""
        now = self._clock.now()
        with self._store.read() as session:
            waiting = repository.in_states(session, WAITING)
            whys = {flight.id: gate.due(session, flight, self._standards, now=now) for flight in waiting}
        for flight_id, why in whys.items():
            if why is not None:
                with self._store.write() as work:
                    flight = repository.get(work.session, flight_id, EVERYTHING)
                    if FlightState(flight.state) in WAITING:
                        service.look_again(work, flight, self._standards, why=why, now=now)

    def due(self, running: Collection[str]) -> list[str]:
        """The ids of flights that want running now with their drone's link: those under way first, one a drone; neither
        those `running` here nor those whose link another server has."""
        soon = self._clock.now() + AHEAD
        first: dict[str, str] = {}
        with self._store.read() as session:
            wanted = repository.in_states(session, UNDER_WAY)
            wanted += repository.in_states(session, {FlightState.SCHEDULED}, before=soon)
            for flight in wanted:
                first.setdefault(flight.unit_id, flight.id)
            names = {link_of(unit_id): flight_id for unit_id, flight_id in first.items() if flight_id not in running}
            if not names:
                return []
            holders = leases.holders(session, list(names))
        mine = self._leases.owner.id
        taken = {name for name, holder in holders.items() if holder.is_valid and holder.owner.id != mine}
        return [flight_id for name, flight_id in names.items() if name not in taken]

    def claim(self, flight_id: str) -> FlightFacts | None:
        """The flight, its drone's link being this server's from now on; None when another server has it.

        While nothing can be written, such as on a full disk, a link that was this server's last is so still.
        """
        since_s = self._leases.now_s()
        try:
            claimed = self._store.run(partial(self._claim, flight_id))
        except STORE_ERRORS:
            claimed = self._resume(flight_id)
            if claimed is None:
                raise
        if claimed is None:
            return None
        lease, facts = claimed
        self._leases.keep(lease, since_s=since_s)
        return facts

    def _resume(self, flight_id: str) -> tuple[Lease, FlightFacts] | None:
        with self._store.read() as session:
            facts = read_facts(session, flight_id)
            lease = leases.resume(session, link_of(facts.unit.id), self._leases.owner)
        if lease is None:
            return None
        return lease, replace(facts, fence=lease.fence)

    def _claim(self, flight_id: str, work: Work) -> tuple[Lease, FlightFacts] | None:
        flight = repository.get(work.session, flight_id, EVERYTHING)
        name = link_of(flight.unit_id)
        lease = leases.take(work.session, name, self._leases.owner, lasts_s=self._leases.lasts_s)
        if lease is None:
            return None
        flight.fence = lease.fence
        work.session.add(flight)
        work.session.flush()
        return lease, read_facts(work.session, flight_id)

    def refuse_unsigned(self, flight_id: str, why: str) -> None:
        """Give up a flight before its start; one in the air is said to be out of reach until the key is there."""
        now = self._clock.now()
        with self._store.write() as work:
            flight = repository.get(work.session, flight_id, EVERYTHING)
            if FlightState(flight.state) in IN_THE_AIR:
                said = Message("flights.no_order_from_here", why=why)
                service.note(work, flight, who=SYSTEM, why=said, at=now)
            else:
                service.abort(work, flight, by=SYSTEM, why=Message("flights.no_key", why=why), at=now)

    def visible(self, flight_id: str, by: Principal) -> FlightRow:
        """The flight. Raises NotFound where there is none in a town `by` may see."""
        with self._store.read() as session:
            return repository.get(session, flight_id, visibility(by))

    def link_elsewhere(self, flight_id: str, by: Principal) -> LinkElsewhere:
        """Which other server has the link of a flight that this one does not fly.

        Raises NotFound where there is no such flight in a town `by` may see, Conflict when it takes no order: it is not
        in the air, or nobody has its link.
        """
        with self._store.read() as session:
            asked_s = leases.database_now_s(session)
            flight = repository.get(session, flight_id, visibility(by))
            holder = leases.holders(session, [link_of(flight.unit_id)]).get(link_of(flight.unit_id))
        if FlightState(flight.state) not in IN_THE_AIR:
            raise Conflict(Message("flights.not_in_air", flight=flight.name, state=flight.state))
        if holder is None or not holder.is_valid or holder.owner.id == self._leases.owner.id:
            raise Conflict(Message("leases.nobody_has_link", flight=flight.name))
        return LinkElsewhere(flight.id, flight.name, holder.owner, asked_s)
