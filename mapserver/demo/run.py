"""Putting the demo together: data, broker, simulated vehicle, server, devices, story; all of it ends together."""

import asyncio
import contextlib
import json
import secrets
import sys
import webbrowser
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from mapserver import migrations
from mapserver.access import passwords
from mapserver.access.broker_admission import admit_devices
from mapserver.core.mail_settings import ReferralSettings
from mapserver.core.only_server import check_port, only_server
from mapserver.core.secret_key import require_same_key
from mapserver.core.services import Services, assemble
from mapserver.core.settings import CONFIG_FILE, MqttSettings, load, new_secret
from mapserver.core.town_settings import TerrainSettings, TownSettings
from mapserver.core.video_settings import RecordingSettings, VideoSettings
from mapserver.demo import places
from mapserver.demo.events import SCRIPT
from mapserver.demo.gazetteer import write_gazetteer
from mapserver.demo.papers import GROUND, POLICY
from mapserver.demo.responsible_service import GREENERY, SimulatedService
from mapserver.demo.seed import device_of, seed
from mapserver.demo.story import Cast, Story
from mapserver.demo.towns import DEMO_TOWNS
from mapserver.intake.flow import topics
from mapserver.program.server import run_server
from telemetry.access import Principal, Role
from telemetry.cities import City
from telemetry.errors import Misconfigured
from telemetry.links.address import free_udp_port
from telemetry.mqtt.broker import EmbeddedBroker
from telemetry.positions import Position
from telemetry.scopes import DEMO
from telemetry.simulator.vehicle import SimulatedVehicleProcess
from telemetry.store.private import repair_modes
from vision.footage import find_footage
from vision.simulator.process import SimulatedCamerasProcess

TOKENS_LAST = timedelta(days=1)


@dataclass(frozen=True)
class DemoOptions:
    """What the command line says."""

    data: Path
    host: str
    port: int
    speed: float
    videos: tuple[VideoSettings, ...]
    browser: bool
    all_cameras: bool = False
    """Every camera of the towns sends video, by RTSP, instead of a few that play a file."""


async def run_demo(options: DemoOptions, say: Callable[[str], None]) -> None:
    """Run until interrupted. Raises Misconfigured when the folder is a real system's, Unavailable for a taken port."""
    check_port(options.host, options.port)
    async with AsyncExitStack() as stack:
        stack.enter_context(only_server(options.data))
        repair_modes(options.data)
        _prepare_folder(options.data)
        password = secrets.token_hex(12)
        broker = await stack.enter_async_context(
            EmbeddedBroker(
                username="devices", password=password, keep_for={"vanagas": list(topics(MqttSettings(host="")))}
            )
        )
        mqtt = MqttSettings(host=broker.host, port=broker.port, username="devices", password=SecretStr(password))
        cameras = None
        if options.all_cameras:
            cameras = await stack.enter_async_context(SimulatedCamerasProcess(places.shows()))
        service = await stack.enter_async_context(SimulatedService())
        settings = load(
            options.data,
            services_file=service.write_file(options.data / "services.toml"),
            referrals=ReferralSettings(webhook_keys={GREENERY: SecretStr(service.key)}),
            host=options.host,
            port=options.port,
            mqtt=mqtt,
            videos=_videos(options.videos, {} if cameras is None else cameras.addresses),
            gazetteer=write_gazetteer(options.data / "gazetteer.csv"),
            checks=dict.fromkeys(DEMO_TOWNS, POLICY),
            towns={city: TownSettings(terrain=TerrainSettings(ground_m=ground)) for city, ground in GROUND.items()},
            recording=RecordingSettings(on=True, most_gb=0.5, reserve_gb=1.0, days=1.0),
        )
        parts = assemble(settings)
        broker.admit = admit_devices(parts.principals)
        stack.callback(parts.store.close)
        migrations.upgrade(parts.store)
        require_same_key(parts.store, settings.key)
        if parts.forgetting.jump() is not None:  # a demo lies still for weeks, and nothing in it is missed
            parts.forgetting.confirm(Principal("demo", Role.ADMIN, None, DEMO))
        link_port = free_udp_port()
        password, names = _seed(parts, f"udpin://127.0.0.1:{link_port}", patrol=options.all_cameras)
        home = Position(lat=places.HOME[0], lon=places.HOME[1], alt_m=places.HOME_ALT_M)
        await stack.enter_async_context(
            SimulatedVehicleProcess(f"udpout://127.0.0.1:{link_port}", home, speed=options.speed)
        )
        ready = asyncio.Event()
        patrol = places.PATROL if options.all_cameras else {}
        actors = asyncio.create_task(_act(parts, mqtt, options.speed, patrol, ready, say))
        stack.push_async_callback(_end, actors)
        if cameras is not None:
            say(f"{len(cameras.addresses)} cameras send video; type `unplug NAME` or `plug NAME` to see what happens")
            stack.push_async_callback(_end, asyncio.create_task(_obey(cameras, say)))

        def on_ready(url: str) -> None:
            say(_welcome(names, password))
            say(f"ready {url}")
            sys.stdout.flush()
            ready.set()
            if options.browser:
                webbrowser.open(url)

        await run_server(parts, on_ready=on_ready)


