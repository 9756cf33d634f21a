"""uvicorn's HTTP protocol with the deadlines that it lacks: for a request's headers, and for who takes no answer.

Nothing here knows routes or principals; what is refused here is no HTTP, or too slow to become a request.
"""

import asyncio
import json
import sys
from http import HTTPStatus
from typing import Any, ClassVar

import h11
from starlette.datastructures import MutableHeaders
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from mapserver.core.request_settings import RequestSettings
from mapserver.web.headers import add_security_headers
from mapserver.web.problem_json import as_json
from telemetry.errors import BadRequest, HeadersTooLarge, TooSlow, VanagasError
from telemetry.messages import Message


class TakingDeadline:
    """Ends a connection whose other end does not take what waits for it, at the slowest speed or faster.

    It stays on duty while a connection closes: else one that is never read would stay for ever.
    """

    def __init__(self, limits: RequestSettings) -> None:
        self._within_s = limits.response_within_s
        self._least = limits.response_within_s * limits.slowest_bytes_per_s
        self._transport: asyncio.Transport
        self._timer: asyncio.TimerHandle | None = None
        self._left = 0

    def attach(self, transport: asyncio.Transport) -> None:
        """Watch `transport`; its protocol says when something begins to wait, and when nothing does any more."""
        self._transport = transport
        transport.set_write_buffer_limits(high=1, low=0)  # with TLS, 0 would pause for good: nothing is enough for it

    def begin(self) -> None:
        """Something waits."""
        self.stop()
        self._left = self._transport.get_write_buffer_size()
        self._timer = asyncio.get_running_loop().call_later(self._within_s, self._look)

    def stop(self) -> None:
        """Nothing waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        waits = self._transport.get_write_buffer_size()
        if self._left - waits >= min(self._least, self._left):
            self.begin()
        else:
            self._transport.abort()


class TakingProtocol(asyncio.Protocol):
    """What both of uvicorn's protocols lack: to be put before one of them as a base."""

    limits: ClassVar[RequestSettings] = RequestSettings()

    def __init__(self, *args: Any, **options: Any) -> None:
        """Arguments are those of uvicorn's own class."""
        super().__init__(*args, **options)
        self._taking = TakingDeadline(self.limits)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._taking.attach(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._taking.stop()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._taking.begin()

    def resume_writing(self) -> None:
        self._taking.stop()
        super().resume_writing()


class DeadlineProtocol(TakingProtocol, H11Protocol):
    """A connection that is closed when headers do not come, or when nothing of an answer is taken."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Arguments are those of uvicorn's own class."""
        super().__init__(*args, **options)
        self._headers_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_headers()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_expecting_headers()
        elif self._headers_due is None:
            self._expect_headers()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        self._stop_expecting_headers()
        self._taking.stop()
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_expecting_headers()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP in the one shape of errors."""
        error = sys.exception()  # uvicorn tells nothing of it
        if isinstance(error, h11.RemoteProtocolError) and error.error_status_hint == HeadersTooLarge.status:
            self._refuse(HeadersTooLarge(Message("requests.headers_too_large")))
        else:
            self._refuse(BadRequest(Message("web.not_http")))

    def _expect_headers(self) -> None:
        self._headers_due = self.loop.call_later(self.limits.headers_within_s, self._headers_missing)

    def _stop_expecting_headers(self) -> None:
        if self._headers_due is not None:
            self._headers_due.cancel()
            self._headers_due = None

    def _headers_missing(self) -> None:
        if self.conn.trailing_data[0]:
            self._refuse(TooSlow(Message("web.headers_late")))
        else:
            self.transport.close()

    def _refuse(self, problem: VanagasError) -> None:
        status = HTTPStatus(problem.status)
        body = json.dumps(as_json(problem)).encode()
        headers = MutableHeaders(
            {"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"}
        )
        add_security_headers(headers)
        answer = h11.Response(status_code=status, headers=headers.raw, reason=status.phrase.encode())
        for event in (answer, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


class DeadlineSocketProtocol(TakingProtocol, WebSocketsSansIOProtocol):  # type: ignore[misc]  # narrows a transport
    """A WebSocket that is closed when its viewer takes nothing of what is sent."""


def http_protocol(limits: RequestSettings) -> type[DeadlineProtocol]:
    """The protocol class with `limits`; uvicorn takes a class and makes its instances itself."""
    return type("DeadlineProtocol", (DeadlineProtocol,), {"limits": limits})


def socket_protocol(limits: RequestSettings) -> type[DeadlineSocketProtocol]:
    """As `http_protocol`, for WebSockets."""
    return type("DeadlineSocketProtocol", (DeadlineSocketProtocol,), {"limits": limits})
