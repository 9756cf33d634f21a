"""Addresses of video: what may be opened, how it is shown, and what FFmpeg is told. Opens nothing.

A camera is asked (pull), or we wait to be called (push): with `?listen` after the address we are the server, as a
phone or body camera that publishes needs it. FFmpeg takes one caller there: rtsp (ANNOUNCE and RECORD), rtmp, tcp and
http listen, udp always does. SRT comes in where Debian's ffmpeg is installed (`vision.feeds.srt`). Where many publish,
or by WebRTC, MediaMTX stands in front and is asked by RTSP.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from telemetry.errors import BadMedia
from telemetry.messages import Message

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


_PLACE = re.compile(r"(?P<host>[\w.-]*|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?=[/?#]|$)")
"""Where an address leads: a host, perhaps with a port, up to a path, a query or the end."""
_NEEDS_CODE = re.compile(r"[^!-~]|[/?#@\[\]<>\"]|%(?![0-9A-Fa-f]{2})")
"""What cannot stand in a user name or password as it is (RFC 3986 3.2.1)."""
_SECRET = re.compile(r"(?i)((?:password|passwd|pwd|pass)=)[^&/_?]*")
"""Some cameras want the password in the path."""


@dataclass(frozen=True)
class StreamAddress:
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
    scheme, _, rest = str(source).partition("://")
    readings = _readings(rest)
    if len(readings) != 1 or "@" in readings[0][1].partition("?")[0]:
        return f"{scheme}://…"  # what is taken for a host or a path may be a part of the password
    shown = urlsplit(f"{scheme}://{readings[0][1]}")
    path = _SECRET.sub(r"\1…", shown.path)
    return f"{shown.scheme}://{shown.netloc}{path}"


def read_address(text: str, *, transport: Transport = "tcp") -> StreamAddress:
    """The address `text`; RTSP by `transport`. A password may stand in it as it is.

    Raises BadMedia for what is no stream's address, and where it is not clear where a password in it ends.
    """
    name = display_name(text)
    scheme, _, rest = text.partition("://")
    scheme = scheme.lower()
    if scheme not in SCHEMES:
        raise BadMedia(Message("feeds.no_stream", source=name, scheme=scheme, schemes=sorted(SCHEMES)))
    readings = _readings(rest)
    if len(readings) != 1:
        raise BadMedia(Message("feeds.unclear_password", source=name, scheme=scheme))
    credentials, place = readings[0]
    parts = urlsplit(f"{scheme}://{credentials}{place}")
    asked = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(key, value) for key, value in asked if (key, value) not in (("listen", ""), ("mode", "listener"))]
    listens = kept != asked
    if listens and scheme not in _LISTEN:
        raise BadMedia(Message("feeds.nobody_calls", source=name, scheme=scheme, schemes=sorted(_LISTEN)))
    options = dict(_LISTEN[scheme]) if listens else {}
    if scheme.startswith("rtsp") and not listens:
        options |= {"rtsp_transport": transport}
    query = urlencode(kept) if listens else parts.query
    return StreamAddress(name, urlunsplit(parts._replace(query=query)), listens or scheme == "udp", options)


def _readings(rest: str) -> list[tuple[str, str]]:
    """The ways to read what follows `scheme://`: user and password with their @, encoded, and the rest; mostly one.

    A password may hold any character, so every @ may be the one that ends it. Where some lead to a name with a dot, a
    number or brackets, the others are no hosts.
    """
    ends = [at + 1 for at, char in enumerate(rest) if char == "@" and ":" in rest[:at]]
    usual = re.match(r"[^/?#]*@", rest)
    if usual is not None:
        ends.append(usual.end())
    plain = _PLACE.match(rest)
    places = {end: found for end in ends if (found := _PLACE.match(rest, end)) is not None}
    if plain is not None and (not places or _is_certain(plain["host"])):
        return [("", rest)]
    certain = [end for end, found in places.items() if _is_certain(found["host"])]
    return [(_encoded(rest[: end - 1]) + "@", rest[end:]) for end in sorted(set(certain or places))]


def _is_certain(host: str) -> bool:
    return "." in host or host.startswith("[") or host == "localhost"


def _encoded(credentials: str) -> str:
    """User and password as they may stand in an address; as they are when they may."""
    if not _NEEDS_CODE.search(credentials):
        return credentials
    user, colon, password = credentials.partition(":")
    return quote(user, safe="") + colon + quote(password, safe="")
