"""Reading a request's body: never more than its route takes, never more slowly than is allowed.

JSON is read strictly, and more than a little of it in a worker process. Who may send is decided before.
"""

import asyncio
from typing import Any

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.types import Message as AsgiMessage
from starlette.types import Receive, Scope

from mapserver.core.body_limits import KIB, MIB
from mapserver.core.request_settings import RequestSettings
from telemetry.errors import BadInput, TooLarge, TooSlow, VanagasError
from telemetry.messages import Message
from telemetry.strict_json import parse_json
from telemetry.workers import WorkerPool

GRACE_S = 10.0
"""The slowest speed is asked for after so long."""
INLINE_JSON = 64 * KIB
"""Bytes of JSON that are parsed on the event loop, which takes about a millisecond."""
PARSE_WITHIN_S = 20.0
BYTES_PER_VALUE = 10
"""A body may list as many values as it has room for at this size; each costs time and memory beyond its bytes."""


class RefusedBody(HTTPException):
    """A body that is not read on. An HTTPException, since the framework makes "400" of every other."""

    def __init__(self, problem: VanagasError) -> None:
        super().__init__(problem.status, problem.message)
        self.problem = problem


class LimitedRequest(Request):
    """A request whose body is read within limits."""

    def __init__(
        self, scope: Scope, receive: Receive, *, limit: int, settings: RequestSettings, parsers: WorkerPool
    ) -> None:
        """`limit`: bytes of the body; `parsers` parse JSON that is too long for the event loop."""
        super().__init__(scope, LimitedReceive(receive, declared_size(scope), limit, settings))
        self._limit = limit
        self._parsers = parsers

    async def json(self) -> Any:
        """The body as JSON. Raises RefusedBody saying where it breaks."""
        content = await self.body()
        try:
            _require_few_values(content, self._limit // BYTES_PER_VALUE)
            if len(content) <= INLINE_JSON:
                return parse_json(content, "the body")
            return await self._parsers.run_async(PARSE_WITHIN_S, parse_json, content, "the body")
        except VanagasError as error:
            raise RefusedBody(error) from error


class LimitedReceive:
    """`receive` of ASGI with a limit of size, a deadline and a slowest speed. Raises RefusedBody."""

    def __init__(
        self,
        receive: Receive,
        declared: int | None,
        limit: int,
        settings: RequestSettings,
    ) -> None:
        """`declared`: bytes by Content-Length, if it says."""
        self._receive = receive
        self._declared = declared
        self._limit = limit
        self._settings = settings
        self._began: float | None = None
        self._received = 0

    async def __call__(self) -> AsgiMessage:
        if self._declared is not None and self._declared > self._limit:
            raise RefusedBody(too_large(self._limit))
        try:
            async with asyncio.timeout_at(self._due()):
                message = await self._receive()
        except TimeoutError as error:
            raise RefusedBody(self._too_slow()) from error
        self._received += len(message.get("body", b""))
        if self._received > self._limit:
            raise RefusedBody(too_large(self._limit))
        return message

    def _due(self) -> float:
        """When more has to be there, by the event loop's clock."""
        if self._began is None:
            self._began = asyncio.get_running_loop().time()
        by_speed = GRACE_S + self._received / self._settings.slowest_bytes_per_s
        return self._began + min(by_speed, self._settings.body_within_s)

    def _too_slow(self) -> TooSlow:
        slowest = self._settings.slowest_bytes_per_s
        return TooSlow(Message("web.body_too_slow", within_s=self._settings.body_within_s, slowest=slowest))


def too_large(limit: int) -> TooLarge:
    """What whoever sends more than `limit` bytes is told."""
    most = f"{limit // KIB} KiB"
    if limit >= MIB:
        most = f"{limit // MIB} MiB"
    return TooLarge(Message("web.body_too_large", most=most))


def declared_size(scope: Scope) -> int | None:
    """Bytes of the body by Content-Length; None when the request does not say."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value)
    return None


def _require_few_values(content: bytes, most: int) -> None:
    """Raises BadInput for JSON with more than `most` values, counted by commas, which is fast and never too few."""
    if content.count(b",") > most:
        raise BadInput(Message("web.too_many_values", most=most))
