"""The MQTT link against a real broker: every message handled, acknowledged only then, whatever goes wrong between."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from typing import Any

import aiomqtt
import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from telemetry.errors import BadObservation, NotFound, Unavailable
from telemetry.mqtt import MqttLink, Reply
from telemetry.mqtt.broker import EmbeddedBroker
from tests.telemetry import brokers
from tests.telemetry.brokers import in_thread

USER, PASSWORD = "vanagas", "correct horse"
CLIENT, TOPIC = "vanagas-test", "frigate/events"
Handler = Callable[[str, bytes], Reply | None]


def broker(port: int = 0) -> EmbeddedBroker:
    return EmbeddedBroker(username=USER, password=PASSWORD, port=port, keep_for={CLIENT: [TOPIC]})


def link(to: EmbeddedBroker, handler: Handler, **settings: Any) -> MqttLink:
    facts = {"username": USER, "password": PASSWORD, "client_id": CLIENT, "topics": [TOPIC]}
    return MqttLink(
        to.host, to.port, handler=in_thread(handler), first_retry_s=0.05, longest_retry_s=0.2, **(facts | settings)
    )


@asynccontextmanager
async def linked(to: EmbeddedBroker, handler: Handler, **settings: Any) -> AsyncIterator[MqttLink]:
    """A link that is connected for the time of the block."""
    made = link(to, handler, **settings)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


@asynccontextmanager
async def device(to: EmbeddedBroker) -> AsyncIterator[aiomqtt.Client]:
    """A device that publishes."""
    async with aiomqtt.Client(to.host, to.port, username=USER, password=PASSWORD, timeout=20) as client:
        yield client


class Inbox:
    """A handler that keeps what it got and lets a test wait for it; `spoil` is called first and may raise."""

    def __init__(self, spoil: Callable[[bytes], None] = lambda payload: None) -> None:
        self.got: list[bytes] = []
        self.tries: list[bytes] = []
        self._spoil = spoil
        self._news = threading.Condition()

    def __call__(self, topic: str, payload: bytes) -> None:
        with self._news:
            self.tries.append(payload)
            self._news.notify_all()
            self._spoil(payload)
            self.got.append(payload)
            self._news.notify_all()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until `true` holds after some message."""

        def wait() -> None:
            with self._news:
                assert self._news.wait_for(true, timeout=20), f"got {self.got}, tried {self.tries}"

        await asyncio.to_thread(wait)


async def settled(true: Callable[[], bool]) -> None:
    """Wait until `true` holds on this event loop."""
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110  # there is no event to await: the condition is the link's own state
            await asyncio.sleep(0.01)


async def test_a_message_arrives_once_and_the_device_hears_only_after_it_was_handled() -> None:
    inbox = Inbox()
    async with broker() as here, linked(here, inbox) as made, device(here) as camera:
        await camera.publish(TOPIC, b"one", qos=1)
        assert inbox.got == [b"one"]  # publish returned, so the handler had returned before
        await camera.publish(TOPIC, b"two", qos=1)
        assert inbox.got == [b"one", b"two"]
        assert (made.connected, made.counts.handled) == (True, 2)


async def test_a_message_without_acknowledgement_is_handled_too() -> None:
    inbox = Inbox()
    async with broker() as here, linked(here, inbox), device(here) as camera:
        await camera.publish(TOPIC, b"qos 0", qos=0)
        await inbox.until(lambda: inbox.got == [b"qos 0"])


async def test_what_is_published_before_the_link_ever_came_waits_for_it() -> None:
    inbox = Inbox()
    async with broker() as here, device(here) as camera:
        publishing = asyncio.create_task(camera.publish(TOPIC, b"early", qos=1))
        await asyncio.sleep(0)
        async with linked(here, inbox):
            await publishing
        assert inbox.got == [b"early"]


async def test_a_message_that_could_not_be_handled_comes_again_after_a_restart() -> None:
    def no_room(payload: bytes) -> None:
        raise OSError("no space left on device")

    broken, mended = Inbox(no_room), Inbox()
    async with broker() as here, device(here) as camera:
        async with linked(here, broken):
            publishing = asyncio.create_task(camera.publish(TOPIC, b"kept", qos=1))
            await broken.until(lambda: broken.tries[:1] == [b"kept"])
        assert not publishing.done()
        async with linked(here, mended):
            await publishing
    assert mended.got == [b"kept"]


async def test_a_failing_handler_is_tried_again_and_logged_once_at_each_end(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "telemetry.mqtt")
    left = 3

    def fails_three_times(payload: bytes) -> None:
        nonlocal left
        if payload == b"hard" and left:
            left -= 1
            raise OSError("no space left on device")

    inbox = Inbox(fails_three_times)
    async with broker() as here, linked(here, inbox) as made, device(here) as camera:
        hard = asyncio.create_task(camera.publish(TOPIC, b"hard", qos=1))
        await inbox.until(lambda: b"hard" in inbox.tries)
        await camera.publish(TOPIC, b"easy", qos=1)  # the others go on meanwhile
        await hard
        await settled(lambda: made.counts.handled == 2)
    assert (sorted(inbox.got), made.counts.failed) == ([b"easy", b"hard"], 3)
    assert [r.getMessage() for r in caplog.records] == [
        f"a message on {TOPIC} could not be handled; it is tried again until it can",
        f"messages from {TOPIC} are handled again",
    ]


