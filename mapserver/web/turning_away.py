"""Turns strangers away who have made too many requests, as ASGI, before a route is looked for.

Counts nothing itself. Who brings a session or a token is never turned away here: whether it is good is the route's to
ask, and an order to a drone has to come through.
"""

from contextlib import suppress

from fastapi import Request
from fastapi.responses import JSONResponse
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from mapserver.core.services import Services
from mapserver.web.dependencies import SESSION_COOKIE, client_address
from mapserver.web.problem_json import as_json
from mapserver.web.problems import answer
from telemetry.errors import TooManyRequests


class TurningAway:
    """Middleware."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._rates = services.request_rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        if "authorization" not in connection.headers and SESSION_COOKIE not in connection.cookies:
            try:
                self._rates.require_stranger_room(client_address(connection))
            except TooManyRequests as refusal:
                await _refuse(refusal, scope, receive, send)
                return
        await self._app(scope, receive, send)
        if scope["type"] == "websocket" and "endpoint" not in scope:  # there is no such stream, and no route counted it
            with suppress(TooManyRequests):
                self._rates.count_stranger(client_address(connection))


async def _refuse(refusal: TooManyRequests, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        response = await answer(Request(scope, receive), refusal)
    else:
        response = JSONResponse(as_json(refusal), refusal.status, {"Retry-After": str(refusal.retry_after_s)})
    await response(scope, receive, send)
