"""A small MQTT broker inside the program (amqtt), for the demo and for tests: loopback only, nothing on disk.

Lets in the one user that it is given, and devices as far as somebody else admits them, until that is taken back.

It keeps a promise that amqtt alone does not: a publisher's QoS 1 message is acknowledged only after every subscriber of
a lasting session has acknowledged it, however often that one has to come back. So an acknowledged event survives even
a crash of this process: it is already where the subscriber put it. Not for production.
"""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from amqtt.adapters import ReaderAdapter, WriterAdapter
from amqtt.broker import Broker
from amqtt.errors import BrokerError
from amqtt.mqtt.connack import NOT_AUTHORIZED, ConnackPacket
from amqtt.mqtt.constants import QOS_1
from amqtt.mqtt.protocol.broker_handler import BrokerProtocolHandler
from amqtt.mqtt.puback import PubackPacket
from amqtt.plugins.base import BaseAuthPlugin
from amqtt.session import IncomingApplicationMessage, OutgoingApplicationMessage, Session

from telemetry.errors import Unavailable
from telemetry.messages import Message

Release = Callable[[], None]
"""Told that a device has gone."""
Admit = Callable[[str, str, Callable[[], None]], Awaitable[Release | None]]
"""Given a device's user name and password, and what ends its session from any thread; None refuses it."""

HOST = "127.0.0.1"
CANCEL_AGAIN_S = 0.1


class EmbeddedBroker:
    """`async with EmbeddedBroker(username=…, password=…) as broker:` listens on `broker.host`:`broker.port`."""

    def __init__(
        self, *, username: str, password: str, port: int = 0, keep_for: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """Port 0 takes a free one. `keep_for`: client ids and the topics kept for them even before they first come."""
        self.host = HOST
        self.port = port
        self._user = {"username": username, "password": password}
        self._keep_for = keep_for or {}
        self.admit: Admit = _admit_nobody
        """Asked about everybody but the one user; may be changed at any time."""

    async def __aenter__(self) -> Self:
        """Start to listen. Raises Unavailable when the port is taken."""
        # amqtt reports every client that comes and goes as a warning or an error; what matters is raised.
        logging.getLogger("amqtt").setLevel(logging.CRITICAL)
        logging.getLogger("transitions").setLevel(logging.CRITICAL)
        listener = {"type": "tcp", "bind": f"{self.host}:{self.port}"}
        plugin = f"{OneUser.__module__}.{OneUser.__qualname__}"
        self._broker = _Broker(
            {"listeners": {"default": listener}, "plugins": {plugin: self._user}}, self._keep_for, lambda: self.admit
        )
        try:
            await self._broker.start()
        except BrokerError as error:
            raise Unavailable(
                Message("observations.mqtt.cannot_listen", host=self.host, port=self.port, reason=error.__cause__)
            ) from error
        self.port = self._broker.port
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection and forget everything."""
        await self._broker.shutdown()


async def _admit_nobody(_username: str, _password: str, _end: Callable[[], None]) -> Release | None:
    return None


class OneUser(BaseAuthPlugin):  # type: ignore[misc]  # amqtt is not typed
    """Lets in who knows the one username and its password."""

    @dataclass
    class Config:
        """Settings of the plugin."""

        username: str = ""
        password: str = ""

    async def authenticate(self, *, session: Session) -> bool | None:
        name_fits = hmac.compare_digest((session.username or "").encode(), self.config.username.encode())
        password_fits = hmac.compare_digest((session.password or "").encode(), self.config.password.encode())
        return bool(self.config.username) and name_fits and password_fits


class _Broker(Broker):  # type: ignore[misc]  # amqtt is not typed
    """amqtt's broker, with a delivery of its own (amqtt drops what is not acknowledged within five seconds)."""

    def __init__(
        self, config: dict[str, Any], keep_for: Mapping[str, Sequence[str]], admit: Callable[[], Admit]
    ) -> None:
        super().__init__(config)
        self._keep_for = keep_for
        self._admit = admit
        self._own_users = {user["username"] for user in config["plugins"].values()}
        self._live: dict[str, _Handler] = {}
        self._arrival = asyncio.Event()
        self._later: set[asyncio.Task[bool]] = set()
        self._ending = False

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._servers["default"].instance.sockets[0].getsockname()[1])

    async def shutdown(self) -> None:
        self._ending = True
        for task in self._later:
            task.cancel()
        await super().shutdown()

    async def hand_on(self, message: IncomingApplicationMessage) -> bool:
        """Give `message` to every subscriber; returns when those of lasting sessions have acknowledged it.

        False when the broker is about to end, and they may not have: its publisher must keep it, and send it again.
        """
        if message.retain:
            await self.retain_message(None, message.topic, message.data, message.qos)
        takers = {
            session.client_id: (session, qos)
            for topic_filter, subscriptions in self._subscriptions.items()
            if self._matches(message.topic, topic_filter)
            for session, qos in subscriptions
        }
        await asyncio.gather(*(self._deliver(session, qos, message) for session, qos in takers.values()))
        return not self._ending

    def hand_on_later(self, message: IncomingApplicationMessage) -> None:
        """The same for a publisher that does not wait (QoS 0)."""
        task = asyncio.create_task(self.hand_on(message))
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _deliver(self, session: Session, qos: int, message: IncomingApplicationMessage) -> None:
        tried = None
        while self._sessions.get(session.client_id, (None, None))[0] is session:
            handler = self._live.get(session.client_id)
            if handler is not None and handler is not tried:
                tried = handler
                if await _published(handler, qos, message):
                    return
            elif qos < QOS_1 or session.clean_session:
                return
            else:
                await self._arrival.wait()

    async def _start_listeners(self) -> None:
        for client_id, topics in self._keep_for.items():
            handler, session = self.create_offline_session(client_id)
            self._sessions[client_id] = (session, handler)
            for topic in topics:
                await self.add_subscription((topic, QOS_1), session)
        await super()._start_listeners()

    async def _initialize_client_session(
        self, reader: ReaderAdapter, writer: WriterAdapter, remote_address: str, remote_port: int
    ) -> "tuple[_Handler, Session]":
        # amqtt looks at the password only after it has dropped or taken over the session of that name.
        _, session = await BrokerProtocolHandler.init_from_connect(reader, writer, self.plugins_manager)
        if not await self._authenticate(session, self.listeners_config["default"]):
            await ConnackPacket.build(0, NOT_AUTHORIZED).to_stream(writer)
            await writer.close()
            raise BrokerError(f"{remote_address}:{remote_port} has a wrong username or password")
        known = self._sessions.get(session.client_id, (None, None))[0]
        if session.clean_session:
            await self._delete_session(session.client_id)
        elif known is not None:
            known.keep_alive = session.keep_alive
            known.parent = 1
            known.username = session.username
            known.password = session.password
            session = known
        return _Handler(self), session

    async def _authenticate(self, session: Session, listener: Any) -> bool:
        if session.username in self._own_users:
            return bool(await super()._authenticate(session, listener))
        release = await self._admit()(session.username or "", session.password or "", lambda: None)
        if release is not None:
            release()
        return release is not None

    async def _client_message_loop(self, client_session: Session, handler: "_Handler") -> None:
        if client_session.username in self._own_users:
            await self._serve(client_session, handler)
            return
        loop = asyncio.get_running_loop()
        revoked = asyncio.Event()

        def end() -> None:
            with suppress(RuntimeError):  # the loop ended first
                loop.call_soon_threadsafe(revoked.set)

        release = await self._admit()(client_session.username or "", client_session.password or "", end)
        if release is None:
            revoked.set()
        ending = asyncio.create_task(_hang_up(handler, client_session, revoked))
        try:
            await self._serve(client_session, handler)
        finally:
            ending.cancel()
            if release is not None:
                release()
            if revoked.is_set():
                await self._delete_session(client_session.client_id)

    async def _serve(self, client_session: Session, handler: "_Handler") -> None:
        self._live[client_session.client_id] = handler
        arrival = self._arrival
        self._arrival = asyncio.Event()
        arrival.set()
        try:
            await super()._client_message_loop(client_session, handler)
        finally:
            if self._live.get(client_session.client_id) is handler:
                del self._live[client_session.client_id]