async def test_bad_input_is_acknowledged_counted_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    def refuse(payload: bytes) -> None:
        raise BadObservation(f"frigate: {payload.decode()} is not an event")

    async with broker() as here, linked(here, Inbox(refuse)) as made, device(here) as camera:
        for payload in (b"junk", b"more junk"):
            await camera.publish(TOPIC, payload, qos=1)
        assert (made.counts.refused, made.counts.handled) == (2, 0)
    assert [r.getMessage() for r in caplog.records] == [
        f"a message on {TOPIC} is refused: frigate: junk is not an event; others like it will be counted only"
    ]


async def test_a_reply_is_out_before_the_message_is_acknowledged_and_may_refuse_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def answer(topic: str, payload: bytes) -> Reply:
        refusal = None if payload == b"good" else NotFound(f"there is no {payload.decode()}")
        return Reply(topic.replace("asked", "said"), payload.upper(), refusal)

    async with broker() as here, linked(here, answer, topics=["asked/+"]) as made, device(here) as camera:
        await camera.subscribe("said/1")
        heard = aiter(camera.messages)
        for payload in (b"good", b"bad", b"worse"):
            await camera.publish("asked/1", payload, qos=1)
            assert (await asyncio.wait_for(anext(heard), 20)).payload == payload.upper()
        await camera.publish("asked/2", b"worst", qos=1)
        assert (made.counts.handled, made.counts.refused) == (1, 3)
    assert [r.getMessage() for r in caplog.records] == [
        "a message on asked/+ is refused: there is no bad; others like it will be counted only"
    ]


async def test_a_broker_that_goes_and_comes_back_is_logged_once_each_and_nothing_is_lost(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "telemetry.mqtt")
    inbox = Inbox()
    async with broker() as first:
        made = link(first, inbox)
        await made.start()
        async with device(first) as camera:
            await camera.publish(TOPIC, b"before", qos=1)
    await settled(lambda: not made.connected and len(caplog.records) == 1)
    async with broker(first.port) as again, device(again) as camera:
        await camera.publish(TOPIC, b"after", qos=1)
        await settled(lambda: made.connected)
        await made.stop()
    assert inbox.got == [b"before", b"after"]
    said = [r.getMessage() for r in caplog.records]
    assert len(said) == 2
    assert said[0].startswith(f"the MQTT broker at 127.0.0.1:{first.port} does not answer: ")
    assert said[1] == f"the MQTT broker at 127.0.0.1:{first.port} is back"


async def test_a_broker_that_is_not_there_yet_is_waited_for() -> None:
    inbox = Inbox()
    async with broker() as earlier:
        pass
    made = link(earlier, inbox)
    await made.start()
    async with broker(earlier.port) as later, device(later) as camera:
        await camera.publish(TOPIC, b"hello", qos=1)
        await made.stop()
    assert inbox.got == [b"hello"]


async def test_a_wrong_password_is_said_in_words_and_tried_again() -> None:
    async with broker() as here:
        made = link(here, Inbox(), password="wrong")
        await made.start()
        try:
            assert not made.connected
            assert "refuses user 'vanagas'" in str(made.trouble)
            assert "check its username and password" in str(made.trouble)
            made._password = PASSWORD
            async with device(here) as camera:
                await camera.publish(TOPIC, b"hello", qos=1)  # acknowledged once the link has handled it
            assert (made.connected, made.trouble) == (True, None)
        finally:
            await made.stop()


@pytest.mark.parametrize(("username", "password"), [("vanagas", ""), ("", ""), ("root", PASSWORD), (None, None)])
async def test_nobody_gets_in_without_the_one_name_and_password(username: str | None, password: str | None) -> None:
    async with broker() as here:
        with pytest.raises(aiomqtt.MqttError):
            async with aiomqtt.Client(here.host, here.port, username=username, password=password):
                pass


async def test_a_stranger_with_the_links_name_does_not_push_it_out() -> None:
    inbox = Inbox()
    async with broker() as here, linked(here, inbox) as made, device(here) as camera:
        with pytest.raises(aiomqtt.MqttError):
            async with aiomqtt.Client(here.host, here.port, username="x", password="y", identifier=CLIENT):
                pass
        await camera.publish(TOPIC, b"still here", qos=1)
        assert (inbox.got, made.connected) == ([b"still here"], True)


