"""The pictures that a telemetry log tells of: how many, where from, and by which message. Counts none that is not told.

Messages: mavlink.io, common.xml, CAMERA_IMAGE_CAPTURED (PX4, and cameras that speak MAVLink themselves);
ardupilotmega.xml, CAMERA_FEEDBACK (ArduPilot). Either may come twice; each picture has its number.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from telemetry.logs.tlog import Records, Tlog

CAPTURED = "CAMERA_IMAGE_CAPTURED"
FEEDBACK = "CAMERA_FEEDBACK"


@dataclass(frozen=True)
class Photos:
    """Pictures of one flight."""

    told_by: str
    """The message's name."""
    places: NDArray[np.float64]
    """A row a picture, oldest first: latitude and longitude in degrees, metres above home."""


def photos_in(log: Tlog, *, since: datetime | None = None) -> Photos | None:
    """The pictures taken since then (None: all); None when the log holds neither message, and so tells of none."""
    begins = 0
    if since is not None:
        begins = round(since.timestamp() * 1e6)
    if (captured := log.messages.get(CAPTURED)) is not None:
        rows = (captured.time_us >= begins) & (captured.fields["capture_result"] == 1)
        keys = (captured.system, captured.component, captured.fields["image_index"])
        return Photos(CAPTURED, _places(captured, _first(keys, rows), "lon", captured.fields["relative_alt"] / 1e3))
    if (feedback := log.messages.get(FEEDBACK)) is not None:
        keys = (feedback.system, feedback.fields["cam_idx"], feedback.fields["img_idx"])
        rows = feedback.time_us >= begins
        return Photos(FEEDBACK, _places(feedback, _first(keys, rows), "lng", feedback.fields["alt_rel"]))
    return None


def _first(keys: tuple[NDArray[Any], ...], rows: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Of the rows that count, the first of each picture."""
    counted = np.flatnonzero(rows)
    if not len(counted):
        return counted
    table = np.column_stack([key[counted].astype(np.int64) for key in keys])
    return np.sort(counted[np.unique(table, axis=0, return_index=True)[1]])


def _places(
    records: Records, rows: NDArray[np.int64], longitude: str, above: NDArray[np.float64]
) -> NDArray[np.float64]:
    lat = records.fields["lat"][rows] / 1e7
    lon = records.fields[longitude][rows] / 1e7
    return np.column_stack([lat, lon, above[rows].astype(np.float64)])
