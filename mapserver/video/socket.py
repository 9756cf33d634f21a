"""Live video over a WebSocket, for Media Source Extensions: first what it is, then fragments as they come.

The server sends JSON texts and binary messages, as go2rtc does (`{"type": "mse", "value": MIME}`, then binary: the
initialisation segment, then one fragment a picture). Further texts: `lost` (the camera's run is over; `mse` comes again
when the next one begins), `withdrawn` (privacy masks were changed: what was sent is to be shown no more), `off` (not
read at present, or too many others are converted; the line closes), `alive` (nothing else for ALIVE_S).
The viewer answers `{"at": SECONDS}` now and then: the end of what it has, in the run's time. So the server knows how
far behind a viewer is, whatever networks and proxies hold in between, and lets it skip instead of queueing up.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from anyio import CancelScope
from fastapi import WebSocket, WebSocketDisconnect
from fastapi.concurrency import run_in_threadpool

from mapserver.access.lease import lease
from mapserver.camera_setups.video_source import Sight, sight_for
from mapserver.core.services import Services
from mapserver.web.dependencies import credential
from mapserver.web.routes import GuardedRouter
from mapserver.web.socket_refusal import refuse
from telemetry.access import Permission, Principal
from telemetry.errors import Overloaded, VanagasError
from telemetry.messages import Message
from vision.feeds.packet_queue import PacketQueue
from vision.feeds.packets import Packet, StreamForm
from vision.fmp4 import TIMESCALE, read_fragment
from vision.live.channel import Channel
from vision.live.fragment_packer import mime_type
from vision.live.watched_camera import WatchedCamera

router = GuardedRouter()
log = logging.getLogger(__name__)

ALIVE_S = 2.0
CHECKED_S = 5.0
"""Whether the camera is still in a town that the viewer may see is checked again as often."""
QUEUE_S = 1.0
"""Pictures that waited longer are left out when the next key frame is there."""
UNDER_WAY_S = 2.0
"""So much video may be under way to a viewer who says what came; beyond it waits here, where it can be left out."""
OFF = Message("player.off_duty")


@router.websocket("/media/live/{camera_id}")
async def watch(socket: WebSocket, camera_id: str, small: bool = False, converted: bool = False) -> None:
    """Show one viewer one camera; `?small=1` takes its smaller stream, if it has one, `?converted=1` the same as H.264,
    whatever the camera sends. Each look is written down."""
    parts: Services = socket.app.state.services
    await socket.accept()
    try:
        held = await credential(socket, parts)
        who = held.principal
        who.require(Permission.SEE_FOOTAGE)
        async with lease(parts.principals, held):
            await _look(socket, parts, who, camera_id, small=small, converted=converted)
    except VanagasError as error:
        await refuse(socket, error)
    except (WebSocketDisconnect, RuntimeError):  # starlette raises RuntimeError when sending on a closed socket
        log.debug("a viewer of %s left", camera_id)


async def _look(
    socket: WebSocket, parts: Services, who: Principal, camera_id: str, *, small: bool, converted: bool
) -> None:
    seen = await run_in_threadpool(_sight, parts, camera_id, who)
    watched = parts.jobs.watched().get(camera_id)
    if watched is None:
        await _say(socket, type="off", value=OFF.text())
        await socket.close()
        return
    look = await run_in_threadpool(parts.looks.begin, who, seen.city, camera_id)
    try:
        await _show(socket, parts, who, camera_id, watched, _channel(watched, small=small, converted=converted))
    except Overloaded as error:
        await _say(socket, type="off", value=error.message)
        await socket.close()
    finally:
        with CancelScope(shield=True):  # it is written down however the line ends
            await run_in_threadpool(parts.looks.end, look)


def _channel(watched: WatchedCamera, *, small: bool, converted: bool) -> Channel:
    if converted:
        return watched.converted
    if small:
        return watched.small
    return watched.live


def _sight(parts: Services, camera_id: str, who: Principal) -> Sight:
    with parts.store.read() as session:
        return sight_for(session, camera_id, who)


async def _show(
    socket: WebSocket, parts: Services, who: Principal, camera_id: str, watched: WatchedCamera, channel: Channel
) -> None:
    """Send until the viewer leaves, loses the right, or the camera goes off duty."""
    checked = spoken = time.monotonic()
    async with _joined(socket, channel) as viewer:
        while not viewer.left:
            await viewer.news(ALIVE_S)
            now = time.monotonic()
            if await viewer.send():
                spoken = now
            elif now - spoken >= ALIVE_S:
                spoken = now
                await _say(socket, type="alive")
            if now - checked >= CHECKED_S:
                checked = now
                await run_in_threadpool(_sight, parts, camera_id, who)
            if parts.jobs.watched().get(camera_id) is not watched:
                await _say(socket, type="off", value=OFF.text())
                await socket.close()
                return


class _Viewer:
    """One viewer's line: what waits for it, and how far it says to be."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._loop, self._news = asyncio.get_running_loop(), asyncio.Event()
        self.waiting = PacketQueue(most_packets=1_000, most_s=QUEUE_S, on_event=self._wake)
        self._sent_s = 0.0
        self._has_s: float | None = None
        self.left = False

    async def news(self, timeout_s: float) -> None:
        """Return when there is something to send or the viewer spoke, or after `timeout_s`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._news.wait()
        self._news.clear()

    async def send(self) -> bool:
        """Send what waits, as far as the viewer keeps up; whether there was anything."""
        said = False
        while not self.left and not self._behind() and (news := self.waiting.get(0)) is not None:
            said = True
            if isinstance(news, Packet):
                await self._socket.send_bytes(news.data)
                self._sent_s = read_fragment(news.data).decoded_at / TIMESCALE
            elif isinstance(news, StreamForm):
                self._has_s = None
                self._sent_s = 0.0
                await _begin(self._socket, news)
            else:
                await _say(self._socket, type=news.value)
        return said

    async def listen(self) -> None:
        """Hear what the viewer has, until it leaves."""
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                self.left = True
                self._news.set()
                return
            with suppress(ValueError, TypeError, KeyError):
                self._has_s = float(json.loads(message.get("text") or "{}")["at"])
                self._news.set()

    def _behind(self) -> bool:
        return self._has_s is not None and self._sent_s - self._has_s > UNDER_WAY_S

    def _wake(self) -> None:
        with suppress(RuntimeError):  # the loop ended first
            self._loop.call_soon_threadsafe(self._news.set)


@asynccontextmanager
async def _joined(socket: WebSocket, channel: Channel) -> AsyncIterator[_Viewer]:
    viewer = _Viewer(socket)
    leave = await run_in_threadpool(channel.join, viewer.waiting)
    listening = asyncio.create_task(viewer.listen())
    try:
        yield viewer
    finally:
        listening.cancel()
        with CancelScope(shield=True):
            await run_in_threadpool(leave)


async def _begin(socket: WebSocket, form: StreamForm) -> None:
    mime = mime_type(form)
    await _say(socket, type="mse", value=mime, codec=form.codec, width=form.width, height=form.height)
    if mime is not None:
        await socket.send_bytes(form.init)


async def _say(socket: WebSocket, **message: Any) -> None:
    await socket.send_text(json.dumps(message))