async def _act(
    parts: Services,
    mqtt: MqttSettings,
    speed: float,
    patrol: Mapping[str, str],
    ready: asyncio.Event,
    say: Callable[[str], None],
) -> None:
    """Once the server is ready, let the devices and the people act, until cancelled."""
    await ready.wait()
    settings = parts.settings
    url = f"http://{settings.host}:{settings.port}"
    cast = _cast(parts)
    tokens = {str(city): _token(parts, device_of(city)) for city in DEMO_TOWNS}
    async with _devices(url, tokens, mqtt, settings.data_dir, speed):
        await Story(url, cast, speed=speed, patrol=patrol, tell=say).play()


@asynccontextmanager
async def _devices(
    url: str, tokens: dict[str, str], mqtt: MqttSettings, folder: Path, speed: float
) -> AsyncIterator[Process]:
    """The device simulator as a process of its own; it ends when its standard input closes, however we end."""
    said = ["--http", url, "--mqtt", f"{mqtt.host}:{mqtt.port}", "--mqtt-user", mqtt.username, "--speed", str(speed)]
    for town, token in tokens.items():
        said += ["--token-file", f"{town}={_private(folder / f'{town}.token', token)}"]
    said += ["--mqtt-password-file", str(_private(folder / "mqtt.password", mqtt.password.get_secret_value()))]
    said += ["--script", str(_private(folder / "devices.json", json.dumps(SCRIPT)))]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "mapserver.demo.devices", *said, stdin=PIPE, stdout=DEVNULL
    )
    try:
        yield process
    finally:
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()


def _private(path: Path, content: str) -> Path:
    """Write `content` where only this user can read it."""
    path.touch(mode=0o600)
    path.write_text(content, encoding="utf-8")
    return path


def _prepare_folder(folder: Path) -> None:
    """Make the demo's settings file with a secret of its own, unless it is there. Refuses a real system's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / CONFIG_FILE
    if not config.exists():
        _private(config, f'demo = true\nsecure_cookies = false\nsecret_key = "{new_secret()}"\n')
    if not load(folder).demo:
        raise Misconfigured(f"{folder} belongs to a system that is not a demo; choose another folder with --data")


def _seed(parts: Services, drone_link: str, *, patrol: bool) -> tuple[str, list[str]]:
    password = passwords.generated()
    with parts.store.write() as work:
        names = seed(work, drone_link=drone_link, password=password, now=parts.clock.now(), patrol=patrol)
    return password.text, names


async def _obey(cameras: SimulatedCamerasProcess, say: Callable[[str], None]) -> None:
    """Hand on to the cameras what is typed, until there is no more."""
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := (await lines.readline()).decode().strip():
        say(await cameras.tell(line))


def _videos(own: tuple[VideoSettings, ...], sending: Mapping[str, str]) -> list[VideoSettings]:
    """Footage from installed packages stands in for the units' cameras, unless the user brought their own.

    `sending`: the addresses of cameras that send it, by name.
    """
    clips = {clip.name: clip for clip in find_footage()}
    shown = {places.DRONE: "bikes", places.TOWER_ON_LOAN: "bikes", places.TOWER_AT_HOME: "vtest"}
    chosen = {
        name: VideoSettings(
            name=name,
            source=str(clips[clip].path),
            rules=clip,
            simulated=True,
            recorded=_can_be_kept(clips[clip].path),
        )
        for name, clip in shown.items()
        if clip in clips
    }
    for name, address in sending.items():
        chosen[name] = VideoSettings(name=name, source=address, rules="bikes", simulated=True)
    chosen.update({video.name: video for video in own})
    return list(chosen.values())


def _can_be_kept(path: Path) -> bool:
    """Whether footage can be recorded as it is; that of Debian's opencv-doc is MPEG-4 of Microsoft's, in AVI."""
    return path.suffix == ".mp4"


def _cast(parts: Services) -> Cast:
    return Cast(
        pilot=_token(parts, "pilot.dobele"),
        inspector=_token(parts, "inspector.dobele"),
        coordinator=_token(parts, "coordinator.dobele"),
        device=_token(parts, device_of(City("dobele"))),
        neighbour=_token(parts, "coordinator.siauliai"),
    )


def _token(parts: Services, user: str) -> str:
    with parts.store.write() as work:
        return parts.tokens.issue(work.session, user, label="demo story", now=parts.clock.now(), lasts=TOKENS_LAST)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, Exception):
        await task


def _welcome(names: list[str], password: str) -> str:
    people = "\n".join(f"  {name}" for name in names)
    return f"Simulated towns: every place, unit and event is invented.\nSign in as\n{people}\npassword {password}"
