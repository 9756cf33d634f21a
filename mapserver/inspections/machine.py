"""Inspections of the machine: room on its disks, and its clock. Changes nothing on it."""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from mapserver.core.settings import Settings
from mapserver.faults.values import Amiss, Inspection, Sound
from telemetry.messages import Message

LEAST_FREE = 0.1
"""Of a disk."""
GB = 10**9


def disk_inspections(settings: Settings) -> Iterator[Inspection]:
    """The disk of the data, and that of the recordings where it is another, which may be filled but for the reserve."""
    yield Inspection("disk", partial(_data_disk, settings.data_dir))
    recordings = settings.recording.folder
    if settings.recording.on and recordings is not None and not _same_disk(recordings, settings.data_dir):
        yield Inspection("recordings_disk", partial(_recordings_disk, recordings, settings.recording.reserve_gb))


def free_share(folder: Path) -> float:
    """How much of the disk of `folder` is free, 0 to 1. Raises OSError."""
    usage = shutil.disk_usage(folder)
    return usage.free / usage.total


def _data_disk(folder: Path) -> Sound | Amiss:
    try:
        share = free_share(folder)
    except OSError as error:
        return Amiss(Message("faults.disk_unread"), Message("faults.mend_folder", folder=folder, reason=error.strerror))
    if share < LEAST_FREE:
        what = Message("faults.disk_nearly_full", share=share)
        return Amiss(what, Message("faults.disk_nearly_full_remedy", folder=folder))
    return Sound(Message("faults.free_share", share=share))


def _recordings_disk(folder: Path, reserve_gb: float) -> Sound | Amiss:
    try:
        free_gb = shutil.disk_usage(folder).free / GB
    except OSError as error:
        return Amiss(
            Message("faults.recordings_disk_unread"),
            Message("faults.mend_folder", folder=folder, reason=error.strerror),
        )
    if free_gb < reserve_gb * 0.9:
        what = Message("faults.recordings_disk_full", free_gb=free_gb, reserve_gb=reserve_gb)
        return Amiss(what, Message("faults.recordings_disk_remedy", folder=folder))
    return Sound(Message("faults.free_gb", free_gb=free_gb))


def _same_disk(one: Path, other: Path) -> bool:
    try:
        return one.stat().st_dev == other.stat().st_dev
    except OSError:
        return False
