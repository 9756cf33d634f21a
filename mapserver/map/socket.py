"""The WebSocket: snapshot or resume, then deltas, then a sign of life when nothing happens."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

from fastapi import WebSocket, WebSocketDisconnect
from fastapi.concurrency import run_in_threadpool

from mapserver.access.lease import lease
from mapserver.core.hub import Missed, News
from mapserver.core.services import Services
from mapserver.map.snapshot import snapshot
from mapserver.map.spoken_changes import spoken
from mapserver.web.dependencies import credential
from mapserver.web.routes import GuardedRouter
from mapserver.web.socket_refusal import refuse
from telemetry.access import Permission, Principal, visibility
from telemetry.clock import iso
from telemetry.errors import VanagasError
from telemetry.visibility import Visibility

router = GuardedRouter()
log = logging.getLogger(__name__)

ALIVE_S = 5.0
"""Longest silence in seconds."""
OF_INCIDENTS = frozenset({"incident", "drone_request", "escalation", "skipped_step", "referral", "mention"})
"""Kinds of change for those who may see incidents."""
OF_FOOTAGE = frozenset({"clip", "unmasking"})
"""Kinds of change for those who may see footage."""


@router.websocket("/api/v1/live")
async def live(socket: WebSocket, epoch: str | None = None, since: int | None = None) -> None:
    """Feed one viewer until it leaves or its rights end. `?epoch=E&since=SEQ` resumes after a break."""
    parts: Services = socket.app.state.services
    await socket.accept()
    try:
        held = await credential(socket, parts)
        viewer = held.principal
        viewer.require(Permission.SEE_MAP)
        async with lease(parts.principals, held):
            await _feed(socket, parts, viewer, epoch, since)
    except VanagasError as error:
        await refuse(socket, error)
    except (WebSocketDisconnect, RuntimeError):  # starlette raises RuntimeError when sending on a closed socket
        log.debug("a viewer left")


@dataclass(frozen=True)
class _Heard:
    """How far a viewer has come."""

    seq: int
    """The number of the last change it was sent, or of its snapshot."""
    place: int
    """The same place in this process's order, in which changes in passing have one, too."""
    visible: Visibility
    """Whose changes these are."""


async def _feed(socket: WebSocket, parts: Services, viewer: Principal, epoch: str | None, since: int | None) -> None:
    heard = await _begin(socket, parts, viewer, epoch, since)
    listening = asyncio.create_task(_until_closed(socket))
    try:
        while not listening.done():
            heard = await _next(socket, parts, viewer, heard)
    finally:
        listening.cancel()


async def _begin(socket: WebSocket, parts: Services, viewer: Principal, epoch: str | None, since: int | None) -> _Heard:
    if epoch != parts.hub.epoch or since is None:
        return await _send_snapshot(socket, parts, viewer)
    await run_in_threadpool(parts.store.catch_up)  # another server may have sent it what this one has not heard yet
    visible = visibility(viewer)
    try:
        place = parts.hub.place(visible, since)
    except Missed:
        return await _send_snapshot(socket, parts, viewer)
    await socket.send_json({"type": "resumed", "epoch": epoch, "seq": since})
    return _Heard(since, place, visible)


async def _next(socket: WebSocket, parts: Services, viewer: Principal, heard: _Heard) -> _Heard:
    visible = visibility(viewer)
    if visible != heard.visible:  # a town was added
        return await _send_snapshot(socket, parts, viewer)
    await parts.hub.wait(visible, heard.place, timeout_s=ALIVE_S)
    try:
        news = parts.hub.after(visible, heard.place)
    except Missed:
        return await _send_snapshot(socket, parts, viewer)
    if not news:
        await socket.send_json({"type": "alive", "seq": heard.seq, "at": iso(parts.clock.now())})
    for one in news:
        message = _message(parts.hub.epoch, viewer, one)
        if message is not None:
            await socket.send_json(message)
        heard = _Heard(heard.seq if one.seq is None else one.seq, one.place, visible)
    return heard


def _message(epoch: str, viewer: Principal, news: News) -> dict[str, Any] | None:
    """What a viewer is sent: a number even for what its role may not see, so that nothing looks missing."""
    changes = [_in_words(news.shown)] if _may_hear(viewer, news.shown["kind"]) else []
    if news.seq is not None:
        return {"type": "delta", "epoch": epoch, "seq": news.seq, "changes": changes}
    if not changes:
        return None
    return {"type": "passing", "changes": changes}


def _in_words(shown: dict[str, Any]) -> dict[str, Any]:
    """The change in the language of the present request; one of a thing that is gone says nothing."""
    data = shown["data"]
    return shown if data is None else {**shown, "data": spoken(data)}


def _may_hear(viewer: Principal, kind: str) -> bool:
    if kind in OF_INCIDENTS:
        return viewer.may(Permission.SEE_INCIDENTS)
    if kind in OF_FOOTAGE:
        return viewer.may(Permission.SEE_FOOTAGE)
    return True


async def _send_snapshot(socket: WebSocket, parts: Services, viewer: Principal) -> _Heard:
    while True:
        visible = visibility(viewer)
        picture = await run_in_threadpool(snapshot, parts, viewer)
        try:
            place = parts.hub.place(visible, picture["seq"])
        except Missed:  # more has changed meanwhile than is remembered
            continue
        await socket.send_json({"type": "snapshot", **picture})
        return _Heard(int(picture["seq"]), place, visible)


async def _until_closed(socket: WebSocket) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
