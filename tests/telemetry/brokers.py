"""The embedded broker on a loop of its own, for tests that are not asynchronous themselves."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass

from anyio.from_thread import BlockingPortal, start_blocking_portal

from telemetry.mqtt import EmbeddedBroker, MqttLink, Reply

USER, PASSWORD = "vanagas", "correct horse"
CLIENT = "vanagas-test"


@dataclass(frozen=True)
class Broker:
    """A broker that listens."""

    port: int
    portal: BlockingPortal

    def linked(
        self, topics: Sequence[str], handler: Callable[[str, bytes], Reply | None]
    ) -> AbstractContextManager[MqttLink]:
        """A link to it for the time of the block."""
        return self.portal.wrap_async_context_manager(_linked(self.port, topics, handler))


@contextmanager
def running(port: int = 0, keep_for: Mapping[str, Sequence[str]] | None = None) -> Iterator[Broker]:
    """A broker for the time of the block; port 0 takes a free one. `keep_for` as the embedded broker has it."""
    embedded = EmbeddedBroker(username=USER, password=PASSWORD, port=port, keep_for=keep_for)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(embedded):
        yield Broker(embedded.port, portal)


@asynccontextmanager
async def _linked(
    port: int, topics: Sequence[str], handler: Callable[[str, bytes], Reply | None]
) -> AsyncIterator[MqttLink]:
    link = MqttLink(
        "127.0.0.1", port, username=USER, password=PASSWORD, client_id=CLIENT, topics=topics, handler=handler,
        first_retry_s=0.05, longest_retry_s=0.2,
    )  # fmt: skip
    await link.start()
    try:
        yield link
    finally:
        await link.stop()
