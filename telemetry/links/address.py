"""Connection URLs as MAVSDK writes them, taken apart.

Forms (mavsdk.mavlink.io, "Connections"): udpin://HOST:PORT, udpout://HOST:PORT, tcpin://HOST:PORT, tcpout://HOST:PORT,
serial://DEVICE:BAUD. `in` waits for the vehicle to speak first, `out` speaks first. Beyond those: ?system=7 behind it
for one vehicle of several that speak on the same link.
"""

import contextlib
import random
import socket
from dataclasses import dataclass
from enum import StrEnum

from telemetry.errors import BadInput
from telemetry.messages import Message

PORTS = (10_000, 32_000)


class Medium(StrEnum):
    """What the bytes travel over, and who speaks first."""

    UDP_IN = "udpin"
    UDP_OUT = "udpout"
    TCP_IN = "tcpin"
    TCP_OUT = "tcpout"
    SERIAL = "serial"


@dataclass(frozen=True)
class LinkAddress:
    """One end of a link."""

    medium: Medium
    host: str
    """A host, or the device of a serial line."""
    number: int
    """A port, or the baud rate of a serial line."""
    system: int | None = None
    """The vehicle's MAVLink system id; None for the first that is heard."""

    def __str__(self) -> str:
        address = f"{self.medium}://{self.host}:{self.number}"
        if self.system is None:
            return address
        return f"{address}?system={self.system}"


def read_address(url: str) -> LinkAddress:
    """The address in `url`. Raises BadInput naming the part that is wrong and the forms there are."""
    where, question, system = url.strip().partition("?system=")
    scheme, separator, rest = where.partition("://")
    if not separator or scheme not in set(Medium):
        raise BadInput(Message("links.no_link", url=url))
    host, colon, number = rest.rpartition(":")
    highest = 65_535
    needed = Message("links.host_and_port")
    if scheme == Medium.SERIAL:
        highest = 10_000_000
        needed = Message("links.device_and_rate")
    if not colon or not host or not number.isascii() or not number.isdigit() or not 0 < int(number) <= highest:
        raise BadInput(Message("links.needs", url=url, what=needed, scheme=scheme))
    if question and not (system.isascii() and system.isdigit() and 0 < int(system) <= 255):
        raise BadInput(Message("links.no_system", url=url))
    return LinkAddress(Medium(scheme), host.strip("[]"), int(number), int(system) if question else None)


def free_udp_port() -> int:
    """A UDP port of this machine that nobody uses, below those that the system gives out by itself meanwhile."""
    while True:
        port = random.SystemRandom().randrange(*PORTS)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
