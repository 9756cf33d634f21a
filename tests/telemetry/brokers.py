"""The embedded broker on a loop of its own, for tests that are not asynchronous themselves."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiomqtt
from anyio.from_thread import BlockingPortal, start_blocking_portal

from telemetry.mqtt import MqttLink, Reply
from telemetry.mqtt.broker import EmbeddedBroker

USER, PASSWORD = "vanagas", "correct horse"
CLIENT = "vanagas-test"


@dataclass(frozen=True)
class Broker:
    """A broker that listens."""

    port: int
    portal: BlockingPortal

    def linked(
        self, topics: Sequence[str], handler: Callable[[str, bytes], Reply | None], *, tls_port: int | None = None
    ) -> AbstractContextManager[MqttLink]:
        """A link to it for the time of the block; `tls_port` is one that is `behind_tls`."""
        return self.portal.wrap_async_context_manager(_linked(self.port, tls_port, topics, handler))

    def publish(self, topic: str, payload: bytes) -> None:
        """Publish as a device does; it is at the broker then."""
        self.portal.call(_publish, self.port, topic, payload)


@contextmanager
def running(port: int = 0, keep_for: Mapping[str, Sequence[str]] | None = None) -> Iterator[Broker]:
    """A broker for the time of the block; port 0 takes a free one. `keep_for` as the embedded broker has it."""
    embedded = EmbeddedBroker(username=USER, password=PASSWORD, port=port, keep_for=keep_for)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(embedded):
        yield Broker(embedded.port, portal)


@contextmanager
def behind_tls(broker: Broker, folder: Path) -> Iterator[tuple[int, Path]]:
    """A port with TLS before `broker`, and the certificate of `localhost` there, which is kept in `folder`."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    asked = f"openssl req -x509 -nodes -newkey rsa:2048 -keyout {key} -out {certificate} -days 2 -subj /CN=localhost"
    subprocess.run([*asked.split(), "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    with broker.portal.wrap_async_context_manager(_proxy(broker.port, context)) as port:
        yield port, certificate


@asynccontextmanager
async def _proxy(behind: int, context: ssl.SSLContext) -> AsyncIterator[int]:
    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", behind)
        await asyncio.gather(pass_on(reader, back), pass_on(there, writer))

    async with await asyncio.start_server(connect, "127.0.0.1", 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1]


async def _publish(port: int, topic: str, payload: bytes) -> None:
    async with aiomqtt.Client("localhost", port, username=USER, password=PASSWORD, timeout=20) as device:
        await device.publish(topic, payload, qos=1)


def in_thread(handler: Callable[[str, bytes], Reply | None]) -> Callable[[str, bytes], Awaitable[Reply | None]]:
    """`handler`, which may wait, as a link awaits it."""

    async def handle(topic: str, payload: bytes) -> Reply | None:
        return await asyncio.to_thread(handler, topic, payload)

    return handle


@asynccontextmanager
async def _linked(
    port: int, tls_port: int | None, topics: Sequence[str], handler: Callable[[str, bytes], Reply | None]
) -> AsyncIterator[MqttLink]:
    link = MqttLink(
        "localhost", tls_port or port, tls=tls_port is not None, username=USER, password=PASSWORD, client_id=CLIENT,
        topics=topics, handler=in_thread(handler), first_retry_s=0.05, longest_retry_s=0.2,
    )  # fmt: skip
    await link.start()
    try:
        yield link
    finally:
        await link.stop()
