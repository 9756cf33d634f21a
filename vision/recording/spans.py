"""What is there of a camera and where the gaps are. Reads indexes only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from telemetry.clock import from_epoch
from telemetry.visibility import Visibility
from vision.recording.files import PART, Parts, microseconds, read_parts
from vision.recording.storage_layout import CameraFolder, RecordedFile, kept

JOIN = timedelta(seconds=1)
"""Recordings this close are one: a picture may have been lost between them, not more."""


@dataclass(frozen=True)
class RecordedSpan:
    """A time (UTC) of which there are pictures without a gap."""

    begins: datetime
    ends: datetime
    camera_folder: CameraFolder


@dataclass(frozen=True)
class Gap:
    """A time (UTC) of which there are none."""

    begins: datetime
    ends: datetime


def spans(root: Path, camera_id: str, visible: Visibility, begins: datetime, ends: datetime) -> list[RecordedSpan]:
    """What is kept of a camera between two moments (UTC), in order of time."""
    found: list[RecordedSpan] = []
    for file in kept(root, camera_id=camera_id, visible=visible, begins=begins, ends=ends):
        for since, until in runs(parts_between(file, begins, ends)):
            span = RecordedSpan(max(since, begins), min(until, ends), file.camera_folder)
            last = None
            if found:
                last = found[-1]
            if last is not None and last.camera_folder == span.camera_folder and abs(span.begins - last.ends) <= JOIN:
                found[-1] = RecordedSpan(last.begins, span.ends, span.camera_folder)
            else:
                found.append(span)
    return found


def gaps(there: Iterable[RecordedSpan], begins: datetime, ends: datetime) -> list[Gap]:
    """What is missing of the time from `begins` to `ends`."""
    missing = []
    at = begins
    for span in sorted(there, key=lambda span: span.begins):
        if span.begins - at > JOIN:
            missing.append(Gap(at, span.begins))
        at = max(at, span.ends)
    if ends - at > JOIN:
        missing.append(Gap(at, ends))
    return missing


def parts_between(file: RecordedFile, begins: datetime, ends: datetime) -> Parts:
    """The parts of `file` that reach into the time; none when the file has just been deleted."""
    try:
        parts = read_parts(file.path, file.begins)
    except FileNotFoundError:
        return np.empty(0, PART)
    inside: Parts = parts[(parts["at"] < microseconds(ends)) & (parts["at"] + parts["lasts"] > microseconds(begins))]
    return inside


def runs(parts: Parts) -> list[tuple[datetime, datetime]]:
    """Beginning and end (UTC) of each row of parts without a gap."""
    if not parts.size:
        return []
    until = parts["at"] + parts["lasts"].astype(np.int64)
    breaks = np.flatnonzero(parts["at"][1:] - until[:-1] > JOIN // timedelta(microseconds=1)) + 1
    return [
        (from_epoch(int(run["at"][0]) / 1e6), from_epoch(int(run["at"][-1] + run["lasts"][-1]) / 1e6))
        for run in np.split(parts, breaks)
    ]
