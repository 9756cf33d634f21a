"""A whole town read, recorded and analysed in one process, for the benchmarks: what it took and what was lost."""

import logging
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import active_children, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

import av
from pydantic import SecretStr
from sqlmodel import select

from benchmarks._town_video import TownCamera, send, town
from mapserver import migrations
from mapserver.core.services import Services, assemble
from mapserver.core.settings import Settings, new_secret
from mapserver.core.video_settings import RecordingSettings, VideoSettings
from mapserver.recordings.flow import recording_desk
from mapserver.video.worker import VideoDesk
from telemetry.cities import City
from telemetry.observations.tables import ObservationRow
from telemetry.scopes import DEMO
from tests.vision.cameras.builders import a_camera
from vision.detection.detector import Detection, load_detector
from vision.feeds.reader import Status
from vision.frames.decoder import Image
from vision.recording.storage_layout import kept
from vision.simulator.camera_clips import make_clips
from vision.workers.protocol import MakeDetector

RULES = """
[[rule]]
name = "the street"
category = "vehicle_seen"
classes = ["bicycle", "car", "bus", "truck", "motorcycle", "person"]
min_score = 0.3
dwell_s = 0
quiet_s = 0
"""
WARM_UP_S = 5.0
CONNECT_S = 60.0
SETTLE_S = 4.0
"""Until a stall is seen: only then FFmpeg hands out each camera's last picture."""


@dataclass(frozen=True)
class Measured:
    """One run."""

    seconds: float
    cores: float
    """CPU seconds a second, of the server's processes."""
    peak_mib: float
    """The most that the server's processes had together, looked at every second; shared pages count once."""
    sender_cores: float
    sent: int
    came: int
    recorded: int
    skipped: int
    """Pictures that were not analysed since the machine was too busy."""
    slowest_per_s: float
    """Detections a second on that moving stream which had fewest."""
    detections_per_s: float
    """Of all streams together."""
    delays: tuple["Delay", ...]
    """Of each finding."""
    lost: tuple[str, ...]
    """Cameras that were not read at the end."""
    others: float
    """Share of the machine's time that went to other processes than this one and the cameras."""


@dataclass(frozen=True)
class Delay:
    """How long one finding took, seconds."""

    followed_s: float
    """From the picture in which its object was first seen to the one in which it counted."""
    written_s: float
    """From that one to its being kept."""
    missed: bool
    """The network did not see the object in some picture between."""

    @property
    def total_s(self) -> float:
        """From its being seen first to its being kept."""
        return self.followed_s + self.written_s


class Blind:
    """A detector that finds nothing, at no cost."""

    input_side = None

    def detect(self, image: Image) -> Sequence[Detection]:
        """Nothing."""
        return ()


def measure(streams: int, seconds: float, *, detect: bool) -> Measured:
    """Read `streams` cameras for `seconds`. To be run in a process of its own, which it measures."""
    with tempfile.TemporaryDirectory(prefix="vanagas-bench-") as folder:
        cameras = town(streams)
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        sender = context.Process(target=_be_cameras, args=(cameras, Path(folder), theirs))
        sender.start()
        try:
            addresses: list[str] = ours.recv()
            parts = _parts(Path(folder) / "data", cameras, addresses)
            measured = _read(parts, cameras, seconds, load_detector if detect else Blind, ours)
            parts.store.close()
            return measured
        finally:
            ours.send("end")
            sender.join()


def _be_cameras(cameras: list[TownCamera], folder: Path, wire: Connection) -> None:
    send(cameras, make_clips(folder), wire)


def _parts(folder: Path, cameras: list[TownCamera], addresses: list[str]) -> Services:
    """A server's parts, with a database of its own, for the cameras at `addresses`."""
    rules = folder / "rules.toml"
    folder.mkdir()
    rules.write_text(RULES, encoding="utf-8")
    videos = [
        VideoSettings(name=camera.name, source=address, rules=str(rules), weight=camera.weight, simulated=True)
        for camera, address in zip(cameras, addresses, strict=True)
    ]
    recording = RecordingSettings(on=True, reserve_gb=0)
    parts = assemble(Settings(data_dir=folder, secret_key=SecretStr(new_secret()), videos=videos, recording=recording))
    migrations.upgrade(parts.store)
    facts = City("dobele").facts
    with parts.store.write() as work:
        for camera in cameras:
            row = a_camera(camera.name, name=camera.name, lat=facts.lat, lon=facts.lon, scope=DEMO)
            work.session.add(row)
    return parts


