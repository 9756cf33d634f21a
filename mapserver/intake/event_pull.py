"""Events of one camera fetched over a connection that is held open, by one of the servers of a database.

A message is asked to be kept until it is; meanwhile no other is fetched. A connection that breaks is made again.
"""

import asyncio
import logging
from contextlib import aclosing

from mapserver.core.device_settings import PullSettings
from mapserver.core.services import Services
from mapserver.faults import Amiss
from mapserver.intake.flow import DeviceMessage, receive
from mapserver.intake.silence import SilenceWatch
from telemetry.cities import City
from telemetry.errors import UnknownCamera, VanagasError
from telemetry.messages import Message
from telemetry.supervision import TaskHeartbeat
from telemetry.visibility import Visibility
from vision.cameras import service as cameras
from vision.events.pulls import AttachedStream, DeviceAddress, PulledMessage, PullFailed, PullPoint, whole_url
from vision.events.pulls.values import RETRY_S

log = logging.getLogger(__name__)

LOOK_S = 2.0
"""Between two looks at the lease and at the device's silence."""
TURN_S = 10.0
"""Between two looks while another server has the lease: each asks the database."""
KEEP_AGAIN_S = 2.0
"""Between two tries to keep a message that the database did not take."""
CLOCK_OFF_S = 30.0
"""A device's clock that is off by more is told of as a fault."""
PICTURES = "image/"
"""Parts of a stream that follow an alert; events of a pull are kept without their pictures."""


class EventPull:
    """Made by `mapserver/program/jobs.py` for each of the settings."""

    def __init__(self, parts: Services, settings: PullSettings) -> None:
        self._parts = parts
        self._settings = settings
        self._name = f"events {settings.camera}"
        self._silence = SilenceWatch(parts, settings.silent_after_s)
        self._failed_in_a_row = 0
        self._worker = parts.workers.task(self._name, self._run)

    def start(self) -> None:
        """Begin to fetch, on the running event loop."""
        self._worker.start()

    async def stop(self) -> None:
        """Fetch no more; the device is told so where its dialect has a word for that."""
        await self._worker.stop()

    async def _run(self, heartbeat: TaskHeartbeat) -> None:
        pulling: asyncio.Task[None] | None = None
        try:
            while not heartbeat.stopping:
                is_own = await asyncio.to_thread(self._parts.leases.is_own, self._name)
                if is_own and pulling is None:
                    pulling = asyncio.create_task(self._pull(), name=self._name)
                if pulling is not None and (pulling.done() or not is_own):
                    await _ended(pulling)
                    pulling = None
                self._silence.look()
                heartbeat.worked()
                await heartbeat.wait(LOOK_S if is_own else TURN_S)
        finally:
            if pulling is not None:
                pulling.cancel()
                await asyncio.wait({pulling})

    async def _pull(self) -> None:
        """Fetch until cancelled."""
        while True:
            try:
                await self._pull_once()
            except PullFailed as error:
                self._fail(error)
                await asyncio.sleep(error.retry_s)

    async def _pull_once(self) -> None:
        """Fetch over one connection. Raises PullFailed when it breaks, or when there is none."""
        source = self._source()
        town = await asyncio.to_thread(self._town)
        is_first = True
        async with aclosing(source.messages()) as messages:
            async for message in messages:
                if is_first:
                    self._connected(source.clock_offset_s)
                is_first = False
                self._silence.hear(self._settings.camera)
                await self._keep(message, town)

    def _source(self) -> AttachedStream | PullPoint:
        wanted = self._settings
        address = DeviceAddress(
            whole_url(wanted.url, wanted.dialect),
            wanted.username,
            wanted.password.get_secret_value(),
            wanted.scheme,
            wanted.ca_file,
        )
        if wanted.dialect == "onvif":
            return PullPoint(address, self._parts.clock)
        return AttachedStream(address, self._parts.clock)

    def _town(self) -> City | None:
        """Where the camera stands; None while nobody has added it, and what it says waits in quarantine."""
        with self._parts.store.read() as session:
            visible = Visibility(None, self._parts.settings.scope)
            try:
                return City(cameras.by_device_name(session, self._settings.camera, visible).city)
            except UnknownCamera:
                return None

    async def _keep(self, message: PulledMessage, town: City | None) -> None:
        if not message.payload or message.content_type.startswith(PICTURES):
            return
        wanted = self._settings
        device = DeviceMessage(wanted.dialect, message.payload, message.content_type, wanted.camera, town=town)
        while True:
            try:
                await receive(self._parts, device)
            except VanagasError as error:
                log.warning("%s: a message could not be kept: %s", self._name, error.message)
                if error.status < 500:
                    return
                await asyncio.sleep(KEEP_AGAIN_S)
            else:
                return

    def _connected(self, clock_offset_s: float | None) -> None:
        self._parts.faults.end(self._name)
        self._failed_in_a_row = 0
        off_s = round(clock_offset_s or 0.0)
        part = f"device {self._settings.camera} clock"
        if abs(off_s) > CLOCK_OFF_S:
            what = Message("faults.device_clock", device=self._settings.camera, offset_s=off_s)
            self._parts.faults.begin(part, Amiss(what, Message("faults.device_clock_remedy")))
        else:
            self._parts.faults.end(part)

    def _fail(self, error: PullFailed) -> None:
        """Devices end a connection now and then: that is told of when it cannot be made again."""
        self._failed_in_a_row += 1
        log.info("%s: %s", self._name, error.message)
        if self._failed_in_a_row > 1 or error.retry_s > RETRY_S:
            what = Message("faults.events_not_pulled", device=self._settings.camera, reason=error.told)
            self._parts.faults.begin(self._name, Amiss(what, Message("faults.events_not_pulled_remedy")))


async def _ended(pulling: asyncio.Task[None]) -> None:
    """End it; raises what it failed with."""
    pulling.cancel()
    await asyncio.wait({pulling})
    if not pulling.cancelled():
        pulling.result()
