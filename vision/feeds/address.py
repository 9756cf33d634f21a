"""Addresses of video: what may be opened, how it is shown, and what FFmpeg is told. Opens nothing.

A camera is asked (pull), or we wait to be called (push): with `?listen` after the address we are the server, as a
phone or body camera that publishes needs it. FFmpeg takes one caller there: rtsp (ANNOUNCE and RECORD), rtmp, tcp and
http listen, udp always does. Where many publish, or by SRT or WebRTC, MediaMTX stands in front and is asked by RTSP.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from telemetry.errors import BadMedia

SCHEMES = frozenset({"rtsp", "rtsps", "http", "https", "rtmp", "rtmps", "srt", "tcp", "udp"})
Transport = Literal["tcp", "udp"]
_LISTEN = {
    "rtsp": {"rtsp_flags": "listen", "listen_timeout": "5"},
    "rtmp": {"listen": "1"},
    "tcp": {"listen": "1"},
    "http": {"listen": "1"},
    "srt": {"mode": "listener"},
    "udp": {},
}
"""FFmpeg's own word for it in each protocol (ffmpeg-protocols, ffmpeg-formats)."""


@dataclass(frozen=True)
class Address:
    """A stream's address, read."""

    name: str
    """As it may be shown and logged: without user, password and query."""
    url: str
    """As FFmpeg opens it."""
    listens: bool
    """The camera calls us."""
    options: dict[str, str] = field(default_factory=dict)


def is_address(source: str | Path) -> bool:
    """Whether `source` is an address rather than a file."""
    return isinstance(source, str) and "://" in source


def display_name(source: str | Path) -> str:
    """`source` as it may be shown and logged: an address without user, password and query."""
    if not is_address(source):
        return str(source)
    parts = urlsplit(str(source))
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def read_address(text: str, *, transport: Transport = "tcp") -> Address:
    """The address `text`; RTSP by `transport`. Raises BadMedia for what is no stream's address."""
    name, parts = display_name(text), urlsplit(text)
    scheme = parts.scheme.lower()
    if scheme not in SCHEMES:
        raise BadMedia(f"{name}: {scheme}:// is not a stream; use a file, or one of {', '.join(sorted(SCHEMES))}")
    asked = parse_qsl(parts.query, keep_blank_values=True)
    rest = [(key, value) for key, value in asked if (key, value) not in (("listen", ""), ("mode", "listener"))]
    listens = rest != asked
    if listens and scheme not in _LISTEN:
        raise BadMedia(f"{name}: nobody can call by {scheme}://; listen with one of {', '.join(sorted(_LISTEN))}")
    options = dict(_LISTEN[scheme]) if listens else {}
    if scheme.startswith("rtsp") and not listens:
        options |= {"rtsp_transport": transport}
    query = urlencode(rest) if listens else parts.query
    return Address(name, urlunsplit(parts._replace(query=query)), listens or scheme == "udp", options)
