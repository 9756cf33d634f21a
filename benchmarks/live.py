"""Live video: the server adds less than one frame and 20 ms, and a viewer's first picture comes within 300 ms.

A simulated camera in another process sends over loopback RTSP to the whole server, which analyses it meanwhile; viewers
in a third process take it over WebSockets. Added is the time from a packet's arrival at the server until its whole
fragment has arrived at a viewer, by the machine's one monotonic clock. In the same run FFmpeg's muxer (PyAV, a fragment
a frame) is fed the same packets; for it the time counts until it wrote the fragment, with no socket behind it. It keeps
each picture until the next one tells how long it lasted. The first picture is timed from opening the connection until a
key frame's fragment is there: signing in, the audit's note and the handshake are in it, the browser's decoder is not.
Each of these viewers is the only one at that time. All of it is done once with the camera's own packets and once with
privacy masks, for which each picture is decoded, covered and encoded again; what that costs of a core is timed apart,
on one thread, by its own CPU time, and so is what it costs to convert H.265 for a browser that cannot play it.
"""

import json
import statistics
import tempfile
import threading
import time
from datetime import timedelta
from fractions import Fraction
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import av
import uvicorn
from websockets.sync.client import connect

from benchmarks._camera_clips import make_clip
from mapserver import migrations
from mapserver.access import service as access
from mapserver.core.services import Services, assemble
from mapserver.core.settings import Settings, new_secret
from mapserver.core.video_settings import VideoSettings
from mapserver.program.app import create_app
from telemetry.access import Role
from telemetry.cities import City
from tests.vision.cameras.builders import a_camera
from vision.feeds.packets import Packet, StreamForm
from vision.feeds.reader import Status
from vision.feeds.source import open_source
from vision.fmp4 import read_fragment
from vision.live.masked_stream import MaskedStream
from vision.live.watched_camera import WatchedCamera
from vision.privacy.masks import NO_MASKS, Masks
from vision.simulator import SimulatedCamera

FPS, VIEWERS, SECONDS, JOINS, CLIP_S = 15, 8, 20, 20, 8
MASKS = Masks(
    privacy=(((0.1, 0.1), (0.3, 0.12), (0.28, 0.4), (0.1, 0.35)), ((0.6, 0.5), (0.9, 0.5), (0.9, 0.9), (0.7, 0.95)))
)
LIMIT_MS, FIRST_MS = 1000 / FPS + 20, 300.0


def main() -> None:
    """Print the table."""
    context = get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="vanagas-bench-") as folder:
        clip = make_clip(Path(folder) / "clip.ts", width=640, height=360, fps=FPS, kbps=500, seconds=CLIP_S)
        camera, camera_end = context.Pipe()
        viewers, viewers_end = context.Pipe()
        sending = context.Process(target=_send, args=(clip, camera_end))
        looking = context.Process(target=_look, args=(viewers_end,))
        sending.start()
        looking.start()
        parts, token = _town(Path(folder), camera.recv())
        server = uvicorn.Server(
            uvicorn.Config(create_app(parts), port=0, log_config=None, ws_per_message_deflate=False, lifespan="on")
        )
        serving = threading.Thread(target=server.run)
        serving.start()
        try:
            while not server.started or "C1" not in parts.jobs.watched():
                time.sleep(0.05)
            port = server.servers[0].sockets[0].getsockname()[1]
            _measure(parts, viewers, f"ws://127.0.0.1:{port}/media/live/C1", token)
        finally:
            server.should_exit = True
            serving.join()
            camera.send(None)
            sending.join()
            looking.join()


def _town(folder: Path, source: str) -> tuple[Services, str]:
    """One camera, and a token of somebody who may see it."""
    parts = assemble(Settings(data_dir=folder / "data", secret_key=new_secret()))
    parts.settings.videos = [VideoSettings(name="C1", source=source, simulated=True)]
    migrations.upgrade(parts.store)
    now = parts.clock.now()
    with parts.store.write() as work:
        work.session.add(a_camera("C1", name="C1", lat=0, lon=0))
        access.add_user(work.session, "viewer", Role.PILOT, City("dobele"), password=None, now=now)
        return parts, parts.tokens.issue(work.session, "viewer", label="bench", now=now, lasts=timedelta(hours=1))


