"""Events from devices over MQTT: the link to a broker. `broker.py` is one for the demo and for tests."""

from telemetry.mqtt.link import Counts, MqttLink, Reply

__all__ = ["Counts", "MqttLink", "Reply"]
