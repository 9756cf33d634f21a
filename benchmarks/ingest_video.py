"""Recording costs microseconds a picture: cameras read over RTSP and recorded, without decoding any.

First the packing alone: one stream's packets into fragmented MP4 in memory, a fragment a picture, by FFmpeg's muxer
through PyAV and by `vision.fmp4`, which also gives a picture out at once where FFmpeg waits for the next. Then the
whole path: simulated cameras in another process send over loopback RTSP (TCP); each is read by one `Reader`, and one
`RecordingWorker` writes all to disk. CPU is of the reading process with all its threads. It fails when a picture that
came is not on disk. Last, one camera stalls and loses its plug, again and again: wall time until that is seen, and
from its being back to its first picture.
"""

import io
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import av

from benchmarks._camera_clips import make_clip
from telemetry.cities import City
from telemetry.clock import SystemClock
from vision.feeds.packets import Packet, StreamForm
from vision.feeds.reader import Reader, Status
from vision.feeds.source import open_source
from vision.fmp4 import TIMESCALE, FragmentSample, fragment, sample_data
from vision.recording.recording_worker import DiskSpace, RecordingWorker
from vision.recording.storage_layout import CameraFolder, kept
from vision.simulator import SimulatedCamera

PACKED = (("1080p, 4 Mb/s", 1920, 1080, 25, 4000), ("640x360, 0.5 Mb/s", 640, 360, 15, 500))
CAMERAS, SECONDS, FPS = 12, 20, 15
ROUNDS = 5
OUTAGES, SEEN_S, BACK_S = 5, 3.0, 2.0


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory(prefix="vanagas-bench-") as folder:
        print("| packing one picture | FFmpeg through PyAV | Vanagas |\n|---|---|---|")
        for name, width, height, fps, kbps in PACKED:
            clip = make_clip(Path(folder) / f"{height}.ts", width=width, height=height, fps=fps, kbps=kbps, seconds=8)
            theirs, ours = _best(_by_ffmpeg, clip), _best(_by_ourselves, clip)
            print(f"| {name} | {1e6 * theirs:.0f} µs | {1e6 * ours:.0f} µs |")
        _whole_path(clip, Path(folder) / "recordings")
        _outages(clip)


def _best(pack: Callable[[Path], tuple[float, int]], clip: Path) -> float:
    """Seconds of CPU a picture, in the best of some rounds: other work on the machine only ever adds."""
    return min(seconds / count for seconds, count in (pack(clip) for _ in range(ROUNDS)))


def _by_ffmpeg(clip: Path) -> tuple[float, int]:
    options = {"movflags": "empty_moov+default_base_moof+frag_every_frame", "flush_packets": "1"}
    with av.open(str(clip)) as source, av.open(io.BytesIO(), "w", format="mp4", options=options) as sink:
        stream: Any = source.streams.video[0]
        out = sink.add_stream_from_template(stream)
        packets = [packet for packet in source.demux(stream) if packet.dts is not None]
        begun = time.process_time()
        for packet in packets:
            packet.stream = out
            sink.mux_one(packet)
        return time.process_time() - begun, len(packets)


def _by_ourselves(clip: Path) -> tuple[float, int]:
    with open_source(clip) as source:
        packets, form = list(source), source.form
    scale, sink = form.time_base * TIMESCALE, io.BytesIO()
    begun = time.process_time()
    for number, packet in enumerate(packets):
        sink.write(_packed(form, packet, number + 1, round((packet.dts - packets[0].dts) * scale)))
    return time.process_time() - begun, len(packets)


def _packed(form: StreamForm, packet: Packet, number: int, decoded_at: int) -> bytes:
    data = sample_data(form.codec, form.extradata, packet.data)
    return fragment(number, decoded_at, [FragmentSample(data, round(form.frame_period_s * TIMESCALE), 0, packet.key)])


def _whole_path(clip: Path, root: Path) -> None:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    town = context.Process(target=_send, args=(clip, theirs))
    town.start()
    desk = RecordingWorker(
        root, room=DiskSpace(0), keep_for=lambda camera_folder: timedelta(days=1), holds=list, due_by=SystemClock().now
    )
    desk.start()
    readers = [Reader(f"C{number}", address) for number, address in enumerate(ours.recv())]
    ends = [desk.record(reader, lambda name=reader.name: _camera_folder(name)) for reader in readers]  # type: ignore[misc]
    for reader in readers:
        reader.start()
    if not all(reader.wait_for(Status.RUNNING, 30) for reader in readers):
        raise SystemExit("a simulated camera could not be read")
    cpu, begun = time.process_time(), time.monotonic()
    before = sum(reader.state().packets for reader in readers)
    time.sleep(SECONDS)
    came = sum(reader.state().packets for reader in readers) - before
    share = (time.process_time() - cpu) / (time.monotonic() - begun)
    for reader in readers:
        reader.stop()
    for end in ends:
        end()
    desk.stop()
    ours.send(None)
    town.join()
    lost = sum(reader.state().packets for reader in readers) - sum(_pictures(file.path) for file in kept(root))
    print(f"\n{CAMERAS} cameras, 640x360, {FPS} fps, {SECONDS} s over loopback RTSP\n")
    print("| read and recorded | share of one core | a camera | a picture | came | lost |\n|---|---|---|---|---|---|")
    print(
        f"| {CAMERAS} cameras | {share:.1%} | {share / CAMERAS:.2%} | {1e6 * share * SECONDS / came:.0f} µs "
        f"| {came} | {lost} |"
    )
    if lost or came < 0.98 * CAMERAS * FPS * SECONDS:
        raise SystemExit(f"{lost} pictures that came are not on disk; {came} came")


def _outages(clip: Path) -> None:
    """How long it takes to see that a camera is gone, and to see it again; fails over the limits."""
    seen, back = [], []
    with SimulatedCamera(clip) as camera:
        reader = Reader("C1", camera.address)
        reader.start()
        for _ in range(OUTAGES):
            reader.wait_for(Status.RUNNING, 30)
            camera.flowing.clear()
            begun = time.monotonic()
            reader.wait_for(Status.LOST, 30)
            seen.append(time.monotonic() - begun)
            camera.stop()
            time.sleep(1.5)
            camera.flowing.set()
            camera.start()
            begun = time.monotonic()
            reader.wait_for(Status.RUNNING, 30)
            back.append(time.monotonic() - begun)
        reader.stop()
    print(f"\n| {OUTAGES} outages | median | worst | limit |\n|---|---|---|---|")
    for name, values, limit in (("a stall is seen after", seen, SEEN_S), ("back after the camera is", back, BACK_S)):
        print(f"| {name} | {statistics.median(values):.2f} s | {max(values):.2f} s | {limit:.0f} s |")
        if max(values) > limit:
            raise SystemExit(f"{name} {max(values):.2f} s, over {limit:.0f} s")


def _camera_folder(name: str) -> CameraFolder:
    return CameraFolder(City("dobele"), "traffic", name)


def _send(clip: Path, wire: Connection) -> None:
    """In a process of its own: the cameras, until told to end."""
    cameras = [SimulatedCamera(clip) for _ in range(CAMERAS)]
    for camera in cameras:
        camera.start()
    wire.send([camera.address for camera in cameras])
    wire.recv()
    for camera in cameras:
        camera.stop()


def _pictures(path: Path) -> int:
    with av.open(str(path), "r") as container:
        return sum(1 for packet in container.demux(video=0) if packet.size)


if __name__ == "__main__":
    main()
