"""Whoever is dismissed is out of every page, stream, socket and download within a second.

The whole server, in a process of its own, with a camera and an embedded broker. Each round a coordinator and a device
sign in anew; the coordinator opens the live feed, live video and a long download, asks for the map's picture without a
pause, and the device connects to the broker. Then both are deactivated: by an administrator over the API, which is
timed from the answer, and by another process (as `vanagas people deactivate` does), timed from its commit. Timed is
until the last request was let in, and until the line of each of the others was closed. All of it is done while nothing
else happens, and then beside the hundred clients of `hostile`.
"""

import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from benchmarks._camera_clips import make_clip
from mapserver import migrations
from mapserver.access import service as access
from mapserver.core.services import Services, assemble
from mapserver.core.settings import load, new_secret
from mission.flights.supervisor import tlog_of
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import SystemClock
from tests.mission.flights.builders import a_drone, a_flight
from tests.process.running import free_port
from tests.vision.cameras.builders import a_camera
from vision.simulator import SimulatedCamera

ROUNDS = 8
LIMIT_MS = 1_000.0
GIVE_UP_S = 30.0
LONG_BYTES = 256 * 2**30
"""Of the download; the file has a hole of that size and takes no room."""
COORDINATOR = "coordinator.dobele"
DEVICE = "device.dobele"
HOSTILE_S = 600.0
"""Longer than all rounds take; the clients are ended with them."""
BY_API = "over the API"
BY_PROCESS = "by another process"

Late = dict[tuple[str, str], list[float]]
"""Milliseconds, by who dismissed and by channel."""


@dataclass(frozen=True)
class Town:
    """The running server."""

    parts: Services
    """On the same database, from this process."""
    url: str
    broker_port: int
    flight: str
    admin: httpx.Client

    @property
    def address(self) -> str:
        """Host and port."""
        return urlsplit(self.url).netloc

    def token(self, name: str) -> str:
        """A new token of a user, who is let in again."""
        with self.parts.store.write() as work:
            user = access.get_user(work.session, name)
            user.active = True
            access.tell_access_changed(work, name)
            return self.parts.tokens.issue(
                work.session, name, label="benchmark", now=self.parts.clock.now(), lasts=timedelta(hours=1)
            )


@dataclass
class Channel:
    """One way in: when it was open, and the last moment at which it was."""

    is_open: threading.Event = field(default_factory=threading.Event)
    is_over: threading.Event = field(default_factory=threading.Event)
    last_open: float = 0.0
    """Seconds of the monotonic clock."""

    def end(self) -> None:
        """It was closed just now."""
        self.last_open = time.monotonic()
        self.is_over.set()


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="vanagas-bench-") as folder, _running(Path(folder)) as town:
        print("idle …", file=sys.stderr)
        idle = _dismissals(town)
        print("busy …", file=sys.stderr)
        with _hostile(town):
            busy = _dismissals(town)
    print("| dismissed | channel | idle median ms | idle longest ms | busy median ms | busy longest ms |")
    print("|---|---|---|---|---|---|")
    late = []
    for key, times in idle.items():
        row = [statistics.median(times), max(times), statistics.median(busy[key]), max(busy[key])]
        print(f"| {key[0]} | {key[1]} | " + " | ".join(f"{value:.0f}" for value in row) + " |")
        if max(row) > LIMIT_MS:
            late.append(f"{key[1]} {key[0]}")
    if late:
        raise SystemExit(f"later than {LIMIT_MS:.0f} ms: {', '.join(late)}")


def _dismissals(town: Town) -> Late:
    late: Late = defaultdict(list)
    for _ in range(ROUNDS):
        for how, dismiss in ((BY_API, _over_the_api), (BY_PROCESS, _by_another_process)):
            for channel, late_ms in _round(town, dismiss).items():
                late[how, channel].append(late_ms)
    return late


def _round(town: Town, dismiss: Callable[[Town], float]) -> dict[str, float]:
    """After how many milliseconds each channel was closed."""
    theirs = town.token(COORDINATOR)
    device = town.token(DEVICE)
    openers: dict[str, Callable[[Town, str, Channel], None]] = {
        "requests": _requests,
        "live feed": _live_feed,
        "live video": _live_video,
        "download": _download,
        "embedded broker": _broker,
    }
    channels = {name: Channel() for name in openers}
    threads = [
        threading.Thread(target=open_one, args=(town, device if open_one is _broker else theirs, channels[name]))
        for name, open_one in openers.items()
    ]
    for thread in threads:
        thread.start()
    for name, channel in channels.items():
        if not channel.is_open.wait(GIVE_UP_S):
            raise SystemExit(f"{name}: could not be opened in {GIVE_UP_S:.0f} s")
    dismissed = dismiss(town)
    for name, channel in channels.items():
        if not channel.is_over.wait(GIVE_UP_S):
            raise SystemExit(f"{name}: still open {GIVE_UP_S:.0f} s after the dismissal")
    for thread in threads:
        thread.join()
    return {name: max(0.0, 1000 * (channel.last_open - dismissed)) for name, channel in channels.items()}


