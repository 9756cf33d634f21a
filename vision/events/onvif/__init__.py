"""ONVIF events: PullPoint, the metadata stream, MQTT; also those that vendors put under their own topics."""

from vision.events.onvif.notifications import NAME
from vision.events.onvif.parsing import parse, recognises

__all__ = ["NAME", "parse", "recognises"]
