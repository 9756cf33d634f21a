"""The sockets and lines under a link: bytes out, bytes in. Understands none of them."""

import asyncio
import errno
from collections.abc import Callable
from typing import Protocol, cast

from telemetry.errors import VehicleSilent
from telemetry.links.address import LinkAddress, Medium
from telemetry.messages import Message

OnBytes = Callable[[bytes], bool]
"""Given what was heard; says whether it came from somebody to be spoken to."""


class Transport(Protocol):
    """An open way to a vehicle."""

    def send(self, data: bytes) -> None:
        """Send as far as anybody is at the other end; else it is lost, as radio is."""

    def close(self) -> None:
        """Let go."""


async def open_transport(address: LinkAddress, on_bytes: OnBytes) -> Transport:
    """Open `address`; what is heard goes to `on_bytes`. Raises VehicleSilent when it cannot be opened."""
    try:
        match address.medium:
            case Medium.UDP_IN:
                return await _listen_udp(address, on_bytes)
            case Medium.UDP_OUT:
                return await _open_udp(address, on_bytes)
            case Medium.TCP_IN:
                return await _serve_tcp(address, on_bytes)
            case Medium.TCP_OUT:
                return await _open_tcp(address, on_bytes)
            case Medium.SERIAL:
                return _SerialLine(address, on_bytes)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise VehicleSilent(_port_taken(address)) from error
        reason = error.strerror or str(error)
        raise VehicleSilent(Message("links.check_address", link=address, reason=reason)) from error


async def listen_on_free_port(on_bytes: OnBytes) -> tuple[Transport, int]:
    """Listen on a UDP port of this machine that the system chooses and that is held from then on; gives its number."""
    port = _UdpPort()
    link = _Udp(port, on_bytes)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: port, local_addr=("127.0.0.1", 0))
    return link, int(transport.get_extra_info("sockname")[1])


def _port_taken(address: LinkAddress) -> Message:
    udp = address.medium in (Medium.UDP_IN, Medium.UDP_OUT)
    return Message("links.port_taken", link=address, port=address.number, kind="u" if udp else "t")


class _UdpPort(asyncio.DatagramProtocol):
    """One socket, and the links on it: each hears all that comes."""

    def __init__(self) -> None:
        self.links: list[_Udp] = []
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        for link in list(self.links):
            link.received(data, addr)


class _Udp:
    """Speaks to whoever spoke last and was meant, or to the fixed other end."""

    def __init__(self, port: _UdpPort, on_bytes: OnBytes, other: tuple[str, int] | None = None) -> None:
        self._port = port
        self._on_bytes = on_bytes
        self._other = other
        self._fixed = other is not None
        port.links.append(self)

    def received(self, data: bytes, addr: tuple[str, int]) -> None:
        before = self._other
        if not self._fixed:
            self._other = addr  # first, as it may be answered at once
        if not self._on_bytes(data):
            self._other = before

    def send(self, data: bytes) -> None:
        if self._port.transport is not None and self._other is not None:
            self._port.transport.sendto(data, self._other)

    def close(self) -> None:
        if self in self._port.links:
            self._port.links.remove(self)
        if not self._port.links:
            for key in [key for key, port in _ports.items() if port is self._port]:
                del _ports[key]
            if self._port.transport is not None:
                self._port.transport.close()


_ports: dict[tuple[asyncio.AbstractEventLoop, str, int], _UdpPort] = {}
"""Ports that vehicles share, each known by its system id."""


async def _listen_udp(address: LinkAddress, on_bytes: OnBytes) -> _Udp:
    loop = asyncio.get_running_loop()
    key = (loop, address.host, address.number)
    if address.system is not None and key in _ports and _ports[key].links:
        return _Udp(_ports[key], on_bytes)
    port = _UdpPort()
    link = _Udp(port, on_bytes)
    if address.system is not None:
        _ports[key] = port  # before it is open, for whoever opens it at the same time
    try:
        await loop.create_datagram_endpoint(lambda: port, local_addr=key[1:])
    except OSError:
        link.close()
        raise
    return link


async def _open_udp(address: LinkAddress, on_bytes: OnBytes) -> _Udp:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(address.host, address.number, type=2)
    there = (str(found[0][4][0]), address.number)
    here = ("::" if ":" in there[0] else "0.0.0.0", 0)  # noqa: S104 - the answer may come by any way
    _, port = await loop.create_datagram_endpoint(_UdpPort, local_addr=here)
    return _Udp(port, on_bytes, there)


class _Tcp(asyncio.Protocol):
    """One stream; a server takes the latest that connects."""

    def __init__(self, on_bytes: OnBytes) -> None:
        self._on_bytes = on_bytes
        self._transport: asyncio.Transport | None = None
        self._server: asyncio.Server | None = None

    def listen(self, server: asyncio.Server) -> None:
        """Close `server` too when closed."""
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._transport is not None:
            self._transport.close()
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._on_bytes(data)

    def send(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        if self._transport is not None:
            self._transport.close()


async def _open_tcp(address: LinkAddress, on_bytes: OnBytes) -> _Tcp:
    loop = asyncio.get_running_loop()
    _, tcp = await loop.create_connection(lambda: _Tcp(on_bytes), address.host, address.number)
    return tcp


async def _serve_tcp(address: LinkAddress, on_bytes: OnBytes) -> _Tcp:
    tcp = _Tcp(on_bytes)
    tcp.listen(await asyncio.get_running_loop().create_server(lambda: tcp, address.host, address.number))
    return tcp


class _SerialLine:
    """A serial line, read when the system says that there is something."""

    def __init__(self, address: LinkAddress, on_bytes: OnBytes) -> None:
        import serial  # noqa: PLC0415 - only where there is such a line

        self._on_bytes = on_bytes
        self._line = serial.Serial(address.host, address.number, timeout=0, write_timeout=0)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._line.fileno(), self._read)

    def _read(self) -> None:
        if data := self._line.read(4096):
            self._on_bytes(data)

    def send(self, data: bytes) -> None:
        self._line.write(data)

    def close(self) -> None:
        self._loop.remove_reader(self._line.fileno())
        self._line.close()
