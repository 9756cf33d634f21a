"""The WebSocket: snapshot or resume, then deltas, then a sign of life when nothing happens."""

import asyncio
import logging
from typing import Any

from fastapi import WebSocket, WebSocketDisconnect
from fastapi.concurrency import run_in_threadpool

from mapserver.access.lease import lease
from mapserver.core.hub import Missed
from mapserver.core.services import Services
from mapserver.map.snapshot import snapshot
from mapserver.web.dependencies import credential
from mapserver.web.routes import GuardedRouter
from mapserver.web.socket_refusal import refuse
from telemetry.access import Permission, Principal, visible_cities
from telemetry.clock import iso
from telemetry.errors import VanagasError

router = GuardedRouter()
log = logging.getLogger(__name__)

ALIVE_S = 5.0
"""Longest silence in seconds."""
OF_INCIDENTS = frozenset({"incident", "drone_request"})
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


async def _feed(socket: WebSocket, parts: Services, viewer: Principal, epoch: str | None, since: int | None) -> None:
    seq = await _begin(socket, parts, viewer, epoch, since)
    listening = asyncio.create_task(_until_closed(socket))
    try:
        while not listening.done():
            seq = await _next(socket, parts, viewer, seq)
    finally:
        listening.cancel()


async def _begin(socket: WebSocket, parts: Services, viewer: Principal, epoch: str | None, since: int | None) -> int:
    cities = visible_cities(viewer)
    if epoch == parts.hub.epoch and since is not None:
        try:
            parts.hub.since(cities, since)
        except Missed:
            return await _send_snapshot(socket, parts, viewer)
        await socket.send_json({"type": "resumed", "epoch": epoch, "seq": since})
        return since
    return await _send_snapshot(socket, parts, viewer)


async def _next(socket: WebSocket, parts: Services, viewer: Principal, seq: int) -> int:
    cities = visible_cities(viewer)
    await parts.hub.wait(cities, seq, timeout_s=ALIVE_S)
    try:
        deltas = parts.hub.since(cities, seq)
    except Missed:
        return await _send_snapshot(socket, parts, viewer)
    if not deltas:
        await socket.send_json({"type": "alive", "seq": seq, "at": iso(parts.clock.now())})
        return seq
    for delta in deltas:
        await socket.send_json({"type": "delta", "epoch": parts.hub.epoch, **_for(viewer, delta)})
    return int(deltas[-1]["seq"])


def _for(viewer: Principal, delta: dict[str, Any]) -> dict[str, Any]:
    """The delta with what the role may not see left out; its number stays, so that nothing looks missing."""
    hidden = frozenset() if viewer.may(Permission.SEE_INCIDENTS) else OF_INCIDENTS
    hidden |= frozenset() if viewer.may(Permission.SEE_FOOTAGE) else OF_FOOTAGE
    return {**delta, "changes": [c for c in delta["changes"] if c["kind"] not in hidden]} if hidden else delta


async def _send_snapshot(socket: WebSocket, parts: Services, viewer: Principal) -> int:
    picture = await run_in_threadpool(snapshot, parts, viewer)
    await socket.send_json({"type": "snapshot", **picture})
    return int(picture["seq"])


async def _until_closed(socket: WebSocket) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
