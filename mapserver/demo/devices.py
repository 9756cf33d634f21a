"""The demo's simulated cameras, a process of its own: `python -m mapserver.demo.devices --help`.

It speaks only through the doors that real devices use: HTTP push with a token, and MQTT. Ends when its input closes.
"""

import argparse
import asyncio
import json
import logging
import os
import random
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiomqtt
import httpx

from mapserver.demo import device_messages as messages
from mapserver.demo.device_script import Event, PassingTraffic, Script, What, read_script
from mapserver.demo.plates import invent
from telemetry.clock import SystemClock
from telemetry.errors import BadInput

log = logging.getLogger("vanagas.devices")

TOPIC = "frigate/events"
FIRST_RETRY_S = 0.25
LONGEST_RETRY_S = 5.0
PASSING = frozenset({408, 425, 429})
"""Answers that pass by themselves, besides those of 500 and above."""


class DemoOutbox:
    """Messages for the MQTT broker, published one after the other, each until the broker has acknowledged it."""

    def __init__(self, host: str, port: int, username: str, password: str) -> None:
        self._host = host
        self._port = port
        self._username = username
        self._password = password
        self._messages: asyncio.Queue[bytes] = asyncio.Queue()

    def put(self, message: messages.Message) -> None:
        """Publish it when its turn comes."""
        self._messages.put_nowait(json.dumps(message).encode())

    async def run(self) -> None:
        """Publish until cancelled, connecting again whenever the broker is not there."""
        pending: bytes | None = None
        delay = FIRST_RETRY_S
        told = False
        while True:
            try:
                async with aiomqtt.Client(
                    self._host, self._port, username=self._username, password=self._password
                ) as client:
                    delay = FIRST_RETRY_S
                    told = False
                    while True:
                        pending = pending or await self._messages.get()
                        await client.publish(TOPIC, pending, qos=1)
                        pending = None
            except aiomqtt.MqttError as error:
                if not told:
                    log.warning("the MQTT broker at %s:%s does not answer yet: %s", self._host, self._port, error)
                told = True
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_RETRY_S)


class Devices:
    """Every simulated camera of a script, in front of one server and one broker."""

    def __init__(
        self, script: Script, *, http: httpx.AsyncClient, tokens: dict[str, str], outbox: DemoOutbox, speed: float = 1.0
    ) -> None:
        """`tokens` by name; the first is for events that name none. Times of the script are divided by `speed`."""
        self._script = script
        self._http = http
        self._tokens = tokens
        self._outbox = outbox
        self._speed = speed
        self._clock = SystemClock()
        self._rng = random.Random(script.seed)
        self._silent = False
        self._car = round(self._clock.now().timestamp() * 10)  # a restart must not count from the same number again

    async def play(self) -> None:
        """Play the events at their times, and traffic until cancelled; returns after the last event without any."""
        async with asyncio.TaskGroup() as happening:
            for event in self._script.events:
                happening.create_task(self._happen(event))
            if self._script.background is not None:
                happening.create_task(self._traffic(self._script.background))

    async def _traffic(self, background: PassingTraffic) -> None:
        async with asyncio.TaskGroup() as happening:
            while True:
                await asyncio.sleep(self._rng.expovariate(self._speed / background.every_s))
                reader = self._rng.choice(background.readers)
                seen = What(country=reader.plates, score=round(self._rng.uniform(0.75, 0.99), 3), lasts_s=2.0)
                passing = Event(at=0, door=reader.door, camera=reader.camera, what=seen, token=reader.token)
                happening.create_task(self._happen(passing))

    async def _happen(self, event: Event) -> None:
        """Say what one event makes its camera say, at the times it would."""
        await asyncio.sleep(event.at / self._speed)
        camera = self._script.device(event.camera)
        now = self._clock.now()
        what = event.what.model_copy(update={"lasts_s": event.what.lasts_s / self._speed})
        plate = what.plate or invent(self._rng, what.country)
        if event.door == "plate_recognizer":
            webhook = json.dumps(messages.plate_recognizer(camera, what, plate, now))
            await self._push(event, files={"json": (None, webhook.encode(), "application/json")})
            return
        self._car += 1
        told = (
            messages.frigate(camera, what, now, self._rng)
            if event.door == "frigate"
            else messages.axis_lpr(camera, what, plate, now, self._car)
        )
        gone_s = 0.0
        for after_s, message in told:
            await asyncio.sleep(after_s - gone_s)
            gone_s = after_s
            if event.door == "frigate":
                self._outbox.put(message)
            else:
                await self._push(event, json=message)

    async def _push(self, event: Event, **body: Any) -> None:
        """Post one message until the server takes it; one that it refuses for good is told of and left."""
        token = self._tokens.get(event.token or next(iter(self._tokens)))
        if token is None:
            log.error("no --token-file %s=… was given, so %s stays silent", event.token, event.camera)
            return
        delay = FIRST_RETRY_S
        while True:
            try:
                answer = await self._http.post(
                    f"/api/v1/intake/{event.door}", headers={"Authorization": f"Bearer {token}"}, **body
                )
            except httpx.TransportError as error:
                why = str(error)
            else:
                why = f"{answer.status_code} {answer.text[:300]}"
                if answer.is_success:
                    self._silent = False
                    return
                if answer.status_code < 500 and answer.status_code not in PASSING:
                    log.error("%s %s is refused: %s", event.door, event.camera, why)
                    return
            if not self._silent:
                log.warning("the server at %s does not take events yet: %s", self._http.base_url, why)
            self._silent = True
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_RETRY_S)


