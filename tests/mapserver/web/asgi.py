"""Requests as ASGI messages, to see what an application reads and answers without a client in between."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message


@dataclass
class Answered:
    """What came back."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    reads: int = 0
    """How many pieces of the body the application asked for."""

    def json(self) -> Any:
        return json.loads(self.body)


async def ask(
    app: ASGIApp, method: str, path: str, *, headers: dict[str, str] | None = None, pieces: Iterable[bytes] = ()
) -> Answered:
    """Send a request whose body comes in `pieces`; the last is never marked as such, so more could come."""
    waiting, answered = iter(pieces), Answered()
    raw = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]

    async def receive() -> Message:
        answered.reads += 1
        return {"type": "http.request", "body": next(waiting), "more_body": True}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answered.status = message["status"]
            answered.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            answered.body += message.get("body", b"")

    scope = {
        "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": path, "query_string": b"",
        "headers": [(b"host", b"testserver"), *raw], "client": ("192.0.2.1", 1), "server": ("testserver", 80),
        "root_path": "", "state": {}, "raw_path": path.encode(), "asgi": {"version": "3.0"},
    }  # fmt: skip
    await app(scope, receive, send)
    return answered
