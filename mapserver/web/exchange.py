"""What holds for every HTTP request and answer, as ASGI: headers, one meaning of a body's length, and no reading on.

Knows nothing of routes. An answer to a request whose body was not read closes the connection, so that the rest is
never read.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as AsgiMessage

from mapserver.web.headers import add_security_headers
from mapserver.web.problem_json import as_json
from telemetry.errors import BadRequest, NotFound, VanagasError
from telemetry.messages import Message

BOTH_LENGTHS = Message("web.both_lengths")
NO_SOCKET = Message("web.no_socket")


class Exchange:
    """The outermost middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._app(scope, receive, _SocketRefusal(scope, send))
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        sends_chunks = "transfer-encoding" in headers
        body = _Body(receive, present=sends_chunks or headers.get("content-length", "0") != "0")
        answer = _Answer(send, body)
        if sends_chunks and "content-length" in headers:
            await _error(BadRequest(BOTH_LENGTHS))(scope, body, answer)
            return
        await self._app(scope, body, answer)


class _Body:
    """`receive`, and whether all that the client sends has been read."""

    def __init__(self, receive: Receive, *, present: bool) -> None:
        self._receive = receive
        self.unread = present

    async def __call__(self) -> AsgiMessage:
        message = await self._receive()
        if not message.get("more_body", False):
            self.unread = False
        return message


class _Answer:
    """`send` with the headers that every answer has."""

    def __init__(self, send: Send, body: _Body) -> None:
        self._send = send
        self._body = body

    async def __call__(self, message: AsgiMessage) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            add_security_headers(headers)
            if self._body.unread:
                headers["Connection"] = "close"
        await self._send(message)


class _SocketRefusal:
    """`send` of a WebSocket; one that is refused before it began gets an error as other requests do."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._send = send
        self._pending = "websocket.http.response" in scope.get("extensions", {})

    async def __call__(self, message: AsgiMessage) -> None:
        refused = self._pending and message["type"] == "websocket.close"
        self._pending = False
        if not refused:
            await self._send(message)
            return
        error = _error(NotFound(NO_SOCKET))
        headers = MutableHeaders(raw=error.raw_headers)
        add_security_headers(headers)
        await self._send({"type": "websocket.http.response.start", "status": error.status_code, "headers": headers.raw})
        await self._send({"type": "websocket.http.response.body", "body": error.body})


def _error(error: VanagasError) -> JSONResponse:
    return JSONResponse(as_json(error), error.status)
