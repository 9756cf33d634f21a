"""Observations: everything the field says that could matter to a timeline, in one shape whatever the source."""

from telemetry.observations.values import Media, Observation, Source, SourceKind, read_jsonl

__all__ = ["Media", "Observation", "Source", "SourceKind", "read_jsonl"]
