"""The simulated cameras as a process: what comes out of them at both doors, and when they end."""

import asyncio
import json
import random
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Request, Response

from mapserver.demo import devices, plates
from mapserver.demo.device_script import parse_script
from mapserver.demo.events import SCRIPT as STORY
from mapserver.intake.dialects import DIALECTS
from telemetry.dialects.values import Arrival, DeviceEvent
from telemetry.errors import BadInput
from telemetry.mqtt import MqttLink
from telemetry.mqtt.broker import EmbeddedBroker
from tests.telemetry.brokers import in_thread

USER, PASSWORD, CLIENT = "vanagas", "correct horse", "vanagas-test"
SCRIPT = {
    "seed": 3,
    "cameras": {"square": "dobele_street_1", "north": "dobele_entrance_1"},
    "events": [
        {"at": 0, "door": "plate_recognizer", "camera": "north", "what": {"plate": "KV-2417", "label": "van"}},
        {"at": 1, "door": "axis_lpr", "camera": "ACCC8EDOB001", "what": {"plate": "JKL 418", "country": "LT"}},
        {"at": 2, "door": "frigate", "camera": "square", "what": {"plate": "KV-2417", "zones": ["market"]}},
    ],
}


class Doors:
    """A server and a broker that keep what the devices say, parsed as the real doors would."""

    def __init__(self) -> None:
        self.told: list[DeviceEvent] = []
        self.tokens: set[str | None] = set()
        self.busy = 1
        self._news = asyncio.Condition()
        self._loop = asyncio.get_running_loop()

    def on_mqtt(self, topic: str, payload: bytes) -> None:
        asyncio.run_coroutine_threadsafe(self._keep("frigate", payload, "application/json"), self._loop).result(20)

    async def on_http(self, name: str, request: Request) -> Response:
        self.tokens.add(request.headers.get("authorization"))
        if self.busy:
            self.busy -= 1
            return Response(status_code=503)
        await self._keep(name, await request.body(), request.headers["content-type"])
        return Response("[]")

    async def _keep(self, name: str, body: bytes, content_type: str) -> None:
        told = DIALECTS[name].parse(body, Arrival(datetime.now(UTC), content_type))
        found = [one for one in told if isinstance(one, DeviceEvent)]
        async with self._news:
            self.told += found
            self._news.notify_all()

    async def until(self, count: int) -> None:
        """Wait until that many messages have come."""
        async with asyncio.timeout(30), self._news:
            await self._news.wait_for(lambda: len(self.told) >= count)

    def by(self, name: str) -> list[DeviceEvent]:
        return [event for event in self.told if event.format == name]


@asynccontextmanager
async def serving(doors: Doors) -> AsyncIterator[str]:
    """A real HTTP server with the intake's address; gives where it is."""
    app = FastAPI()
    app.add_api_route("/api/v1/intake/{name}", doors.on_http, methods=["POST"])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  # uvicorn offers nothing to await
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving


@asynccontextmanager
async def running(folder: Path, script: dict[str, Any]) -> AsyncIterator[tuple[Doors, asyncio.subprocess.Process]]:
    """The devices' process, playing `script` 20 times as fast against a real server and a real broker."""
    doors = Doors()
    for name, text in (("script", json.dumps(script)), ("token", "s3cret\n"), ("password", PASSWORD)):
        (folder / name).write_text(text)
    keep = {CLIENT: [devices.TOPIC]}
    async with serving(doors) as url, EmbeddedBroker(username=USER, password=PASSWORD, keep_for=keep) as broker:
        link = MqttLink(
            broker.host, broker.port, username=USER, password=PASSWORD, client_id=CLIENT,
            topics=[devices.TOPIC], handler=in_thread(doors.on_mqtt),
        )  # fmt: skip
        await link.start()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "mapserver.demo.devices", "--http", url, "--mqtt", f"{broker.host}:{broker.port}",
            "--mqtt-user", USER, "--mqtt-password-file", str(folder / "password"), "--token-file",
            str(folder / "token"), "--script", str(folder / "script"), "--speed", "20",
            stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            yield doors, process
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            await link.stop()


