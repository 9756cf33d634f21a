"""The demo's greenery service, simulated: its own system takes what is handed over, and answers on the status page.

It shows what such a system does: it checks the signature, says that it has the message, and works on it afterwards.
"""

import asyncio
import hmac
import json
import logging
import secrets
from collections.abc import Mapping
from contextlib import suppress
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from incidents.referrals.tables import ReferralNews
from incidents.referrals.values import ServiceAnswer
from mapserver.referrals.webhook import signature

log = logging.getLogger("vanagas.service")

GREENERY = "greenery"
PATH = "/referrals"
ACCEPTED_AFTER_S = 8.0
DONE_AFTER_S = 30.0
LARGEST = 64 * 1024
ANSWERS = (
    (ACCEPTED_AFTER_S, ServiceAnswer.ACCEPTED, "Izbraucam"),
    (DONE_AFTER_S, ServiceAnswer.DONE, "Aizvests"),
)
"""After how many seconds it says what."""


class SimulatedService:
    """Listens on a port of this machine while the block runs."""

    def __init__(self) -> None:
        self.key = secrets.token_hex(32)
        self.address = ""
        self._server: asyncio.Server | None = None
        self._work: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "SimulatedService":
        self._server = await asyncio.start_server(self._hear, "127.0.0.1", 0, limit=LARGEST)
        port = self._server.sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}{PATH}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._work:
            task.cancel()
        if self._server is not None:
            self._server.close()

    def write_file(self, path: Path) -> Path:
        """Write the demo's file of services, which names this one's address."""
        listed = resources.files("mapserver.demo").joinpath("services.toml").read_text("utf-8")
        path.write_text(listed.replace("ADDRESS", self.address), encoding="utf-8")
        return path

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one POST and answer it (HTTP/1.1, RFC 9112)."""
        status = "400 Bad Request"
        with suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, KeyError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            fields = (line.partition(":") for line in head.split("\r\n")[1:])
            headers = {name.lower(): value.strip() for name, _, value in fields}
            body = await reader.readexactly(min(int(headers["content-length"]), LARGEST))
            status = self._take(headers, body)
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        with suppress(ConnectionError):
            await writer.drain()
        writer.close()

    def _take(self, headers: Mapping[str, str], body: bytes) -> str:
        expected = signature(self.key.encode(), int(headers["vanagas-timestamp"]), body)
        if not hmac.compare_digest(expected, headers["vanagas-signature"]):
            return "403 Forbidden"
        said = json.loads(body)
        if said["event"] == ReferralNews.HANDED_OVER:
            task = asyncio.create_task(self._see_to_it(said))
            self._work.add(task)
            task.add_done_callback(self._work.discard)
        return "204 No Content"

    async def _see_to_it(self, said: Mapping[str, Any]) -> None:
        """Answer on the status page, as somebody of the service would."""
        async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
            for after_s, answer, text in ANSWERS:
                await asyncio.sleep(after_s)
                try:
                    await client.post(said["status_link"], data={"said": answer.value, "text": text})
                except httpx.HTTPError as error:
                    log.warning("the simulated service cannot answer: %s", error)