def _measure(parts: Services, viewers: Connection, url: str, token: str) -> None:
    watched = parts.jobs.watched()["C1"]
    if not watched.feed.main.wait_for(Status.RUNNING, 30):
        raise SystemExit("the simulated camera could not be read")
    plain = _Plain()
    detach = watched.feed.main.attach(plain)
    own = _watch(watched, viewers, url, token)
    detach()
    watched.mask(MASKS)
    masked = _watch(watched, viewers, url, token)
    viewers.send(None)
    print(f"640x360, {FPS} fps, {VIEWERS} viewers, {SECONDS} s each\n")
    print("| | median | p95 | limit, p95 |\n|---|---|---|---|")
    _row("added by FFmpeg's muxer alone", plain.added_ms, None)
    worst = [
        (
            _row(f"added by Vanagas, to the viewer's socket{how}", added, LIMIT_MS) / LIMIT_MS,
            _row(f"first picture, {JOINS} viewers one by one{how}", firsts, FIRST_MS) / FIRST_MS,
        )
        for how, (added, firsts) in ((", own packets", own), (", masked", masked))
    ]
    _costs()
    if max(max(pair) for pair in worst) > 1:
        raise SystemExit("too late: see the rows past their limit")


def _watch(watched: WatchedCamera, viewers: Connection, url: str, token: str) -> tuple[list[float], list[float]]:
    """What is added to each picture at each viewer, and the first pictures, in ms."""
    viewers.send((url, token, _firsts))
    firsts = viewers.recv()
    arrived = _Arrivals()
    leave = watched.live.join(arrived)
    viewers.send((url, token, _rest))
    seen = viewers.recv()
    leave()
    added = [1e3 * (at - arrived.at[decoded_at]) for one in seen for decoded_at, at in one if decoded_at in arrived.at]
    if len(added) < 0.95 * VIEWERS * SECONDS * FPS:
        raise SystemExit(f"only {len(added)} of {VIEWERS * SECONDS * FPS} pictures came to the viewers")
    return added, [1e3 * one for one in firsts]


