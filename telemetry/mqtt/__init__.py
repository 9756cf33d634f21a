"""Events from devices over MQTT: the link to a broker, and a small broker for the demo and for tests."""

from telemetry.mqtt.broker import EmbeddedBroker
from telemetry.mqtt.link import Counts, MqttLink, Reply

__all__ = ["Counts", "EmbeddedBroker", "MqttLink", "Reply"]
