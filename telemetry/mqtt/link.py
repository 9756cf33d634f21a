"""The link to an MQTT broker: each message is acknowledged only after it was handled, and none is lost on the way.

Knows no message format and publishes nothing but what a handler replies.
"""

import asyncio
import logging
import math
import socket
import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiomqtt

from telemetry.errors import BadInput, VanagasError
from telemetry.messages import Message
from telemetry.mqtt.reasons import code_of, codes_of
from telemetry.supervision import Supervisor, TaskHeartbeat

log = logging.getLogger(__name__)

KEEPALIVE_S = 15
MOST_WAITING = 1_000
"""How many messages without acknowledgement (QoS 0) are kept for another try; a broker would not send them again."""
MOST_AT_ONCE = 50
"""Messages in the handler's hands."""
WITHOUT_NAGLE = ((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),)
"""A receipt and an acknowledgement are small and follow each other: held back for one another they cost 40 ms."""
REFUSED_CODES = frozenset({134, 135})
"""MQTT 5 names of "bad user name or password" and "not authorized", into which paho turns those of 3.1.1."""


@dataclass
class Counts:
    """What became of the messages since the start."""

    handled: int = 0
    refused: int = 0
    """Acknowledged, but of no use: the handler raised BadInput, or replied with a refusal."""
    failed: int = 0
    """Tries that ended in any other error; the message is tried again."""
    dropped: int = 0
    """QoS 0 messages given up, since too many were waiting for another try."""


@dataclass(frozen=True)
class Reply:
    """What is said to whoever sent a message, before that is acknowledged; at most once, since they can send again."""

    topic: str
    payload: bytes
    refusal: VanagasError | None = None
    """Why the message is of no use; None when it is taken."""


