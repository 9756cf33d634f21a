"""Passes orders on to the server that has the drone's link, through the database, and gives those that are passed here.

An order is given once at most: whether its server takes it or this one takes it back is one row's state.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from mission.flights import passed_orders
from mission.flights.orders import Order
from mission.flights.passed_orders import LinkElsewhere, PassedOrder, PassingState
from mission.flights.states import FlightState
from telemetry.access import Principal
from telemetry.errors import (
    BadInput,
    Conflict,
    NotAllowed,
    NotFound,
    OrderAsks,
    Unavailable,
    VanagasError,
    VehicleSilent,
)
from telemetry.messages import Message
from telemetry.messages.current import current_language, speaking
from telemetry.store import STORE_ERRORS, Store
from telemetry.supervision import Supervisor, TaskHeartbeat

log = logging.getLogger(__name__)

TAKE_WITHIN_S = 1.5
"""So long the other server may take to take an order; then the pilot is told that it was not given."""
TELL_WITHIN_S = 2.0
ANSWER_WITHIN_S = 30.0
"""So long an order that was taken may take: the vehicle's own time-outs are shorter."""
LOOK_S = 0.1
"""How often a server that flies looks for orders that were passed to it."""
ASK_S = 0.05
KINDS: dict[str, type[VanagasError]] = {
    kind.__name__: kind for kind in (BadInput, Conflict, NotAllowed, NotFound, Unavailable, VehicleSilent)
}
"""Of an error that an order ends with; of any other the nearest of these is told."""

Give = Callable[[PassedOrder], Awaitable[FlightState]]


class OrderSender:
    """Has another server give orders, and waits for what it says."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def pass_on(self, where: LinkElsewhere, order: Order, by: Principal) -> FlightState:
        """Have the server with the link give `order`; gives the flight's state then.

        Raises what that server says; Unavailable within TELL_WITHIN_S when it does not take the order, which is then
        given by nobody.
        """
        order_id = secrets.token_hex(16)
        unknown = Unavailable(self._says("leases.order_unknown", where))
        try:
            async with asyncio.timeout(TELL_WITHIN_S):
                taken = await self._is_taken(order_id, where, order, by)
        except (TimeoutError, *STORE_ERRORS) as error:
            raise unknown from error
        if not taken:
            raise Unavailable(self._says("leases.order_not_taken", where))
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                said = await self._answer(order_id)
        except (TimeoutError, *STORE_ERRORS) as error:
            raise unknown from error
        return _read_answer(said)

    async def _is_taken(self, order_id: str, where: LinkElsewhere, order: Order, by: Principal) -> bool:
        """Leave the order, and take it back if its server has not taken it in time."""
        expires_s = where.asked_s + TAKE_WITHIN_S
        left = partial(
            passed_orders.leave,
            id=order_id,
            order=order,
            where=where,
            by=by,
            language=current_language(),
            expires_s=expires_s,
        )
        if not await asyncio.to_thread(self._store.run, left):
            return False
        ends = asyncio.get_running_loop().time() + TAKE_WITHIN_S
        while asyncio.get_running_loop().time() < ends:
            state = await self._state(order_id)
            if state is not PassingState.WAITING:
                return state is not None
            await asyncio.sleep(ASK_S)
        return not await asyncio.to_thread(self._store.run, partial(passed_orders.take_back, id=order_id))

    async def _state(self, order_id: str) -> PassingState | None:
        found = await asyncio.to_thread(self._progress, order_id)
        return None if found is None else found[0]

    async def _answer(self, order_id: str) -> dict[str, Any]:
        while True:
            found = await asyncio.to_thread(self._progress, order_id)
            if found is not None and found[0] is PassingState.ANSWERED:
                await asyncio.to_thread(self._store.run, partial(passed_orders.remove, id=order_id))
                return found[1]
            await asyncio.sleep(ASK_S)

    def _progress(self, order_id: str) -> tuple[PassingState, dict[str, Any]] | None:
        with self._store.read() as session:
            return passed_orders.progress(session, order_id)

    def _says(self, code: str, where: LinkElsewhere) -> Message:
        return Message(code, flight=where.flight_name, address=where.server.address)


class OrderReceiver:
    """Gives the orders that other servers leave for this one, between `start` and `stop`."""

    def __init__(
        self, store: Store, server_id: str, *, flies: Callable[[], bool], give: Give, supervisor: Supervisor
    ) -> None:
        """It looks for orders while `flies()`: a server without a flight under way has no link."""
        self._store = store
        self._server_id = server_id
        self._flies = flies
        self._give = give
        self._under_way: set[asyncio.Task[None]] = set()
        self._worker = supervisor.task("passed orders", self._keep_looking, cancelled=True, pauses_s=(LOOK_S,))

    def start(self) -> None:
        """Begin, on the running event loop."""
        self._worker.start()

    async def stop(self) -> None:
        """Take no more, and let those that were taken be given."""
        await self._worker.stop()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _keep_looking(self, heartbeat: TaskHeartbeat) -> None:
        while not heartbeat.stopping:
            if self._flies():
                # Each on its own: an order to stop does not wait for the vehicle's answer to one before.
                for passed in await asyncio.to_thread(self._take):
                    task = asyncio.create_task(self._give_one(passed))
                    self._under_way.add(task)
                    task.add_done_callback(self._under_way.discard)
            heartbeat.worked()
            await heartbeat.wait(LOOK_S)

    def _take(self) -> list[PassedOrder]:
        with self._store.read() as session:
            if not passed_orders.any_waiting(session, self._server_id):
                return []
        return self._store.run(partial(passed_orders.take, server_id=self._server_id))

    async def _give_one(self, passed: PassedOrder) -> None:
        with speaking(passed.language):
            try:
                said = {"state": str(await self._give(passed))}
            except VanagasError as error:
                said = _error_to_json(error)
            except Exception:
                log.exception("an order that was passed on to this server failed")
                return
        try:
            await asyncio.to_thread(self._store.run, partial(passed_orders.answer, id=passed.id, said=said))
        except STORE_ERRORS as error:
            log.warning("what came of an order cannot be told to the server that passed it on: %s", error)


def _error_to_json(error: VanagasError) -> dict[str, Any]:
    nearest = next((kind.__name__ for kind in type(error).__mro__ if kind.__name__ in KINDS), Unavailable.__name__)
    return {"error": nearest, "message": error.told.to_json(), **error.details}


def _read_answer(said: Mapping[str, Any]) -> FlightState:
    """The flight's state after an order. Raises the error that the other server answered with."""
    if "state" in said:
        return FlightState(said["state"])
    message = Message.from_json(said["message"])
    if "asks" in said:
        raise OrderAsks(message, said["asks"])
    raise KINDS[said["error"]](message)
