"""Recordings on disk without a camera and without waiting: a clip's packets, as if they came at a time of choice."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from telemetry.cities import City
from tests.vision.packets import read_as_from_camera
from vision.feeds.packet_queue import StreamMark
from vision.feeds.packets import Packet
from vision.recording.recording import Recording
from vision.recording.storage_layout import CameraFolder

CAMERA_FOLDER = CameraFolder(City("dobele"), "traffic", "DOB-C1")


def no_room() -> bool:
    """There is nothing to delete."""
    return False


def record(root: Path, clip: Path, begins: datetime, *, camera_folder: CameraFolder = CAMERA_FOLDER) -> list[Packet]:
    """Keep `clip` as a camera's run that began at `begins`; its packets."""
    recording = Recording(root, lambda: camera_folder, make_room=no_room)
    return feed(recording, clip, begins)


def feed(recording: Recording, clip: Path, begins: datetime, *, lost: Iterable[int] = ()) -> list[Packet]:
    """Give `recording` a run, but for the packets numbered in `lost`; its packets."""
    form, packets = read_as_from_camera(clip, begins)
    recording.hear(form)
    for number, packet in enumerate(packets):
        if number not in set(lost):
            recording.hear(packet)
    recording.hear(StreamMark.LOST)
    return packets