async def test_each_camera_tells_its_part_of_the_script_through_its_own_door(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPT) as (doors, _):
        await doors.until(6)
    (webhook,) = doors.by("plate_recognizer")
    assert (webhook.device, webhook.identity, webhook.confidence) == ("dobele_entrance_1", "KV2417", 0.91)
    car = doors.by("axis_lpr")
    assert [(e.attributes["phase"], e.identity) for e in car] == [("new", "JKL418"), ("lost", "JKL418")]
    seen = doors.by("frigate")
    assert [e.attributes["phase"] for e in seen] == ["new", "update", "end"]
    assert {(e.device, e.label, e.identity) for e in seen} == {("dobele_street_1", "car", "KV2417")}
    assert len({e.ref for e in seen}) == len({e.ref for e in car}) == 1
    assert seen[-1].ended_at is not None
    assert all(e.attributes["simulated"] is True for e in doors.told)
    assert doors.tokens == {"Bearer s3cret"}  # and the first push, answered with 503, was tried again


async def test_traffic_passes_the_readers_with_plates_of_the_country(tmp_path: Path) -> None:
    readers = [
        {"door": "plate_recognizer", "camera": "dobele_entrance_1", "plates": "LV"},
        {"door": "axis_lpr", "camera": "ACCC8ESIA001", "plates": "LT"},
    ]
    async with running(tmp_path, {"background": {"every_s": 1, "readers": readers}}) as (doors, _):
        await doors.until(8)
    assert {e.device for e in doors.told} <= {"dobele_entrance_1", "ACCC8ESIA001"}
    forms = {"dobele_entrance_1": r"[A-Z]{2}\d{4}", "ACCC8ESIA001": r"[A-Z]{3}\d{3}"}
    assert all(re.fullmatch(forms[e.device], e.identity or "") for e in doors.told)


async def test_the_process_ends_when_its_input_closes(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPT) as (doors, process):
        await doors.until(1)
        assert process.stdin is not None
        process.stdin.close()
        assert await asyncio.wait_for(process.wait(), 20) == 0


def test_the_same_seed_makes_the_same_plates_and_they_look_right() -> None:
    def some(seed: int) -> list[str]:
        rng = random.Random(seed)
        return [plates.invent(rng, "LT") for _ in range(50)] + [plates.invent(rng, "LV") for _ in range(50)]

    assert some(1) == some(1) != some(2)
    assert all(re.fullmatch(r"[A-Z]{3} \d{3}", plate) for plate in some(1)[:50])
    assert all(re.fullmatch(r"[A-Z]{2}-\d{4}", plate) for plate in some(1)[50:])


def test_the_storys_script_can_be_played_and_names_its_cameras() -> None:
    script = parse_script(STORY)
    assert [script.device(event.camera) for event in script.events][1] == "dobele_street_1"


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ([], "the script cannot be played: the whole: input should be a valid dictionary"),
        ({"events": [{"at": -1, "door": "frigate", "camera": "a"}]}, "events.0.at: input should be greater than"),
        ({"events": [{"at": 1, "door": "telnet", "camera": "a"}]}, "events.0.door"),
        (
            {"events": [{"at": 1, "door": "frigate", "camera": "a", "what": {"colour": 1}}]},
            "events.0.what.colour: extra",
        ),
        ({"background": {"readers": []}}, "background.readers: "),
    ],
)
def test_a_script_that_cannot_be_played_names_the_field(script: object, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_script(script)
    assert says in refused.value.message


def test_a_missing_file_is_named_and_nothing_starts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "script").write_text("{}")
    asked = ["--http", "http://127.0.0.1:1", "--mqtt", "127.0.0.1:1", "--mqtt-user", "u", "--mqtt-password-file"]
    asked += [str(tmp_path / "none"), "--token-file", str(tmp_path / "script"), "--script", str(tmp_path / "script")]
    assert devices.main(asked) == 2
    assert "none cannot be read" in capsys.readouterr().err