async def run(script: Script, *, url: str, tokens: dict[str, str], outbox: DemoOutbox, speed: float) -> None:
    """Play `script` until this process's standard input closes."""
    async with httpx.AsyncClient(base_url=url, timeout=10) as http:
        publishing = asyncio.create_task(outbox.run())
        playing = asyncio.create_task(Devices(script, http=http, tokens=tokens, outbox=outbox, speed=speed).play())
        await _input_closed()
        going = {playing, publishing}
        while going:  # once is not enough: wait_for of Python 3.11, inside aiomqtt, may swallow a cancellation
            for task in going:
                task.cancel()
            _, going = await asyncio.wait(going, timeout=0.5)


async def _input_closed() -> None:
    closed = asyncio.Event()
    loop = asyncio.get_running_loop()

    def watch() -> None:
        with suppress(OSError, ValueError):
            while os.read(sys.stdin.fileno(), 4096):
                pass
        with suppress(RuntimeError):  # the loop may be gone when the process ends for another reason
            loop.call_soon_threadsafe(closed.set)

    threading.Thread(target=watch, name="stdin", daemon=True).start()
    await closed.wait()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 2 when it was called wrongly."""
    ask = argparse.ArgumentParser(prog="python -m mapserver.demo.devices", description=__doc__)
    ask.add_argument("--http", required=True, help="address of the server, e.g. http://127.0.0.1:8000")
    ask.add_argument(
        "--token-file", required=True, action="append", metavar="[NAME=]FILE", help="token of a device; may be repeated"
    )
    ask.add_argument("--mqtt", required=True, metavar="HOST:PORT")
    ask.add_argument("--mqtt-user", required=True)
    ask.add_argument("--mqtt-password-file", required=True, type=Path)
    ask.add_argument("--script", required=True, type=Path, help="see mapserver/demo/device_script.py")
    ask.add_argument("--speed", type=float, default=1.0)
    said = ask.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="devices: %(message)s")
    host, _, port = said.mqtt.rpartition(":")
    try:
        if not host or not port.isdecimal() or not said.speed > 0:
            raise BadInput("--mqtt is HOST:PORT and --speed is above 0")
        script = read_script(said.script)
        tokens = dict(_named_secret(word) for word in said.token_file)
        outbox = DemoOutbox(host, int(port), said.mqtt_user, _secret(said.mqtt_password_file))
    except BadInput as error:
        print(f"devices: {error.message}", file=sys.stderr)
        return 2
    with suppress(KeyboardInterrupt):
        asyncio.run(run(script, url=said.http, tokens=tokens, outbox=outbox, speed=said.speed))
    return 0


def _named_secret(word: str) -> tuple[str, str]:
    name, _, file = word.rpartition("=")
    return name, _secret(Path(file))


def _secret(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise BadInput(f"the secret in {path} cannot be read: {error}") from error


if __name__ == "__main__":
    raise SystemExit(main())
