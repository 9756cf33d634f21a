"""A simulated camera: an RTSP server (RFC 2326) on loopback that sends a clip over TCP or UDP, in real time, for ever.

It knows no second track. What goes wrong with cameras can be made to go wrong here.
"""

import asyncio
import base64
import contextlib
import random
import re
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from vision.simulator.clip import Clip, read_clip


class SimulatedCamera:
    """Serves `clip` at `address` between `start` and `stop`, on a thread of its own. May be started again."""

    def __init__(
        self,
        clip: Path,
        *,
        port: int = 0,
        in_step: bool = False,
        account: tuple[str, str] | None = None,
        repeats_sets: bool = False,
    ) -> None:
        """`port` 0 takes a free one, and keeps it. Each viewer sees the clip from its beginning, or `in_step` with all
        others what there is to see now. Who does not give the `account`, user and password, is refused.
        `repeats_sets`: see read_clip."""
        self._clip = read_clip(clip, repeats_sets=repeats_sets)
        self._port = port
        self.in_step = in_step
        self.begun = 0.0
        """When it was switched on, on its loop's clock, which is the monotonic one."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._viewers: set[asyncio.Task[None]] = set()
        self.flowing = threading.Event()
        """While cleared the connection stays and no picture comes."""
        self.flowing.set()
        self.loss = 0.0
        """The share of RTP packets that are lost on the way, 0..1."""
        self.clock: Callable[[float], float] = lambda seconds: seconds
        """What the camera's clock shows so many seconds after a viewer began."""
        self._account = account
        self.refused = 0
        """Requests with a user name or password that are not those of the account."""
        self.sent = 0
        """Pictures, to all viewers together."""
        self.connections = 0
        """That were ever made."""

    @property
    def address(self) -> str:
        """Where it is to be read."""
        return f"rtsp://127.0.0.1:{self._port}/live"

    def admits(self, authorization: str | None) -> bool:
        """Whether a request with that header (RFC 7617) is answered."""
        if self._account is None:
            return True
        expected = "Basic " + base64.b64encode(":".join(self._account).encode()).decode()
        if authorization is not None and authorization != expected:
            self.refused += 1
        return authorization == expected

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Be switched on; returns when it answers."""
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True)
        self._thread.start()
        ready.wait()

    def stop(self) -> None:
        """Have the plug pulled; returns when every connection is closed."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._off.set)
            self._thread.join()
            self._loop = None

    async def _serve(self, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._off = asyncio.Event()
        server = await asyncio.start_server(self._attend, "127.0.0.1", self._port)
        self._port = server.sockets[0].getsockname()[1]
        self.begun = self._loop.time()
        ready.set()
        await self._off.wait()
        server.close()
        for viewer in list(self._viewers):
            viewer.cancel()
        await asyncio.gather(*self._viewers, return_exceptions=True)

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        viewer = asyncio.create_task(_Viewer(self, self._clip, reader, writer).attend())
        self._viewers.add(viewer)
        await asyncio.gather(viewer, return_exceptions=True)
        self._viewers.discard(viewer)
        writer.transport.abort()


class _Viewer:
    """One connection to the camera."""

    def __init__(
        self, camera: SimulatedCamera, clip: Clip, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._camera = camera
        self._clip = clip
        self._reader = reader
        self._writer = writer
        self._udp: asyncio.DatagramTransport | None = None
        self._chance = random.Random(1)

    async def attend(self) -> None:
        """Answer its requests until it leaves."""
        playing: asyncio.Task[None] | None = None
        try:
            while (request := await self._request()) is not None:
                verb, headers = request
                await self._answer(verb, headers)
                if verb == "PLAY":
                    playing = asyncio.create_task(self._play())
                if verb == "TEARDOWN":
                    return
        finally:
            if playing is not None:
                playing.cancel()
                with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                    await playing
            if self._udp is not None:
                self._udp.close()

    async def _request(self) -> tuple[str, dict[str, str]] | None:
        """Its next request's verb and headers; what it reports over interleaved RTCP is passed over."""
        while (first := await self._reader.read(1)) == b"$":
            _, length = struct.unpack(">BH", await self._reader.readexactly(3))
            await self._reader.readexactly(length)
        if not first:
            return None
        head = (first + await self._reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        return lines[0].split()[0], headers

    async def _answer(self, verb: str, headers: dict[str, str]) -> None:
        status = "200 OK"
        extra = ""
        body = ""
        if not self._camera.admits(headers.get("authorization")):
            status = "401 Unauthorized"
            extra = 'WWW-Authenticate: Basic realm="camera"\r\n'
        elif verb == "OPTIONS":
            extra = "Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN\r\n"
        elif verb == "DESCRIBE":
            body = self._clip.sdp
            extra = f"Content-Type: application/sdp\r\nContent-Base: {self._camera.address}/\r\n"
        elif verb == "SETUP":
            extra = f"Transport: {await self._transport(headers.get('transport', ''))}\r\n"
        self._writer.write(
            f"RTSP/1.0 {status}\r\nCSeq: {headers.get('cseq', '0')}\r\nSession: 1;timeout=60\r\n{extra}"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        await self._writer.drain()

    async def _transport(self, asked: str) -> str:
        ports = re.search(r"client_port=(\d+)-(\d+)", asked)
        if ports is None:
            return "RTP/AVP/TCP;unicast;interleaved=0-1"
        self._udp, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0), remote_addr=("127.0.0.1", int(ports[1]))
        )
        port = self._udp.get_extra_info("sockname")[1]
        return f"RTP/AVP;unicast;client_port={ports[1]}-{ports[2]};server_port={port}-{port + 1}"

    async def _play(self) -> None:
        loop = asyncio.get_running_loop()
        came = loop.time()
        begun = came
        if self._camera.in_step:
            begun = self._camera.begun
        for due, packets in self._clip.packets(self._chance.getrandbits(32), self._camera.clock):
            if begun + due < came:
                continue
            await asyncio.sleep(begun + due - loop.time())
            if not self._camera.flowing.is_set():
                continue
            for packet in packets:
                if self._chance.random() < self._camera.loss:
                    continue
                if self._udp is not None:
                    self._udp.sendto(packet)
                else:
                    self._writer.write(struct.pack(">cBH", b"$", 0, len(packet)) + packet)
            await self._writer.drain()
            self._camera.sent += 1