async def test_a_second_link_of_the_same_name_takes_over_without_losing_a_message() -> None:
    first, second = Inbox(), Inbox()
    async with broker() as here, device(here) as camera, linked(here, first) as old:
        await camera.publish(TOPIC, b"1", qos=1)
        async with linked(here, second):
            old_stops = asyncio.create_task(old.stop())
            for number in range(2, 12):
                await camera.publish(TOPIC, str(number).encode(), qos=1)
            await old_stops
    assert {int(payload) for payload in first.got + second.got} == set(range(1, 12))


async def test_a_link_that_stops_in_the_middle_lets_the_handler_finish() -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow(payload: bytes) -> None:
        entered.set()
        assert leave.wait(20)

    inbox = Inbox(slow)
    async with broker() as here, device(here) as camera:
        made = link(here, inbox)
        await made.start()
        publishing = asyncio.create_task(camera.publish(TOPIC, b"slow", qos=1))
        await asyncio.to_thread(entered.wait, 20)
        stopping = asyncio.create_task(made.stop())
        await asyncio.sleep(0)
        leave.set()
        await stopping
        assert inbox.got == [b"slow"]
        publishing.cancel()


async def test_a_link_may_be_stopped_at_any_moment_of_its_start() -> None:
    async with broker() as here:
        for turns in range(0, 120, 3):
            made = link(here, Inbox())
            starting = asyncio.create_task(made.start())
            for _ in range(turns):
                await asyncio.sleep(0)
            await asyncio.wait_for(made.stop(), 20)
            await asyncio.wait({starting}, timeout=20)
            assert starting.done()


async def test_a_broker_that_goes_while_a_message_is_in_hand_is_met_again() -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow(payload: bytes) -> None:
        entered.set()
        assert leave.wait(20)

    inbox = Inbox(slow)
    async with broker() as first, device(first) as camera:
        made = link(first, inbox)
        await made.start()
        publishing = asyncio.create_task(camera.publish(TOPIC, b"in hand", qos=1))
        await asyncio.to_thread(entered.wait, 20)
        publishing.cancel()
    leave.set()
    async with broker(first.port) as again, device(again) as camera:
        await camera.publish(TOPIC, b"in hand", qos=1)
        await made.stop()
    assert inbox.got == [b"in hand", b"in hand"]


async def test_many_messages_from_many_devices_all_arrive() -> None:
    inbox = Inbox()
    sent = {f"{camera}:{number}".encode() for camera in range(5) for number in range(40)}

    async def publish(camera: int, to: EmbeddedBroker) -> None:
        async with device(to) as client:
            await asyncio.gather(*(client.publish(TOPIC, f"{camera}:{number}", qos=1) for number in range(40)))

    async with broker() as here, linked(here, inbox):
        await asyncio.gather(*(publish(camera, here) for camera in range(5)))
    assert set(inbox.got) == sent


async def test_messages_are_in_hand_together() -> None:
    together = threading.Barrier(3)

    def handle(topic: str, payload: bytes) -> None:
        together.wait(20)

    async with broker() as here, linked(here, handle) as made, device(here) as camera:
        await asyncio.gather(*(camera.publish(TOPIC, name, qos=1) for name in (b"one", b"two", b"three")))
        assert made.counts.handled == 3


async def test_a_taken_port_is_named() -> None:
    async with broker() as here:
        with pytest.raises(Unavailable, match=rf"cannot listen on 127\.0\.0\.1:{here.port} .*choose another port"):
            async with broker(here.port):
                pass


def test_a_broker_that_ends_has_acknowledged_nothing_that_was_not_taken() -> None:
    acknowledged: set[int] = set()
    taken: set[int] = set()
    subscribed = threading.Event()
    busy = threading.Event()
    lost = threading.Event()

    def take(_client: Client, _data: object, message: MQTTMessage) -> None:
        taken.add(int(message.payload))
        if len(taken) == 100:
            busy.set()

    with ExitStack() as clients:
        with brokers.running() as broker:
            taker = clients.enter_context(_paho(broker.port, "taker"))
            taker.on_message = take
            taker.on_subscribe = lambda *_: subscribed.set()
            taker.subscribe("cameras/#", qos=1)
            assert subscribed.wait(20)
            sender = clients.enter_context(_paho(broker.port, "sender"))
            sender.on_publish = lambda _client, _data, mid, *_: acknowledged.add(mid)
            sender.on_disconnect = lambda *_: lost.set()
            for number in range(1, 2_001):
                assert sender.publish("cameras/1", str(number), qos=1).mid == number
            assert busy.wait(20)
        assert lost.wait(20)
    assert acknowledged
    assert acknowledged <= taken


@contextmanager
def _paho(port: int, name: str, *, manual_ack: bool = False) -> Iterator[Client]:
    """A client that is connected and has a lasting session; it lives on a thread of its own."""
    client = Client(CallbackAPIVersion.VERSION2, client_id=name, clean_session=False, manual_ack=manual_ack)
    client.username_pw_set(brokers.USER, brokers.PASSWORD)
    connected = threading.Event()
    client.on_connect = lambda *_: connected.set()
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        assert connected.wait(20)
        yield client
    finally:
        client.loop_stop()
