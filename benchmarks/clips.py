"""A clip of any 60 s in under 300 ms of CPU, with its manifest, and nothing encoded again.

Ten minutes of one camera are recorded as the product records them; then sixty seconds are cut out of them at twelve
places: recorded parts read, put into one MP4 with its index in front, hashed piece by piece, and kept in the media
store, which brings them to the disk (fsync) before it returns. The pages are in the system's cache, since they were
written just before. Wall time is given beside CPU time, since waiting for the disk is no CPU time.
"""

import io
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av

from benchmarks._camera_clips import make_clip
from telemetry.cities import City
from telemetry.store import MediaStore
from telemetry.visibility import EVERYTHING
from vision.feeds.packet_queue import StreamEvent, StreamMark
from vision.feeds.source import open_source
from vision.recording.clips import cut_clip
from vision.recording.recording import Recording
from vision.recording.storage_layout import CameraFolder

STREAMS = (("1080p, 25 fps, 4 Mb/s", 1920, 1080, 25, 4000), ("640x360, 15 fps, 0.5 Mb/s", 640, 360, 15, 500))
RECORDED_S, CLIP_S, MADE_S = 600, 60, 8
PLACES = tuple(30.3 + 41.7 * number for number in range(12))
BEGINS = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
LIMIT_S = 0.3


def main() -> None:
    """Print the table."""
    print(f"{CLIP_S} s out of {RECORDED_S} s, {len(PLACES)} clips\n")
    print("| stream | clip | CPU, median | CPU, worst | wall, median | wall, worst | pictures |")
    print("|---|---|---|---|---|---|---|")
    for name, width, height, fps, kbps in STREAMS:
        with tempfile.TemporaryDirectory(prefix="vanagas-bench-") as folder:
            source = make_clip(Path(folder) / "clip.ts", width=width, height=height, fps=fps, kbps=kbps, seconds=MADE_S)
            root = Path(folder) / "recordings"
            recording = Recording(root, lambda: CameraFolder(City("dobele"), "traffic", "C1"), make_room=lambda: False)
            for news in _run(source):
                recording.hear(news)
            _measure(name, root, MediaStore(Path(folder) / "media"), fps)


def _run(source: Path) -> Iterator[StreamEvent]:
    """A camera's run of RECORDED_S: the clip again and again."""
    with open_source(source, started_at=BEGINS) as opened:
        packets = list(opened)
        yield opened.form
    length = round(MADE_S / opened.form.time_base)
    for turn in range(RECORDED_S // MADE_S):
        for packet in packets:
            shift = turn * length
            at = packet.at + timedelta(seconds=turn * MADE_S)
            yield replace(packet, pts=packet.pts + shift, dts=packet.dts + shift, at=at)
    yield StreamMark.LOST


def _measure(name: str, root: Path, media: MediaStore, fps: int) -> None:
    cpu, wall, size, counts = [], [], 0, set()
    for place in PLACES:
        begins = BEGINS + timedelta(seconds=place)
        cpu_begun, wall_begun = time.process_time(), time.perf_counter()
        until = begins + timedelta(seconds=CLIP_S)
        manifest = cut_clip(root, "C1", EVERYTHING, begins, until, keep=lambda content, _piece: media.put(content))
        cpu.append(time.process_time() - cpu_begun)
        wall.append(time.perf_counter() - wall_begun)
        (file,) = manifest["files"]
        size = max(size, file["bytes"])
        counts.add(_pictures(media.get(file["sha256"])))
    if min(counts) < CLIP_S * fps or manifest["gaps"]:
        raise SystemExit(f"{name}: a clip lacks pictures: {counts}")
    figures = [f"{1e3 * one:.0f} ms" for values in (cpu, wall) for one in (statistics.median(values), max(values))]
    print(f"| {name} | {size / 1e6:.1f} MB | {' | '.join(figures)} | {min(counts)} to {max(counts)} |")
    if max(cpu) > LIMIT_S:
        raise SystemExit(f"{name}: a clip took {max(cpu):.3f} s of CPU, over {LIMIT_S} s")


def _pictures(piece: bytes) -> int:
    with av.open(io.BytesIO(piece), "r") as container:
        return sum(1 for packet in container.demux(video=0) if packet.size)


if __name__ == "__main__":
    main()