class MqttLink:
    """A consumer with a session that outlives the connection (MQTT 3.1.1, QoS 1, clean_session off).

    Up to MOST_AT_ONCE messages are handled at a time; one may be seen twice, never not at all. BadInput from the
    handler refuses the message for good; any other error leaves it unacknowledged and it is tried again, with back-off,
    while the others go on. A reply that cannot be published leaves it unacknowledged, too.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        username: str | None,
        password: str | None,
        client_id: str,
        topics: Sequence[str],
        handler: Callable[[str, bytes], Awaitable[Reply | None]],
        tls: bool = False,
        ca_file: Path | None = None,
        first_retry_s: float = 0.5,
        longest_retry_s: float = 30.0,
        supervisor: Supervisor | None = None,
    ) -> None:
        """`handler(topic, payload)` is awaited for each message on `topics`; delays are in seconds, doubling.

        No username is for a broker that lets everybody in. `tls`: the broker proves who it is by a certificate that
        this machine trusts, or the PEM certificates in `ca_file`, and nobody reads along.
        """
        self._host = host
        self._port = port
        self._username = username
        self._password = password
        self._client_id = client_id
        self._topics = list(topics)
        self._handler = handler
        self._tls = tls
        self._ca_file = ca_file
        self._reconnecting = _BackOff(first_retry_s, longest_retry_s)
        self._retrying = _BackOff(first_retry_s, longest_retry_s)
        self._worker = (supervisor or Supervisor()).task("broker", self._run)
        self._tried: asyncio.Future[None] | None = None
        self._waiting: deque[aiomqtt.Message] = deque()
        self._failing: set[int] = set()
        """Those that failed and were not handled yet, also while they are tried again."""
        self._handler_down = False
        self._link_down = False
        self._refused_kinds: set[tuple[str, str]] = set()
        self.connected = False
        self.trouble: Message | None = None
        """Why there is no connection, in words; None while there is one, and before the first try."""
        self.counts = Counts()

    async def start(self) -> None:
        """Connect and go on in the background; a broker that is not there, or refuses the password, is tried again."""
        self._tried = asyncio.get_running_loop().create_future()
        self._worker.start()
        await self._tried

    async def stop(self) -> None:
        """Disconnect, once the message in the handler's hands is done; what is not acknowledged stays at the broker."""
        # Not by cancelling at once: aiomqtt may swallow that (wait_for of Python 3.11), or leave its socket open.
        await self._worker.stop()
        self._note_try()

    async def _run(self, heartbeat: TaskHeartbeat) -> None:
        while not heartbeat.stopping:
            try:
                async with self._client() as client:
                    await self._subscribe(client)
                    self._up()
                    heartbeat.worked()
                    await self._consume(client, heartbeat)
            except aiomqtt.MqttError as error:
                self._down(error)
            finally:
                self.connected = False
                # The broker sends again what was not acknowledged, so only QoS 0 has to be kept here.
                self._waiting = deque(message for message in self._waiting if message.qos == 0)
                self._failing = {id(message) for message in self._waiting}
                self._note_try()
            await heartbeat.wait(self._reconnecting.next())

    def _note_try(self) -> None:
        """Let `start` return."""
        if self._tried is not None and not self._tried.done():
            self._tried.set_result(None)

    def _client(self) -> "_Client":
        return _Client(
            self._host,
            self._port,
            username=self._username,
            password=self._password,
            identifier=self._client_id,
            clean_session=False,
            keepalive=KEEPALIVE_S,
            tls_context=self._tls_context(),
            socket_options=WITHOUT_NAGLE,
        )

    def _tls_context(self) -> ssl.SSLContext | None:
        if not self._tls:
            return None
        try:
            return ssl.create_default_context(cafile=self._ca_file)
        except OSError as error:  # an SSLError is one
            raise aiomqtt.MqttError(f"its ca_file {self._ca_file} cannot be used ({error}); name a PEM file") from error

    async def _subscribe(self, client: "_Client") -> None:
        granted = await client.subscribe([(topic, 1) for topic in self._topics])
        for topic, code in zip(self._topics, codes_of(granted), strict=True):
            if code >= 128:
                raise aiomqtt.MqttError(f"it does not let {self._username!r} read {topic}; allow that in its rules")

    def _up(self) -> None:
        self.connected = True
        self.trouble = None
        self._reconnecting.reset()
        if self._link_down:
            log.info("the MQTT broker at %s:%s is back", self._host, self._port)
        self._link_down = False
        self._note_try()

    def _down(self, error: aiomqtt.MqttError) -> None:
        why = Message("observations.mqtt.no_answer", host=self._host, port=self._port, reason=error)
        refused = isinstance(error, aiomqtt.MqttCodeError) and _code(error) in REFUSED_CODES
        if refused:
            broker = {"host": self._host, "port": self._port}
            why = Message("observations.mqtt.refused", **broker, user=self._username, reason=error)
        self.trouble = why
        if not self._link_down:
            self._link_down = True
            log.warning("%s; trying again until it does", why)

    async def _consume(self, client: "_Client", heartbeat: TaskHeartbeat) -> None:
        """Handle messages until stopped. Raises MqttError when the connection goes."""
        loop = asyncio.get_running_loop()
        retry_at = math.inf
        messages = client.messages
        coming = asyncio.ensure_future(anext(messages))
        stopping = asyncio.ensure_future(heartbeat.until_stop())
        in_hand: set[asyncio.Task[None]] = set()
        try:
            while not heartbeat.stopping:
                patience = None
                if retry_at != math.inf:
                    patience = max(0.0, retry_at - loop.time())
                awaited: set[asyncio.Task[Any]] = {stopping, *in_hand}
                if len(in_hand) < MOST_AT_ONCE:
                    awaited.add(coming)
                await asyncio.wait(awaited, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
                for done in [attempt for attempt in in_hand if attempt.done()]:
                    in_hand.remove(done)
                    done.result()
                due = loop.time() >= retry_at
                starting = list(self._waiting) if due else []
                if due:
                    self._waiting.clear()
                if coming.done() and len(in_hand) < MOST_AT_ONCE:
                    starting.append(coming.result())
                    coming = asyncio.ensure_future(anext(messages))
                in_hand |= {asyncio.create_task(self._attempt(client, message)) for message in starting}
                if not self._waiting:
                    retry_at = math.inf
                elif retry_at == math.inf:
                    retry_at = loop.time() + self._retrying.next()
        finally:
            for task in (coming, stopping):
                task.cancel()
            await asyncio.gather(coming, stopping, *in_hand, return_exceptions=True)

    async def _attempt(self, client: "_Client", message: aiomqtt.Message) -> None:
        topic = str(message.topic)
        reply: Reply | None = None
        refusal: VanagasError | None = None
        try:
            reply = await self._handler(topic, bytes(message.payload))
        except BadInput as error:
            refusal = error
        except Exception as error:  # whatever it is, the message must not be lost for it
            self._failed(topic, message, error)
            return
        if reply is not None:
            refusal = reply.refusal
            await client.publish(reply.topic, reply.payload, qos=0)
        if refusal is None:
            self.counts.handled += 1
        else:
            self._refused(message, refusal)
        client.acknowledge(message)
        self._failing.discard(id(message))
        if self._handler_down and not self._failing:
            self._handler_down = False
            self._retrying.reset()
            log.info("messages from %s are handled again", topic)

    def _refused(self, message: aiomqtt.Message, error: VanagasError) -> None:
        self.counts.refused += 1
        topic = next((asked for asked in self._topics if message.topic.matches(asked)), str(message.topic))
        kind = (topic, type(error).__name__)
        if kind not in self._refused_kinds:
            self._refused_kinds.add(kind)
            log.warning("a message on %s is refused: %s; others like it will be counted only", topic, error)

    def _failed(self, topic: str, message: aiomqtt.Message, error: Exception) -> None:
        self.counts.failed += 1
        if not self._handler_down:
            self._handler_down = True
            log.error("a message on %s could not be handled; it is tried again until it can", topic, exc_info=error)
        if message.qos == 0 and len(self._waiting) >= MOST_WAITING:
            self.counts.dropped += 1
            self._failing.discard(id(message))
        else:
            self._waiting.append(message)
            self._failing.add(id(message))


class _Client(aiomqtt.Client):
    """aiomqtt's client, acknowledging by hand: by itself it would do so before anybody has seen the message."""

    async def __aenter__(self) -> "_Client":
        self._client.manual_ack_set(True)
        await super().__aenter__()
        return self

    def acknowledge(self, message: aiomqtt.Message) -> None:
        """Tell the broker that `message` is done with (nothing for QoS 0)."""
        self._client.ack(message.mid, message.qos)


class _BackOff:
    """A delay in seconds that doubles each time it is asked for."""

    def __init__(self, first: float, longest: float) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    def next(self) -> float:
        delay = self._next
        self._next = min(self._next * 2, self._longest)
        return delay

    def reset(self) -> None:
        self._next = self._first


def _code(error: aiomqtt.MqttCodeError) -> int | None:
    if error.rc is None:
        return None
    return code_of(error.rc)