def _costs() -> None:
    """CPU time a picture under masks, decoding and encoding in it."""
    print("\n| masks burnt in, one thread | CPU a picture | kbit/s, the camera's | kbit/s, masked |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="vanagas-bench-") as folder:
        for width, height, fps, kbps in ((640, 360, 15, 500), (1280, 720, 25, 2000)):
            clip = make_clip(
                Path(folder) / f"{width}.ts", width=width, height=height, fps=fps, kbps=kbps, seconds=CLIP_S
            )
            with open_source(clip) as source:
                packets, burning = list(source), MaskedStream(source.form, MASKS)
            begun = time.thread_time()
            out = [one for packet in packets for one in burning.take(packet) if isinstance(one, Packet)]
            cost = (time.thread_time() - begun) / len(out)
            rates = [sum(len(one.data) for one in some) * 8 / CLIP_S / 1e3 for some in (packets, out)]
            print(f"| {width}x{height} | {1e3 * cost:.1f} ms | {rates[0]:.0f} | {rates[1]:.0f} |")
        print("\n| H.265 converted, one thread | pictures a second, shown | cores |\n|---|---|---|")
        for width, height, fps, kbps in ((640, 360, 15, 500), (1920, 1080, 25, 4000)):
            clip = make_clip(
                Path(folder) / f"{width}-h265.ts", width=width, height=height, fps=fps, kbps=kbps, seconds=CLIP_S,
                codec="libx265",
            )  # fmt: skip
            with open_source(clip) as source:
                packets, burning = list(source), MaskedStream(source.form, NO_MASKS, converted=True)
            begun = time.thread_time()
            out = [one for packet in packets for one in burning.take(packet) if isinstance(one, Packet)]
            cores = (time.thread_time() - begun) / CLIP_S
            print(f"| {width}x{height}, {fps} a second | {len(out) / CLIP_S:.0f} | {cores:.2f} |")


def _row(name: str, values: list[float], limit: float | None) -> float:
    worst = statistics.quantiles(values, n=20)[-1]
    print(f"| {name} | {statistics.median(values):.1f} ms | {worst:.1f} ms | {f'{limit:.0f} ms' if limit else ''} |")
    return worst


class _Arrivals:
    """When each picture arrived at the server, by the time its fragment carries; a viewer that sends nothing."""

    def __init__(self) -> None:
        self.at: dict[int, float] = {}
        self._backlog = time.monotonic()

    def begin(self, form: StreamForm) -> None:
        pass

    def take(self, packet: Packet) -> None:
        if packet.arrived > self._backlog:  # what was there before is older than its viewers
            self.at[read_fragment(packet.data).decoded_at] = packet.arrived

    def lost(self) -> None:
        pass

    def withdraw(self) -> None:
        pass


class _Plain:
    """FFmpeg's muxer as a sink: what it writes is thrown away, when it writes it is kept."""

    def __init__(self) -> None:
        self.added_ms: list[float] = []
        self._waiting: list[float] = []
        self._began = time.monotonic()

    def begin(self, form: StreamForm) -> None:
        options = {"movflags": "empty_moov+default_base_moof+frag_every_frame", "flush_packets": "1"}
        self._container = av.open(self, "w", format="mp4", options=options)
        stream: Any = self._container.add_stream(form.codec, rate=Fraction(1 / form.frame_period_s).limit_denominator())
        stream.codec_context.extradata = form.extradata
        stream.width, stream.height = form.width, form.height
        self._stream, self._base = stream, form.time_base

    def take(self, packet: Packet) -> None:
        if packet.arrived < self._began:
            return
        encoded = av.Packet(packet.data)
        encoded.pts, encoded.dts, encoded.time_base = packet.pts, packet.dts, self._base
        encoded.is_keyframe, encoded.stream = packet.key, self._stream
        self._waiting.append(packet.arrived)
        self._container.mux_one(encoded)

    def write(self, data: bytes) -> int:
        for _ in range(bytes(data).count(b"moof")):
            self.added_ms.append(1e3 * (time.monotonic() - self._waiting.pop(0)))
        return len(data)

    def lost(self) -> None:
        pass


def _send(clip: Path, wire: Connection) -> None:
    """In a process of its own: the camera, until told to end."""
    with SimulatedCamera(clip) as camera:
        wire.send(camera.address)
        wire.recv()


def _look(wire: Connection) -> None:
    """In a process of its own: viewers, until told to end."""
    while (wanted := wire.recv()) is not None:
        url, token, look = wanted
        wire.send(look(url, {"Authorization": f"Bearer {token}"}))


def _firsts(url: str, headers: dict[str, str]) -> list[float]:
    """One by one, until each has its first picture: after how many seconds."""
    return [_first(url, headers) for _ in range(JOINS)]


def _rest(url: str, headers: dict[str, str]) -> list[list[tuple[int, float]]]:
    """All at once: when each got which picture."""
    seen: list[list[tuple[int, float]]] = [[] for _ in range(VIEWERS)]
    threads = [threading.Thread(target=_follow, args=(url, headers, one)) for one in seen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def _first(url: str, headers: dict[str, str]) -> float:
    begun = time.monotonic()
    with connect(url, additional_headers=headers, compression=None, proxy=None, max_queue=None) as socket:
        while True:
            message = socket.recv()
            if isinstance(message, bytes) and message[4:8] == b"moof" and read_fragment(message).key:
                return time.monotonic() - begun


def _follow(url: str, headers: dict[str, str], seen: list[tuple[int, float]]) -> None:
    with connect(url, additional_headers=headers, compression=None, proxy=None, max_queue=None) as socket:
        ends = time.monotonic() + SECONDS
        while (now := time.monotonic()) < ends:
            message = socket.recv()
            now = time.monotonic()
            if isinstance(message, bytes) and message[4:8] == b"moof":
                said = read_fragment(message)
                seen.append((said.decoded_at, now))
                socket.send(json.dumps({"at": (said.decoded_at + said.duration) / 90_000}))


if __name__ == "__main__":
    main()
