"""What a pilot sees of the flights under way and says to them: orders, what is on board, the yes to failsafes.

An order waits for no database: it is judged by the flight's own memory, sent to the vehicle, and recorded after.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from mission.flights import orders
from mission.flights.active import ActiveFlight
from mission.flights.finder import FlightFinder, link_of
from mission.flights.order_relay import TELL_WITHIN_S, OrderSender
from mission.flights.orders import Order, Situation
from mission.flights.passed_orders import LinkElsewhere, PassedOrder
from mission.flights.procedure.events import PilotOrdered, PilotOrderFailed
from mission.flights.records import AuditRecord
from mission.flights.states import IN_THE_AIR, FlightState
from telemetry.access import Principal, require_city
from telemetry.clock import Clock
from telemetry.errors import Conflict, Unavailable, VanagasError
from telemetry.leases import LeaseKeeper, LeaseStanding
from telemetry.messages import Message
from telemetry.store import STORE_ERRORS


class PilotConsole:
    """Over the flights of one supervisor; starts and ends none of them."""

    def __init__(
        self,
        flights: Mapping[str, ActiveFlight],
        finder: FlightFinder,
        leases: LeaseKeeper,
        sender: OrderSender,
        clock: Clock,
    ) -> None:
        """`flights` are those under way, by id, as they come and go; of their links this server has `leases`."""
        self._flights = flights
        self._finder = finder
        self._leases = leases
        self._sender = sender
        self._clock = clock

    @property
    def any_under_way(self) -> bool:
        """Whether any flight is under way."""
        return bool(self._flights)

    async def order(self, flight_id: str, order: Order, *, by: Principal) -> FlightState:
        """Have the drone do what `by`, who must have its control, orders; gives the flight's state then.

        Waits for the vehicle only; where another server has the link, for that one, too. What came of it is on the
        flight's log and in the audit trail as soon as the database takes it. Raises NotFound, also for a town `by` may
        not see; Conflict when it cannot be done now or the vehicle refuses; BadInput for what may not be;
        VehicleSilent; Unavailable within TELL_WITHIN_S when the server with the link does not take it.
        """
        flight = self._under_way(flight_id, by)
        if flight is None:
            where = await self._link_elsewhere(flight_id, by)
            return await self._sender.pass_on(where, order, by)
        return await self._order_here(flight, order, by)

    async def take_passed(self, passed: PassedOrder) -> FlightState:
        """Give an order that another server passed on. Raises as `order` does, and Conflict if the link is not here."""
        flight = self._under_way(passed.flight_id, passed.by)
        if flight is None:
            where = await self._link_elsewhere(passed.flight_id, passed.by)
            raise Conflict(Message("leases.flown_elsewhere", flight=where.flight_name, address=where.server.address))
        return await self._order_here(flight, passed.order, passed.by)

    async def _order_here(self, flight: ActiveFlight, order: Order, by: Principal) -> FlightState:
        if flight.state in IN_THE_AIR:  # of any other flight the order itself says that it takes none
            self._require_link(flight)
            _require_control(flight, by)
        situation = flight.situation()
        orders.require(order, situation)
        return await asyncio.shield(asyncio.create_task(self._send(flight, order, situation, by)))

    async def aboard(self, flight_id: str, *, by: Principal) -> dict[str, Any] | None:
        """What a vehicle that is connected for the flight has on board and does by itself; None while there is none.

        Raises NotFound for a flight that does not exist, or is of a town `by` may not see.
        """
        flight = self._under_way(flight_id, by)
        if flight is None:
            await asyncio.to_thread(self._finder.visible, flight_id, by)
            return None
        return flight.aboard()

    async def accept_failsafes(self, flight_id: str, subjects: frozenset[str], *, by: Principal) -> dict[str, Any]:
        """The yes of `by`, who must have the control of the drone, to what it does not do by itself.

        Raises NotFound as `aboard` does; Conflict without the control, while no vehicle is connected, after the start,
        and for a subject that is not asked about.
        """
        flight = self._under_way(flight_id, by)
        if flight is None:
            known = await asyncio.to_thread(self._finder.visible, flight_id, by)
            raise Conflict(Message("flights.no_vehicle_yet", flight=known.name))
        _require_control(flight, by)
        flight.accept_failsafes(subjects, by.name)
        return flight.aboard()

    async def _link_elsewhere(self, flight_id: str, by: Principal) -> LinkElsewhere:
        try:
            async with asyncio.timeout(TELL_WITHIN_S):
                return await asyncio.to_thread(self._finder.link_elsewhere, flight_id, by)
        except (TimeoutError, *STORE_ERRORS) as error:
            raise Unavailable(Message("leases.database_silent")) from error

    def _require_link(self, flight: ActiveFlight) -> None:
        """Raises Conflict unless the vehicle's link is this server's, by memory alone, and it was heard over it."""
        standing = self._leases.standing(link_of(flight.facts.unit.id))
        if standing is LeaseStanding.UNSURE:
            raise Conflict(Message("leases.unsure", flight=flight.facts.name))
        if standing is LeaseStanding.NOT_OWN:
            raise Conflict(Message("leases.taken_over", flight=flight.facts.name))
        if flight.last_said is None and not flight.had_link:
            raise Conflict(Message("leases.nobody_has_link", flight=flight.facts.name))

    def _under_way(self, flight_id: str, by: Principal) -> ActiveFlight | None:
        flight = self._flights.get(flight_id)
        if flight is not None:
            require_city(by, flight.facts.city, Message("access.things.flight", flight=flight_id))
        return flight

    async def _send(self, flight: ActiveFlight, order: Order, situation: Situation, by: Principal) -> FlightState:
        sending = asyncio.create_task(orders.tell(flight.vehicle, order, situation))
        await asyncio.sleep(0)  # the order is on its way before a word of it is written
        self._audit(flight, order, by, Message("audit.order_asked", order=order.words))
        try:
            await sending
        except VanagasError as error:
            self._audit(flight, order, by, Message("audit.order_not_done", reason=error.told))
            flight.feed(PilotOrderFailed(order, by.name, error.told))
            raise
        self._audit(flight, order, by, Message("audit.order_taken", order=order.words))
        flight.feed(PilotOrdered(order, by.name))
        return flight.state

    def _audit(self, flight: ActiveFlight, order: Order, by: Principal, detail: Message) -> None:
        flight.recorder.record(
            AuditRecord(
                at=self._clock.now(),
                who=by.name,
                role=by.role.value,
                city=flight.facts.city,
                action=order.kind.value,
                subject=f"flight {flight.facts.id}",
                detail=detail,
            )
        )


def _require_control(flight: ActiveFlight, by: Principal) -> None:
    """Raises Conflict unless `by` has the control of the drone, on the ground as in the air."""
    holder = flight.authority.holder
    name = flight.facts.unit.name
    if holder is None:
        raise Conflict(Message("flights.nobody_has_control", name=name))
    if holder != by.name:
        raise Conflict(Message("flights.other_has_control", holder=holder, name=name, by=by.name))
