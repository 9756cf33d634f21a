"""A hundred clients that wish the server ill, from a process of their own.

`python -m benchmarks._hostile_load HOST PORT INSPECTOR_TOKEN SECONDS` prints what they were answered, by kind.
"""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache

from benchmarks._order_load import document, photo

CLIENTS = {"documents": 20, "passwords": 20, "halves": 20, "deaf": 15, "photos": 15, "paths": 10}
"""A hundred in all."""
ELSEWHERE = 10
"""Nice: the clients would be on machines of their own, and do not take the server's processors from it."""
PAUSE_S = 0.05
"""Before a client comes again."""
BOUNDARY = "photo-boundary"


@dataclass(frozen=True)
class Target:
    """Whom they are after."""

    host: str
    port: int
    token: str


async def _documents(target: Target) -> str:
    """16 MB of JSON from nobody."""
    body = _document()
    head = "POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nContent-Type: application/json"
    return await _exchange(target, f"{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)


async def _passwords(target: Target) -> str:
    """A wrong password for the pilot."""
    body = "username=pilot.dobele&password=wrong-password"
    head = "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded"
    return await _exchange(target, f"{head}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())


async def _halves(target: Target) -> str:
    """Half a request, and then nothing."""
    return await _exchange(target, b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Le")


async def _deaf(target: Target) -> str:
    """A live feed and large files that are asked for and never read."""
    _reader, writer = await asyncio.open_connection(target.host, target.port, limit=1)
    try:
        feed = (
            "GET /api/v1/live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            f"Authorization: Bearer {target.token}\r\n\r\n"
        )
        file = "GET /static/vendor/maplibre-gl/maplibre-gl.mjs HTTP/1.1\r\nHost: x\r\n\r\n" * 50
        writer.write((file + feed).encode())
        await writer.drain()
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.sleep(20)
        return "held for 20 s"
    finally:
        writer.transport.abort()


async def _paths(target: Target) -> str:
    """A page that there is not."""
    return await _exchange(target, b"GET /nothing HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n")


async def _photos(target: Target) -> str:
    """A photo of 12 MB from the inspector's account."""
    body = _photo_form()
    head = (
        f"POST /report HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {target.token}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return await _exchange(target, head.encode() + body)


async def _exchange(target: Target, request: bytes) -> str:
    """The status of the answer."""
    reader, writer = await asyncio.open_connection(target.host, target.port)
    try:
        writer.write(request)
        sending = asyncio.ensure_future(writer.drain())
        first = await reader.readline()
        sending.cancel()
        await asyncio.wait([sending])  # whose own end is not mistaken for the end of this client
        if not sending.cancelled():
            sending.exception()
        return first.split()[1].decode() if first else "closed"
    finally:
        writer.transport.abort()


@cache
def _document() -> bytes:
    return document()


@cache
def _photo_form() -> bytes:
    fields = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {"category": "dumping", "lat": "56.621", "lon": "23.281"}.items()
    )
    file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\nContent-Type: image/jpeg'
    return f"{fields}{file}\r\n\r\n".encode() + photo() + f"\r\n--{BOUNDARY}--\r\n".encode()


async def _client(kind: str, act: Callable[[Target], Awaitable[str]], target: Target, tally: Counter[str]) -> None:
    while True:
        try:
            came = await act(target)
        except OSError as error:
            came = type(error).__name__
        tally[f"{kind}: {came}"] += 1
        await asyncio.sleep(PAUSE_S)


async def _attack(target: Target, for_s: float) -> Counter[str]:
    tally: Counter[str] = Counter()
    acts = {
        "documents": _documents,
        "passwords": _passwords,
        "halves": _halves,
        "deaf": _deaf,
        "photos": _photos,
        "paths": _paths,
    }
    clients = [
        asyncio.create_task(_client(kind, acts[kind], target, tally))
        for kind, count in CLIENTS.items()
        for _ in range(count)
    ]
    await asyncio.sleep(for_s)
    for client in clients:
        client.cancel()
    await asyncio.gather(*clients, return_exceptions=True)
    return tally


def main(host: str, port: str, token: str, for_s: str) -> None:
    """Begin when told to."""
    os.nice(ELSEWHERE)
    _document()
    _photo_form()
    print("ready", flush=True)
    sys.stdin.readline()
    tally = asyncio.run(_attack(Target(host, int(port), token), float(for_s)))
    print(", ".join(f"{count} x {came}" for came, count in sorted(tally.items())), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
