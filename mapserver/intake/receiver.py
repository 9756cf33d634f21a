"""Devices that call in over TCP: alarm panels (SIA DC-09) and senders of Milestone's analytics events.

Each frame is answered once it is kept, so that a panel that gets no answer sends it again. Reads no frame by itself.
"""

import asyncio
import logging
import re
from contextlib import suppress

from mapserver.core.device_settings import ReceiverSettings
from mapserver.core.services import Services
from mapserver.intake.flow import DeviceMessage, receive
from mapserver.intake.silence import SilenceWatch
from telemetry.errors import VanagasError
from telemetry.supervision import TaskHeartbeat
from vision.events.sia.frames import answer, frame_in, lines_in, negative_answer

log = logging.getLogger(__name__)

MOST_CALLERS = 500
"""Connections at a time."""
LARGEST_FRAME = 256_000
IDLE_S = 900.0
"""A connection on which nothing comes for so long is closed; a device opens another."""
LOOK_S = 5.0
NULL_ACCOUNT = "?"
SIA_END = re.compile(rb"\r")
MILESTONE_END = re.compile(rb"</AnalyticsEvent\s*>")
MILESTONE_START = re.compile(rb"<\?xml|<AnalyticsEvent")
HTTP_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
READABLE = frozenset({"SIA-DCS", "ADM-CID", "NULL"})


class DeviceReceiver:
    """Listens on one port for one dialect; made by `mapserver/program/jobs.py` for each of the settings."""

    def __init__(self, parts: Services, settings: ReceiverSettings) -> None:
        self._parts = parts
        self._settings = settings
        self._server: asyncio.Server | None = None
        self._callers: set[asyncio.Task[None]] = set()
        self._silence = SilenceWatch(parts, settings.silent_after_s)
        self._name = f"{settings.dialect} receiver"
        self._worker = parts.workers.task(self._name, self._watch)

    async def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        self._server = await asyncio.start_server(self._call, self._settings.host, self._settings.port)
        self._worker.start()

    async def stop(self) -> None:
        """Listen no longer, and let every caller go."""
        await self._worker.stop()
        if self._server is not None:
            self._server.close()
        for caller in list(self._callers):
            caller.cancel()
        await asyncio.gather(*self._callers, return_exceptions=True)

    @property
    def port(self) -> int:
        """The port that is listened on."""
        if self._server is None:
            return self._settings.port
        return int(self._server.sockets[0].getsockname()[1])

    async def _watch(self, heartbeat: TaskHeartbeat) -> None:
        while not await heartbeat.wait(min(LOOK_S, self._settings.silent_after_s / 2)):
            self._silence.look()
            heartbeat.worked()

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._callers) >= MOST_CALLERS:
            writer.close()
            return
        self._callers.add(task)
        try:
            await self._converse(reader, writer)
        except (OSError, TimeoutError, asyncio.CancelledError):
            pass
        finally:
            self._callers.discard(task)
            writer.close()
            with suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        end = SIA_END
        if self._settings.dialect == "milestone":
            end = MILESTONE_END
        waiting = b""
        while chunk := await asyncio.wait_for(reader.read(65_536), IDLE_S):
            waiting += chunk
            while (found := end.search(waiting)) is not None:
                frame = waiting[: found.end()]
                waiting = waiting[found.end() :]
                writer.write(await self._answer(frame))
                await writer.drain()
            if len(waiting) > LARGEST_FRAME:
                return

    async def _answer(self, frame: bytes) -> bytes:
        """What is said to a frame; nothing when it could not be kept, so that it comes again."""
        try:
            if self._settings.dialect == "milestone":
                return await self._take_event(frame)
            return await self._take_frame(frame)
        except VanagasError as error:
            log.warning("%s: a frame could not be kept: %s", self._name, error.message)
            return b""

    async def _take_event(self, document: bytes) -> bytes:
        is_request = document.startswith(b"POST ")
        start = MILESTONE_START.search(document)
        if start is not None:
            document = document[start.start() :]
        await receive(self._parts, DeviceMessage("milestone", document, "application/xml"))
        if is_request:
            return HTTP_ANSWER
        return b""

    async def _take_frame(self, payload: bytes) -> bytes:
        frame = next(filter(None, map(frame_in, lines_in(payload))), None)
        if frame is None or not frame.is_checked:
            return negative_answer(f"{self._parts.clock.now():%H:%M:%S,%m-%d-%Y}")
        self._silence.hear(frame.account or NULL_ACCOUNT)
        if frame.id not in READABLE:
            return answer("DUH", frame)
        await receive(self._parts, DeviceMessage("sia_dc09", frame.body + b"\r", "text/plain"))
        return answer("ACK", frame)
