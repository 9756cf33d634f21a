"""One town's server with an account of what it acknowledged, a broker, and what a fault may do to them."""

import json
import os
import queue
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Self

import httpx

from mapserver import migrations
from mapserver.access import service as access
from mapserver.core.services import assemble
from mapserver.core.settings import load, new_secret
from mapserver.program.invariants import violations
from telemetry.access import Role
from telemetry.cities import City
from telemetry.scopes import LIVE
from tests.mapserver.conftest import bind_gateway
from tests.process.running import free_port
from tests.telemetry.brokers import PASSWORD, USER
from vision.cameras.tables import CameraRow

PATIENCE_S = 120.0


class Rig:
    """A data folder, and the server that runs on it."""

    def __init__(self, folder: Path) -> None:
        self.data = folder
        self.port = free_port()
        self.broker_port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder.parent / "serve.log"
        self.tokens: dict[Role, str] = {}
        self.server = 0
        self._said: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._found()

    def __enter__(self) -> Self:
        self.log.touch()
        self._launcher = subprocess.Popen(
            [sys.executable, "-u", "-m", "tests.faults.launcher"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._keep_log, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        if self._launcher.stdin is not None:
            self._launcher.stdin.close()
        self._launcher.wait(PATIENCE_S)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        assert self._launcher.stdin is not None
        self._launcher.stdin.write(json.dumps({"data": str(self.data), "port": self.port}) + "\n")
        self._launcher.stdin.flush()
        self.server = int(self._wait_for("started ").removeprefix("started "))
        self._wait_for("ready ")

    def kill(self) -> None:
        """End the server as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Have the server end in order."""
        self._end(signal.SIGTERM)

    def step_clock(self, by: timedelta) -> None:
        """Set the server's clock wrong; by nothing to set it right."""
        part = self.data / "clock.part"
        part.write_text(str(by.total_seconds()))
        part.replace(self.data / "clock")

    def reads(self) -> bool:
        """Whether a reader is answered."""
        headers = {"Authorization": f"Bearer {self.tokens[Role.COORDINATOR]}"}
        answer = httpx.get(f"{self.url}/api/v1/incidents", headers=headers, timeout=30, trust_env=False)
        return answer.status_code == 200

    @contextmanager
    def lines(self, *wanted: str) -> Iterator[Callable[[], list[int]]]:
        """How many lines of the log have each of `wanted` in them since the block began."""
        begin = self.log.stat().st_size

        def count() -> list[int]:
            said = self.log.read_bytes()[begin:].decode(errors="replace").splitlines()
            return [sum(words in line for line in said) for words in wanted]

        yield count

    def stored(self) -> dict[str, int]:
        """How often each observation is stored and told, by its source's reference; the server must not run."""
        with closing(sqlite3.connect(self.data / "vanagas.db")) as database:
            rows = database.execute("SELECT id, source_ref FROM observations").fetchall()
            told = database.execute(
                "SELECT timeline.observation_id, count(*) FROM timeline JOIN incident_observations AS home"
                " ON home.observation_id = timeline.observation_id AND home.incident_id = timeline.incident_id"
                " WHERE kind = 'observation' GROUP BY timeline.observation_id"
            ).fetchall()
        times = dict(told)
        found: dict[str, int] = {}
        for id, ref in rows:
            found[ref] = found.get(ref, 0) + times.get(id, 1)
        return found

    def broken(self) -> list[str]:
        """The promises that the database breaks; the server must not run."""
        parts = assemble(load(self.data))
        found = [str(said) for said in violations(parts.store, parts.media, parts.clock)]
        parts.store.close()
        return found

    def _found(self) -> None:
        self.data.mkdir(exist_ok=True)
        mqtt = f'[mqtt]\nhost = "127.0.0.1"\nport = {self.broker_port}\nusername = "{USER}"\npassword = "{PASSWORD}"\n'
        said = f'secure_cookies = false\nsecret_key = "{new_secret()}"\n[retention]\nobservation_days = 30\n{mqtt}'
        (self.data / "vanagas.toml").write_text(said)
        self.step_clock(timedelta(0))
        parts = assemble(load(self.data))
        migrations.upgrade(parts.store)
        now = parts.clock.now()
        with parts.store.write() as work:
            work.session.add(
                CameraRow(
                    id="DOB-C01", city=City("dobele"), name="Square", lat=56.62, lon=23.28, azimuth_deg=0, hfov_deg=60,
                    range_m=100, categories={"car": "vehicle_in_closed_area"}, device_names=["square"], scope=LIVE)
            )  # fmt: skip
            for role in (Role.DEVICE, Role.COORDINATOR):
                name = f"{role}.dobele"
                access.add_user(work.session, name, role, City("dobele"), password=None, now=now)
                bind_gateway(work, name, role, now=now)
                self.tokens[role] = parts.tokens.issue(
                    work.session, name, label="faults", now=now, lasts=timedelta(days=300)
                )
        parts.store.close()

    def _end(self, how: signal.Signals) -> None:
        if self.server == 0:
            return
        with suppress(ProcessLookupError):
            os.kill(self.server, how)
        wait_until(lambda: not _lives(self.server), "the server to end")
        self.server = 0

    def _listen(self) -> None:
        assert self._launcher.stdout is not None
        for line in self._launcher.stdout:
            self._said.put(line.strip())

    def _keep_log(self) -> None:
        """Write the log here: a server whose files cannot grow could not say so."""
        assert self._launcher.stderr is not None
        with self.log.open("a", buffering=1) as log:
            log.writelines(self._launcher.stderr)

    def _wait_for(self, start: str) -> str:
        while True:
            try:
                line = self._said.get(timeout=PATIENCE_S)
            except queue.Empty:
                raise AssertionError(f"no {start!r} came:\n{self.log.read_text()[-3000:]}") from None
            if line.startswith(start):
                return line


def wait_until(happened: Callable[[], bool], what: str) -> None:
    """Wait for something that must come; fails naming it."""
    until = time.monotonic() + PATIENCE_S
    while not happened():
        if time.monotonic() > until:
            raise AssertionError(f"waited {PATIENCE_S:g} s for {what}")
        time.sleep(0.02)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
