"""What comes from the MQTT broker: devices' events and observations, and findings of a cluster's machines."""

from mapserver.core.services import Services
from mapserver.core.settings import MqttSettings, Settings
from mapserver.intake.flow import DeviceMessage, receive
from mapserver.intake.flow import topics as device_topics
from mapserver.intake.mqtt import on_letter
from telemetry.mqtt import MqttLink, Reply
from vision.cluster.signed_messages import FINDINGS, OBSERVATIONS


def broker_link(parts: Services, broker: MqttSettings) -> MqttLink:
    """The link to `broker`, which hears what the settings ask for. Connects to nothing yet."""

    formats = device_topics(broker.frigate_prefixes)

    async def handle(topic: str, payload: bytes) -> Reply | None:
        if topic.startswith((FINDINGS, OBSERVATIONS)):
            return await on_letter(parts, topic, payload)
        await receive(parts, DeviceMessage(formats[topic], payload))
        return None

    return MqttLink(
        broker.host, broker.port, username=broker.username, password=broker.password.get_secret_value(),
        client_id=broker.client_id, topics=topics(parts.settings), handler=handle, tls=broker.tls,
        ca_file=broker.ca_file, supervisor=parts.workers,
    )  # fmt: skip


def topics(settings: Settings) -> list[str]:
    """The topic filters that are listened to; a broker's rules must let this server read them."""
    broker = settings.mqtt or MqttSettings(host="")
    heard = list(device_topics(broker.frigate_prefixes))
    if settings.analysis.home_is_broker:
        heard.append(f"{FINDINGS}+")
    if broker.device_tokens:
        heard.append(f"{OBSERVATIONS}+")
    return heard
