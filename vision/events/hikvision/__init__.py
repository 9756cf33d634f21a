"""Hikvision ISAPI: `EventNotificationAlert`, pushed or out of an alertStream, with the readings of number plates."""

from vision.events.hikvision.alerts import NAME
from vision.events.hikvision.parsing import parse, recognises

__all__ = ["NAME", "parse", "recognises"]
