"""QGroundControl .plan files, in and out. Format: docs.qgroundcontrol.com, "Plan file format"."""

from mission.formats.qgc.plan import read, write

__all__ = ["read", "write"]
