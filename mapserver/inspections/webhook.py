"""Tells an administrator of each fault by a POST to the address in the settings. Tries a few times, and never waits."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from mapserver.core.version import VERSION
from mapserver.faults.registry import Faults, StandingFault
from telemetry.supervision import Supervisor, TaskHeartbeat

log = logging.getLogger(__name__)

PAUSES_S = (2.0, 10.0, 60.0)
"""Before each further try; then it is given up, and the fault still stands on the page."""
MOST_WAITING = 100
TIMEOUT_S = 10.0


class Webhook:
    """Posts `{"event": "fault", "part": …, "what": …, "remedy": …, "since": …, "city": …, "version": …}` as JSON."""

    def __init__(
        self,
        url: str,
        faults: Faults,
        *,
        pauses_s: Sequence[float] = PAUSES_S,
        transport: httpx.AsyncBaseTransport | None = None,
        supervisor: Supervisor | None = None,
    ) -> None:
        """`pauses_s` are seconds between tries."""
        self._url = url
        self._faults = faults
        self._pauses_s = pauses_s
        self._transport = transport
        self._waiting: asyncio.Queue[StandingFault] = asyncio.Queue(MOST_WAITING)
        self._worker = (supervisor or Supervisor()).task("webhook", self._run, cancelled=True)
        self._unheard: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin with the faults that stand now."""
        loop = asyncio.get_running_loop()

        def hear(fault: StandingFault) -> None:
            loop.call_soon_threadsafe(self._queue, fault)

        self._unheard = self._faults.listen(hear)
        for fault in self._faults.standing():
            self._queue(fault)
        self._worker.start()

    async def stop(self) -> None:
        """End; what was not yet told is not told."""
        if self._unheard is not None:
            self._unheard()
        await self._worker.stop()

    def _queue(self, fault: StandingFault) -> None:
        try:
            self._waiting.put_nowait(fault)
        except asyncio.QueueFull:
            log.warning("the webhook is behind; it is not told of the fault in %s", fault.part)

    async def _run(self, heartbeat: TaskHeartbeat) -> None:
        async with httpx.AsyncClient(timeout=TIMEOUT_S, transport=self._transport) as client:
            while True:
                await self._tell(client, await self._waiting.get())
                heartbeat.worked()

    async def _tell(self, client: httpx.AsyncClient, fault: StandingFault) -> None:
        said: dict[str, Any] = {"event": "fault", "version": VERSION, **fault.as_json(remedy=True)}
        why = ""
        for pause_s in (0.0, *self._pauses_s):
            await asyncio.sleep(pause_s)
            try:
                (await client.post(self._url, json=said)).raise_for_status()
                return
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                why = str(error) or type(error).__name__
        log.warning("the webhook could not be told of the fault in %s: %s", fault.part, why)
