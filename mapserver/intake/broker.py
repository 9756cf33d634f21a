"""What comes from the MQTT broker: devices' events and observations, and findings of a cluster's machines."""

import asyncio

from aiomqtt import Topic

from mapserver.core.services import Services
from mapserver.core.settings import MqttSettings, Settings
from mapserver.intake.flow import DeviceMessage, receive
from mapserver.intake.flow import topics as device_topics
from mapserver.intake.mqtt import on_letter
from telemetry.leases import LeaseStanding
from telemetry.leases.keeper import RENEW_EVERY_S
from telemetry.mqtt import MqttLink, Reply
from telemetry.store import STORE_ERRORS
from telemetry.supervision import TaskHeartbeat
from vision.cluster.signed_messages import FINDINGS, OBSERVATIONS


class BrokerListener:
    """Listens to the broker for as long as no other server does under the same name: a broker would end the connection
    of one at each try of the other."""

    def __init__(self, parts: Services, broker: MqttSettings) -> None:
        self._parts = parts
        self._broker = broker
        self._lease = f"{broker.client_id} at the broker {broker.host}:{broker.port}"
        self._leases = parts.leases
        self._link: MqttLink | None = None
        self._worker = parts.workers.task("broker turn", self._take_turns)

    @property
    def is_listening(self) -> bool:
        """Whether it is this server's turn."""
        return self._link is not None

    async def start(self) -> None:
        """Connect, if it is this server's turn, and go on in the background."""
        await self.look()
        self._worker.start()

    async def stop(self) -> None:
        """Disconnect, and let another server listen."""
        await self._worker.stop()
        await self._disconnect()
        await asyncio.to_thread(self._leases.give_back, [self._lease])

    async def _take_turns(self, heartbeat: TaskHeartbeat) -> None:
        while not await heartbeat.wait(RENEW_EVERY_S):
            await self.look()
            heartbeat.worked()

    async def look(self) -> None:
        """Listen if it is this server's turn, and only then. Done every few seconds once it is started."""
        mine = await asyncio.to_thread(self._is_mine)
        if mine and self._link is None:
            self._link = broker_link(self._parts, self._broker)
            self._parts.jobs.broker = self._link
            await self._link.start()
        elif not mine:
            await self._disconnect()

    async def _disconnect(self) -> None:
        if self._link is not None:
            link = self._link
            self._link = None
            await link.stop()

    def _is_mine(self) -> bool:
        if self._leases.standing(self._lease) is not LeaseStanding.NOT_OWN:
            return True
        try:
            return self._leases.take(self._lease) is not None
        except STORE_ERRORS:  # then nothing that is heard can be kept either, and the broker keeps it
            return self._link is not None


def broker_link(parts: Services, broker: MqttSettings) -> MqttLink:
    """The link to `broker`, which hears what the settings ask for. Connects to nothing yet."""

    formats = device_topics(broker)

    async def handle(topic: str, payload: bytes) -> Reply | None:
        if topic.startswith((FINDINGS, OBSERVATIONS)):
            return await on_letter(parts, topic, payload)
        format = formats.get(topic) or next(name for heard, name in formats.items() if Topic(topic).matches(heard))
        await receive(parts, DeviceMessage(format, payload, topic=topic))
        return None

    return MqttLink(
        broker.host, broker.port, username=broker.username, password=broker.password.get_secret_value(),
        client_id=broker.client_id, topics=topics(parts.settings), handler=handle, tls=broker.tls,
        ca_file=broker.ca_file, supervisor=parts.workers,
    )  # fmt: skip


def topics(settings: Settings) -> list[str]:
    """The topic filters that are listened to; a broker's rules must let this server read them."""
    broker = settings.mqtt or MqttSettings(host="")
    heard = list(device_topics(broker))
    if settings.analysis.home_is_broker:
        heard.append(f"{FINDINGS}+")
    if broker.device_tokens:
        heard.append(f"{OBSERVATIONS}+")
    return heard
