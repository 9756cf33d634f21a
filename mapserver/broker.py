"""What comes from the MQTT broker: devices' events, and findings of a cluster's machines where they come home there."""

from mapserver.inbox import on_finding
from mapserver.intake import TOPICS, on_message
from mapserver.services import Services
from mapserver.settings import MqttSettings, Settings
from telemetry.mqtt import MqttLink, Reply
from vision.cluster.envelope import FINDINGS


def broker_link(parts: Services, broker: MqttSettings) -> MqttLink:
    """The link to `broker`, which hears what the settings ask for. Connects to nothing yet."""

    def handle(topic: str, payload: bytes) -> Reply | None:
        if topic.startswith(FINDINGS):
            return on_finding(parts, topic, payload)
        on_message(parts, topic, payload)
        return None

    return MqttLink(
        broker.host, broker.port, username=broker.username, password=broker.password.get_secret_value(),
        client_id=broker.client_id, topics=topics(parts.settings), handler=handle, tls=broker.tls,
    )  # fmt: skip


def topics(settings: Settings) -> list[str]:
    """The topic filters that are listened to; a broker's rules must let this server read them."""
    return [*TOPICS, *([f"{FINDINGS}+"] if settings.analysis.home_is_broker else [])]
