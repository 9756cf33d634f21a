"""Whatever is refused, wherever it is refused, is told in the one shape of errors."""

from collections.abc import Callable, Iterator

import pytest
from pydantic import TypeAdapter

from mapserver.core.request_settings import RequestSettings
from mapserver.core.services import Services
from mapserver.web.problem_shapes import shape_of
from telemetry.access import Role
from tests.mapserver.serving import serving
from tests.mapserver.web.test_protocol import all_of, connected, told

SOCKET = (
    "GET {path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
TOO_SLOW = 408
LAST = "Host: x\r\nConnection: close\r\n"


@pytest.fixture
def port(parts: Services, status: int) -> Iterator[int]:
    """Of a server that waits for headers for a moment only where somebody is too slow with them."""
    within_s = 0.2 if status == TOO_SLOW else 60
    parts.settings.requests = RequestSettings.model_construct(headers_within_s=within_s)
    with serving(parts) as address:
        yield int(address.rpartition(":")[2])


@pytest.mark.parametrize(
    ("asked", "status", "kind"),
    [
        (f"GET /api/v1/nothing HTTP/1.1\r\n{LAST}\r\n", 404, "NotFound"),
        (f"GET /static/nothing.js HTTP/1.1\r\n{LAST}\r\n", 404, "NotFound"),
        (f"DELETE /healthz HTTP/1.1\r\n{LAST}\r\n", 405, "WrongMethod"),
        (f"GET /api/v1/incidents HTTP/1.1\r\n{LAST}\r\n", 401, "NotSignedIn"),
        (f"GET /api/v1/incidents?limit=0 HTTP/1.1\r\n{LAST}Authorization: Bearer TOKEN\r\n\r\n", 422, "BadInput"),
        (
            f"POST /api/v1/reports HTTP/1.1\r\n{LAST}Authorization: Bearer TOKEN\r\nContent-Length: 9999999\r\n\r\n",
            413,
            "TooLarge",
        ),
        (f"GET / HTTP/1.1\r\n{LAST}X: {'a' * 40_000}", 431, "HeadersTooLarge"),
        ("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", TOO_SLOW, "TooSlow"),
        ("nonsense\r\n\r\n", 400, "BadRequest"),
        (SOCKET.format(path="/api/v1/nothing"), 404, "NotFound"),
    ],
    ids=lambda value: str(value)[:24] if isinstance(value, int) else None,
)
def test_a_refusal_has_the_one_shape(port: int, token: Callable[..., str], asked: str, status: int, kind: str) -> None:
    with connected(port) as line:
        line.sendall(asked.replace("TOKEN", token(Role.COORDINATOR)).encode())
        answered, headers, error = told(all_of(line))
    assert (answered, error["error"]) == (status, kind)
    TypeAdapter(shape_of(status)).validate_python(error, extra="forbid")
    assert headers["content-type"] == "application/json"
    assert headers["x-content-type-options"] == "nosniff"