def _read(
    parts: Services, cameras: list[TownCamera], seconds: float, make_detector: MakeDetector, wire: Connection
) -> Measured:
    """Read and record the cameras until all runs, measure for `seconds`, and count what is there after the last."""
    recording = recording_desk(parts)
    assert recording is not None
    recording.start()
    desk = VideoDesk(parts, recording, make_detector=make_detector)
    desk.start()
    _await_all(desk, cameras)
    time.sleep(WARM_UP_S)
    begun_at = parts.clock.now()
    before, busy, cpu, begun, peak_mib = desk.states(), _busy_s(), _cpu_s(), time.monotonic(), 0.0
    while time.monotonic() < begun + seconds:
        time.sleep(1.0)
        peak_mib = max(peak_mib, _memory_mib())
    lasted, cpu, after = time.monotonic() - begun, _cpu_s() - cpu, desk.states()
    ended_at = parts.clock.now()
    busy = _busy_s() - busy
    logging.disable(logging.WARNING)  # that nothing comes any more is meant
    wire.send("no more")
    sent, sender_s, sender_alive_s = cast(tuple[list[int], float, float], wire.recv())
    time.sleep(SETTLE_S)
    last = desk.states()
    desk.stop()
    recording.stop()
    looks = {name: (after[name].counters.detections - before[name].counters.detections) / lasted for name in after}
    moving = {camera.name for camera in cameras if camera.show != "still"}
    return Measured(
        seconds=lasted,
        cores=cpu / lasted,
        peak_mib=peak_mib,
        sender_cores=sender_s / sender_alive_s,
        sent=sum(sent),
        came=sum(state.packets for state in last.values()),
        recorded=sum(_pictures(file.path) for file in kept(parts.recordings)),
        skipped=sum(after[name].skipped - before[name].skipped for name in after),
        slowest_per_s=min(looks[name] for name in moving),
        detections_per_s=sum(looks.values()),
        delays=_delays(parts, begun_at, ended_at),
        others=max(0.0, busy - cpu - sender_s / sender_alive_s * lasted) / (lasted * (os.cpu_count() or 1)),
        lost=tuple(name for name, state in after.items() if state.status is not Status.RUNNING),
    )


def _await_all(desk: VideoDesk, cameras: list[TownCamera]) -> None:
    until = time.monotonic() + CONNECT_S
    while time.monotonic() < until:
        states = desk.states()
        if len(states) == len(cameras) and all(state.status is Status.RUNNING for state in states.values()):
            return
        time.sleep(0.1)
    raise SystemExit("not every camera could be read")


def _delays(parts: Services, begin: datetime, end: datetime) -> tuple[Delay, ...]:
    """Of each finding made of a picture that was taken between `begin` and `end`."""
    with parts.store.read() as session:
        rows = session.exec(select(ObservationRow).where(ObservationRow.category == "vehicle_seen")).all()
        told = [(row, row.body["attributes"]) for row in rows if begin <= row.started_at < end]
        return tuple(
            Delay(
                followed_s=float(said["followed_s"]),
                written_s=(row.received_at - row.started_at).total_seconds(),
                missed=bool(said["missed_in"]),
            )
            for row, said in told
        )


def _busy_s() -> float:
    """CPU seconds that the machine has spent on anything, since it was started."""
    user, nice, system, _idle, _waiting, *rest = map(int, Path("/proc/stat").read_text().splitlines()[0].split()[1:])
    return (user + nice + system + sum(rest[:2])) / os.sysconf("SC_CLK_TCK")


def _ours() -> list[int]:
    """This process and those it started, but the one that is the cameras."""
    us, cameras = os.getpid(), {child.pid for child in active_children()}
    children = Path(f"/proc/{us}/task").glob("*/children")
    return [us, *({int(pid) for file in children for pid in file.read_text().split()} - cameras)]


def _cpu_s() -> float:
    """CPU seconds that the server's processes have spent."""
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in _ours()]
    return sum(int(one[11]) + int(one[12]) for one in fields) / os.sysconf("SC_CLK_TCK")


def _memory_mib() -> float:
    """What the server's processes have at present; of pages that several share, each counts its part."""
    rollups = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in _ours()]
    return sum(int(line.split()[1]) for text in rollups for line in text.splitlines() if line.startswith("Pss:")) / 1024


def _pictures(path: Path) -> int:
    with av.open(str(path), "r") as container:
        return sum(1 for packet in container.demux(video=0) if packet.size)
