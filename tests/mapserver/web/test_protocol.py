"""Connections that are half a request, no request, or that take nothing of what is sent, over real sockets."""

import json
import select
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from mapserver.core.request_settings import RequestSettings
from mapserver.core.services import Services
from mapserver.core.settings import Settings
from telemetry.access import Role
from telemetry.cities import all_towns
from telemetry.scopes import LIVE
from telemetry.store import Change
from tests.mapserver.serving import serving

WITHIN_S = 60.0


@pytest.fixture
def settings(parts: Services) -> Settings:
    """Deadlines that a test can wait for."""
    parts.settings.requests = RequestSettings.model_construct(headers_within_s=0.2, response_within_s=0.3)
    return parts.settings


@pytest.fixture
def port(parts: Services, settings: Settings) -> Iterator[int]:
    with serving(parts) as address:
        yield int(address.rpartition(":")[2])


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    """A connection to it."""
    with socket.create_connection(("127.0.0.1", port), timeout=WITHIN_S) as line:
        yield line


def all_of(line: socket.socket) -> bytes:
    """What comes until the other side closes; what came before a reset counts too."""
    read = b""
    try:
        while piece := line.recv(65_536):
            read += piece
    except ConnectionResetError:
        pass
    return read


def told(answer: bytes) -> tuple[int, dict[str, str], dict[str, str]]:
    """Status, headers and JSON of the only answer in `answer`."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return int(first.split()[1]), headers, json.loads(body)


def test_half_a_request_is_given_up(port: int) -> None:
    with connected(port) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        status, headers, error = told(all_of(line))
    assert (status, error["error"], headers["x-content-type-options"]) == (408, "TooSlow", "nosniff")


def test_a_connection_that_says_nothing_is_closed(port: int) -> None:
    with connected(port) as line:
        assert all_of(line) == b""


def test_half_a_second_request_is_given_up_too(port: int) -> None:
    with connected(port) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert line.recv(65_536).startswith(b"HTTP/1.1 200")
        line.sendall(b"GET /healthz HTTP/1.1\r\n")
        assert b"HTTP/1.1 408" in all_of(line)


@pytest.mark.parametrize(
    "request_text",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nFolded: a\r\n\tb\r\nX : y\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz",
    ],
    ids=[
        "no HTTP", "two hosts", "no host", "two sizes", "negative size", "blank in a name", "blank before the colon",
        "both lengths",
    ],
)  # fmt: skip
def test_what_is_no_http_is_answered_once_in_the_one_shape(port: int, request_text: bytes) -> None:
    with connected(port) as line:
        line.sendall(request_text)
        status, headers, error = told(all_of(line))
    assert (status, error["error"], headers["connection"]) == (400, "BadRequest", "close")


def test_headers_without_end_are_refused_as_too_large(port: int) -> None:
    with connected(port) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 40_000)
        status, headers, error = told(all_of(line))
    assert (status, error["error"], headers["connection"]) == (431, "HeadersTooLarge", "close")


def test_a_stranger_who_sends_much_is_told_and_cut_off(port: int) -> None:
    with connected(port) as line:
        line.sendall(b"POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nContent-Length: 16777216\r\n\r\n")
        status, headers, error = told(all_of(line))
    assert (status, error["error"], headers["connection"]) == (401, "NotSignedIn", "close")


def test_who_takes_nothing_of_an_answer_is_cut_off(port: int) -> None:
    ask = b"GET /static/vendor/maplibre-gl/maplibre-gl.js HTTP/1.1\r\nHost: x\r\n\r\n"
    with deaf(port) as line, pytest.raises((ConnectionResetError, BrokenPipeError)):
        while True:
            line.sendall(ask)


def test_a_viewer_who_takes_nothing_of_the_live_feed_is_cut_off(
    parts: Services, port: int, token: Callable[..., str]
) -> None:
    upgrade = (
        "GET /api/v1/live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        f"Authorization: Bearer {token(Role.PILOT)}\r\n\r\n"
    )
    with deaf(port) as line:
        line.sendall(upgrade.encode())
        begun = line.recv(100)
        assert begun.startswith(b"HTTP/1.1 101")
        while b"snapshot" not in begun:
            begun += line.recv(100)
        for number in range(100):
            parts.store.announce(Change("unit", f"DRN-{number}", all_towns(), LIVE, {"name": "x" * 200_000}))
        end = select.poll()
        end.register(line, 0)
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            while True:
                line.sendall(EMPTY_TEXT_FRAME)
                end.poll(BETWEEN_FRAMES_MS)


EMPTY_TEXT_FRAME = b"\x81\x80\0\0\0\0"
"""Of a client, masked (RFC 6455 5.2)."""

BETWEEN_FRAMES_MS = 100
"""A viewer speaks now and then: a connection that the server has ended answers the next frame with a reset."""


@contextmanager
def deaf(port: int) -> Iterator[socket.socket]:
    """A connection with little room for what nobody takes."""
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        line.settimeout(WITHIN_S)
        line.connect(("127.0.0.1", port))
        yield line
