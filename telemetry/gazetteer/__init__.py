"""Places by name, offline: a town's streets, addresses and what people call them, out of one CSV file."""

from telemetry.gazetteer.reading import GazetteerFile, RefusedRow, gazetteer_file
from telemetry.gazetteer.search import FoundPlace, Gazetteer
from telemetry.gazetteer.values import NamedPlace

__all__ = ["FoundPlace", "Gazetteer", "GazetteerFile", "NamedPlace", "RefusedRow", "gazetteer_file"]
