"""Cameras of the suite that are fetched from: one that streams its events, one with ONVIF's pull point."""

import asyncio
import base64
import hashlib
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import uvicorn
from defusedxml.ElementTree import fromstring
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

USER, PASSWORD = "vanagas", "from the mast"
SOAP = "application/soap+xml; charset=utf-8"


@asynccontextmanager
async def answering(app: Starlette) -> AsyncIterator[str]:
    """The address of `app` while the block runs, such as http://127.0.0.1:40123."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off")
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    await server.is_ready.wait()
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        server.force_exit = True
        await task


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_ready.set()


class StreamingCamera:
    """Streams what it is told to, in parts, to whoever attaches with the right digest."""

    def __init__(self, path: str, boundary: str = "boundary") -> None:
        self.called = asyncio.Event()
        """Set when somebody asks it for something."""
        self.app = Starlette(routes=[Route(path, self._attach)])
        self.password = PASSWORD
        self.attached = 0
        """How often somebody attached."""
        self.refused = 0
        self._boundary = boundary
        self._news: asyncio.Queue[bytes | None] = asyncio.Queue()

    def say(self, body: bytes, kind: str, *, with_length: bool = True) -> None:
        length = f"Content-Length: {len(body)}\r\n" if with_length else ""
        head = f"--{self._boundary}\r\nContent-Type: {kind}\r\n{length}\r\n"
        self._news.put_nowait(head.encode() + body + b"\r\n")

    def hang_up(self) -> None:
        self._news.put_nowait(None)

    async def _attach(self, request: Request) -> Response:
        self.called.set()
        if not _is_signed(request, self.password):
            if "authorization" in request.headers:
                self.refused += 1
            ask = 'Digest realm="camera", nonce="4f1c", qop="auth", algorithm=MD5'
            return Response(status_code=401, headers={"WWW-Authenticate": ask})
        self.attached += 1
        return StreamingResponse(self._stream(), media_type=f"multipart/mixed; boundary={self._boundary}")

    async def _stream(self) -> AsyncIterator[bytes]:
        while (piece := await self._news.get()) is not None:
            for start in range(0, len(piece), 50):
                yield piece[start : start + 50]


def _is_signed(request: Request, password: str) -> bool:
    """Whether it has the Digest answer of RFC 7616 for the right password."""
    said = dict(re.findall(r'(\w+)="?([^",]+)"?', request.headers.get("authorization", "")))
    if said.get("username") != USER:
        return False

    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    asked = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    parts = (md5(f"{USER}:camera:{password}"), said["nonce"], said["nc"], said["cnonce"], "auth")
    return bool(said["response"] == md5(":".join((*parts, md5(f"GET:{asked}")))))


class PullPointCamera:
    """An ONVIF device with a clock of its own, which gives what it is told to, once."""

    def __init__(self, *, clock_ahead: timedelta = timedelta()) -> None:
        self.app = Starlette(routes=[Route("/{path:path}", self._answer, methods=["POST"])])
        self.called = asyncio.Event()
        """Set when somebody asks it for something."""
        self.password = PASSWORD
        self.subscriptions = 0
        self.forgotten = asyncio.Event()
        """It was told that a subscription is needed no more."""
        self.renewed = asyncio.Event()
        """It was told that one is to last longer."""
        self._clock_ahead = clock_ahead
        self._news: asyncio.Queue[bytes] = asyncio.Queue()
        self._lost: set[int] = set()

    def say(self, notification: bytes) -> None:
        self._news.put_nowait(notification)

    def lose_subscription(self) -> None:
        """As after a restart."""
        self._lost.add(self.subscriptions)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._clock_ahead

    async def _answer(self, request: Request) -> Response:
        envelope = fromstring(await request.body())
        header, body = envelope[0], envelope[1]
        asked = body[0].tag.rpartition("}")[2]
        self.called.set()
        if asked == "GetSystemDateAndTime":
            return _soap(_date_and_time(self.now()))
        if not self._is_signed(header):
            fault = "<s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode>"
            return _soap(f"<s:Fault>{fault}</s:Code><s:Reason><s:Text>No</s:Text></s:Reason></s:Fault>", status=400)
        if asked == "GetCapabilities":
            return _soap("<C><Events><XAddr>http://192.0.2.9:8080/onvif/events</XAddr></Events></C>")
        if asked == "CreatePullPointSubscription":
            assert urlsplit(str(request.url)).path == "/onvif/events"
            self.subscriptions += 1
            return _soap(
                "<C><SubscriptionReference><Address>http://192.0.2.9:8080/onvif/subscription</Address>"
                '<ReferenceParameters><d:SubscriptionId xmlns:d="http://camera.example/">'
                f"{self.subscriptions}</d:SubscriptionId></ReferenceParameters></SubscriptionReference></C>"
            )
        return await self._of_subscription(header, asked)

    async def _of_subscription(self, header: Element, asked: str) -> Response:
        said = {one.tag: one.text for one in header}
        number = int(said.get("{http://camera.example/}SubscriptionId") or 0)
        if number != self.subscriptions or number in self._lost:
            fault = "<s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text>no such subscription</s:Text>"
            return _soap(f"<s:Fault>{fault}</s:Reason></s:Fault>", status=500)
        if asked == "PullMessages":
            return _soap(f"<P>{(await self._pulled()).decode()}</P>")
        if asked == "Renew":
            self.renewed.set()
        if asked == "Unsubscribe":
            self.forgotten.set()
        return _soap(f"<{asked}Response/>")

    async def _pulled(self) -> bytes:
        with suppress(TimeoutError):
            return await asyncio.wait_for(self._news.get(), 0.2)
        return b""

    def _is_signed(self, header: Element) -> bool:
        said = {one.tag.rpartition("}")[2]: one.text or "" for one in header.iter()}
        if said.get("Username") != USER:
            return False
        created = datetime.fromisoformat(said["Created"])
        whole = base64.b64decode(said["Nonce"]) + said["Created"].encode() + self.password.encode()
        digest = base64.b64encode(hashlib.sha1(whole, usedforsecurity=False).digest()).decode()
        return digest == said["Password"] and abs(created - self.now()) < timedelta(seconds=10)


def _soap(body: str, *, status: int = 200) -> Response:
    envelope = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:ter="http://www.onvif.org/ver10/error">'
        f"<s:Body>{body}</s:Body></s:Envelope>"
    )
    return Response(envelope, status_code=status, media_type=SOAP)


def _date_and_time(at: datetime) -> str:
    return (
        "<G><SystemDateAndTime><UTCDateTime>"
        f"<Time><Hour>{at.hour}</Hour><Minute>{at.minute}</Minute><Second>{at.second}</Second></Time>"
        f"<Date><Year>{at.year}</Year><Month>{at.month}</Month><Day>{at.day}</Day></Date>"
        "</UTCDateTime></SystemDateAndTime></G>"
    )
