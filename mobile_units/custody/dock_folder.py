"""What lies in a dock's folder: the camera's status and its files, with the place and time that they carry. Copies
nothing."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import av

from mobile_units.custody.reading import BadCustodyLine, read_battery, read_free_bytes
from telemetry.clock import as_utc, iso_or_none
from telemetry.errors import BadInput
from telemetry.logs.gpmf import gpmf_table, gps_start
from telemetry.messages import Message

STATUS_FILE = "status.json"
FROM_STATUS = "status.json"
TYPED = "typed"
LARGEST_STATUS = 1_000_000
"""Bytes."""


@dataclass(frozen=True)
class DockStatus:
    """How the camera in the dock is, each with who says so: `status.json`, `typed`, or nobody."""

    battery: float | None
    """0..1."""
    battery_from: str | None
    free_bytes: int | None
    free_from: str | None
    clock_offset_s: float | None
    """How far the camera's clock is ahead by `status.json`."""


@dataclass(frozen=True)
class FootageFacts:
    """Where and when a file was recorded, as far as it says."""

    recorded_at: datetime | None
    """UTC, by the camera's own clock."""
    gps_at: datetime | None
    """UTC, when it began by its GPS."""
    lat: float | None
    """Where it began, degrees north."""
    lon: float | None

    @property
    def clock_offset_s(self) -> float | None:
        """How far the camera's clock is ahead of its GPS, in seconds."""
        if self.recorded_at is None or self.gps_at is None:
            return None
        return (self.recorded_at - self.gps_at).total_seconds()

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "recorded_at": iso_or_none(self.recorded_at),
            "gps_at": iso_or_none(self.gps_at),
            "lat": self.lat,
            "lon": self.lon,
        }


def read_status(dock: Path, *, battery: float | None, free_gib: float | None) -> DockStatus:
    """How the camera in the dock is: as typed, else by its `status.json`. Raises BadInput.

    `battery` in percent.
    """
    said = _status_of(dock)
    typed: dict[str, float] = {}
    if battery is not None:
        typed["battery_percent"] = battery
    if free_gib is not None:
        typed["free_gib"] = free_gib
    try:
        charge = read_battery(typed)
        charge_from = TYPED
        if charge is None:
            charge = read_battery(said)
            charge_from = FROM_STATUS
        free = read_free_bytes(typed)
        free_from = TYPED
        if free is None:
            free = read_free_bytes(said)
            free_from = FROM_STATUS
    except BadCustodyLine as error:
        raise BadInput(Message("custody.bad_status", name=dock / STATUS_FILE, reason=error.told)) from error
    offset = said.get("clock_offset_s")
    if isinstance(offset, bool) or not isinstance(offset, int | float):
        offset = None
    return DockStatus(
        charge,
        None if charge is None else charge_from,
        free,
        None if free is None else free_from,
        offset,
    )


def _status_of(dock: Path) -> Mapping[str, Any]:
    path = dock / STATUS_FILE
    if not path.exists():
        return {}
    try:
        with path.open("rb") as file:
            said = json.loads(file.read(LARGEST_STATUS))
    except OSError as error:
        raise BadInput(Message("files.unreadable", name=path, reason=error.strerror)) from error
    except (ValueError, RecursionError) as error:
        raise BadInput(Message("custody.bad_status", name=path, reason=str(error))) from error
    if not isinstance(said, dict):
        raise BadInput(Message("custody.bad_status", name=path, reason=Message("custody.no_status")))
    return said


def files_in(dock: Path) -> list[Path]:
    """The camera's files, in order of their names: all but its status and hidden ones; links are not followed. Raises
    BadInput for what is no folder."""
    if not dock.is_dir():
        raise BadInput(Message("custody.no_dock", name=dock))
    found = [path for path in dock.rglob("*") if path.is_file() and not path.is_symlink()]
    return sorted(
        path
        for path in found
        if path != dock / STATUS_FILE and not any(_hidden(part) for part in path.relative_to(dock).parts)
    )


def _hidden(name: str) -> bool:
    return name.startswith(".")


def facts_of(path: Path) -> FootageFacts:
    """What a file says of its place and time; a file that says nothing, or is no video, has none."""
    gps_at = None
    lat = None
    lon = None
    with suppress(BadInput, ValueError, IndexError):
        gps_at = gps_start(path)
        table = gpmf_table(path)
        lat = float(table.columns["lat"][0])
        lon = float(table.columns["lon"][0])
    return FootageFacts(_recorded_at(path), gps_at, lat, lon)


def _recorded_at(path: Path) -> datetime | None:
    """When the camera says that the video began; its clock may be out."""
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            text = container.metadata.get("creation_time")
    except (OSError, ValueError, av.FFmpegError):
        return None
    if not text:
        return None
    with suppress(ValueError):
        return as_utc(datetime.fromisoformat(text))
    return None