def _over_the_api(town: Town) -> float:
    for name in (DEVICE, COORDINATOR):
        town.admin.post(f"/api/v1/people/{name}/deactivate").raise_for_status()
    return time.monotonic()


def _by_another_process(town: Town) -> float:
    database = sqlite3.connect(town.parts.settings.data_dir / "vanagas.db", timeout=GIVE_UP_S)
    with closing(database) as connection, connection:
        connection.execute("UPDATE users SET active = 0 WHERE name IN (?, ?)", (COORDINATOR, DEVICE))
    return time.monotonic()


def _requests(town: Town, token: str, channel: Channel) -> None:
    """One after the other; the last that was let in counts, by when it was answered."""
    with httpx.Client(base_url=town.url, headers=_bearer(token), trust_env=False, timeout=GIVE_UP_S) as client:
        while (status := client.get("/api/v1/map/snapshot").status_code) != 401:
            if status == 200:
                channel.last_open = time.monotonic()
                channel.is_open.set()
    channel.is_over.set()


def _live_feed(town: Town, token: str, channel: Channel) -> None:
    _socket(f"ws://{town.address}/api/v1/live", token, channel, "snapshot")


def _live_video(town: Town, token: str, channel: Channel) -> None:
    _socket(f"ws://{town.address}/media/live/C1", token, channel, "mse")


def _socket(url: str, token: str, channel: Channel, first: str) -> None:
    with connect(url, additional_headers=_bearer(token), proxy=None, max_queue=None) as socket:
        with suppress(ConnectionClosed):
            while True:
                message = socket.recv()
                if isinstance(message, str) and json.loads(message)["type"] == first:
                    channel.is_open.set()
        channel.end()


def _download(town: Town, token: str, channel: Channel) -> None:
    path = f"/api/v1/flights/{town.flight}/tlog"
    with httpx.Client(base_url=town.url, headers=_bearer(token), trust_env=False, timeout=GIVE_UP_S) as client:
        with suppress(httpx.HTTPError), client.stream("GET", path) as answer:
            answer.raise_for_status()
            for _part in answer.iter_raw():
                channel.is_open.set()
        channel.end()


def _broker(town: Town, token: str, channel: Channel) -> None:
    client = Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set(DEVICE, token)
    client.on_connect = lambda *_: channel.is_open.set()
    client.on_disconnect = lambda *_: channel.end()
    client.connect("127.0.0.1", town.broker_port)
    client.loop_start()
    channel.is_over.wait(2 * GIVE_UP_S)
    client.loop_stop()


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@contextmanager
def _running(folder: Path) -> Iterator[Town]:
    with ExitStack() as stack:
        clip = make_clip(folder / "clip.ts", width=640, height=360, fps=15, kbps=500, seconds=8)
        camera = stack.enter_context(SimulatedCamera(clip))
        data = folder / "data"
        data.mkdir()
        (data / "vanagas.toml").write_text(
            f'secret_key = "{new_secret()}"\nport = {free_port()}\n'
            f'[[videos]]\nname = "C1"\nsource = "{camera.address}"\nsimulated = true\n'
        )
        parts = assemble(load(data))
        stack.callback(parts.store.close)
        flight, admin = _people_and_things(parts)
        server = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "benchmarks._revocation_server", str(data)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
        )  # fmt: skip
        stack.callback(server.terminate)
        assert server.stdout is not None
        url, broker_port = server.stdout.readline().split()
        client = stack.enter_context(
            httpx.Client(base_url=url, headers=_bearer(admin), trust_env=False, timeout=GIVE_UP_S)
        )
        yield Town(parts, url, int(broker_port), flight, client)


def _people_and_things(parts: Services) -> tuple[str, str]:
    """A flight with a long log, a camera and who is dismissed; gives the flight and an administrator's token."""
    migrations.upgrade(parts.store)
    a_drone(parts.store)
    flight = a_flight(parts.store, SystemClock(), confirmed=False)
    parts.tlogs.mkdir()
    log = tlog_of(parts.tlogs, flight.id)
    log.touch()
    os.truncate(log, LONG_BYTES)
    facts = City("dobele").facts
    camera = a_camera("C1", name="C1", lat=facts.lat, lon=facts.lon)
    now = parts.clock.now()
    with parts.store.write() as work:
        work.session.add(camera)
        for name, role, city in (
            (COORDINATOR, Role.COORDINATOR, City("dobele")),
            (DEVICE, Role.DEVICE, City("dobele")),
            ("inspector.dobele", Role.INSPECTOR, City("dobele")),
            ("admin", Role.ADMIN, None),
        ):
            access.add_user(work.session, name, role, city, password=None, now=now)
        admin = parts.tokens.issue(work.session, "admin", label="benchmark", now=now, lasts=timedelta(hours=1))
    return flight.id, admin


@contextmanager
def _hostile(town: Town) -> Iterator[None]:
    server = urlsplit(town.url)
    inspector = town.token("inspector.dobele")
    command = [sys.executable, "-m", "benchmarks._hostile_load", str(server.hostname), str(server.port), inspector]
    with subprocess.Popen(
        [*command, str(HOSTILE_S)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        process.stdin.write("go\n")
        process.stdin.flush()
        try:
            yield
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
