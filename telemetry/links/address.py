"""Connection URLs as MAVSDK writes them, taken apart.

Forms (mavsdk.mavlink.io, "Connections"): udpin://HOST:PORT, udpout://HOST:PORT, tcpin://HOST:PORT, tcpout://HOST:PORT,
serial://DEVICE:BAUD. `in` waits for the vehicle to speak first, `out` speaks first.
"""

import socket
from dataclasses import dataclass
from enum import StrEnum

from telemetry.errors import BadInput

_FORMS = "udpin://HOST:PORT, udpout://HOST:PORT, tcpin://HOST:PORT, tcpout://HOST:PORT or serial://DEVICE:BAUD"


class Medium(StrEnum):
    """What the bytes travel over, and who speaks first."""

    UDP_IN = "udpin"
    UDP_OUT = "udpout"
    TCP_IN = "tcpin"
    TCP_OUT = "tcpout"
    SERIAL = "serial"


@dataclass(frozen=True)
class Address:
    """One end of a link."""

    medium: Medium
    host: str
    """A host, or the device of a serial line."""
    number: int
    """A port, or the baud rate of a serial line."""

    def __str__(self) -> str:
        return f"{self.medium}://{self.host}:{self.number}"


def read_address(url: str) -> Address:
    """The address in `url`. Raises BadInput naming the part that is wrong and the forms there are."""
    scheme, separator, rest = url.strip().partition("://")
    if not separator or scheme not in set(Medium):
        raise BadInput(f"{url!r} is no link; write {_FORMS}")
    host, colon, number = rest.rpartition(":")
    most = 10_000_000 if scheme == Medium.SERIAL else 65_535
    if not colon or not host or not number.isascii() or not number.isdigit() or not 0 < int(number) <= most:
        what = "a device and a baud rate" if scheme == Medium.SERIAL else "a host and a port from 1 to 65535"
        raise BadInput(f"{url!r} needs {what} after {scheme}://; write {_FORMS}")
    return Address(Medium(scheme), host.strip("[]"), int(number))


def free_udp_port() -> int:
    """A UDP port of this machine that nobody uses at the moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