class _Handler(BrokerProtocolHandler):  # type: ignore[misc]  # amqtt is not typed
    """amqtt's protocol of one connection, with its own way of passing messages."""

    def __init__(self, broker: _Broker) -> None:
        super().__init__(broker.plugins_manager)
        self._broker = broker
        self._stopped = False

    async def stop(self) -> None:
        self._stopped = True
        reading = self._reader_task
        if reading is not None and reading is not asyncio.current_task():
            while not (reading.done() or self._reader_stopped.is_set()):
                reading.cancel()  # once is not enough: wait_for of Python 3.11 may swallow it when something comes
                with suppress(TimeoutError):
                    async with asyncio.timeout(CANCEL_AGAIN_S):
                        await self._reader_stopped.wait()
        await super().stop()

    async def _handle_qos0_message_flow(
        self, app_message: IncomingApplicationMessage | OutgoingApplicationMessage
    ) -> None:
        if isinstance(app_message, IncomingApplicationMessage):
            self._broker.hand_on_later(app_message)
        else:
            await super()._handle_qos0_message_flow(app_message)

    async def _handle_qos1_message_flow(
        self, app_message: IncomingApplicationMessage | OutgoingApplicationMessage
    ) -> None:
        if isinstance(app_message, IncomingApplicationMessage):
            if await self._broker.hand_on(app_message):
                await self._send_packet(PubackPacket.build(app_message.packet_id))
        else:
            await self._send_and_wait(app_message)

    async def _send_and_wait(self, message: OutgoingApplicationMessage) -> None:
        if self._stopped:
            raise ConnectionError("the connection is gone")
        waiter = self._puback_waiters[message.packet_id] = asyncio.get_running_loop().create_future()
        self.session.inflight_out[message.packet_id] = message
        try:
            await self._send_packet(message.build_publish_packet())
            await waiter
        finally:
            self._puback_waiters.pop(message.packet_id, None)
            self.session.inflight_out.pop(message.packet_id, None)


async def _hang_up(handler: _Handler, session: Session, revoked: asyncio.Event) -> None:
    """Once `revoked` is set, close the device's connection; its last will is not published."""
    await revoked.wait()
    session.will_flag = False
    await handler.handle_connection_closed()


async def _published(handler: _Handler, qos: int, message: IncomingApplicationMessage) -> bool:
    """Whether the client behind `handler` took the message; False when its connection went away first."""
    task = asyncio.ensure_future(handler.mqtt_publish(message.topic, message.data, qos, retain=False))
    try:
        await asyncio.wait({task})
    finally:
        task.cancel()
    return not task.cancelled() and task.exception() is None
