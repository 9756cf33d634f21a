"""Turns strangers away who have made too many requests, as ASGI, before a route is looked for.

Counts nothing itself. Who brings a session or a token is never turned away here: whether it is good is the route's to
ask, and an order to a drone has to come through.
"""

from fastapi import Request
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from mapserver.deps import SESSION_COOKIE, client_address
from mapserver.problems import answer
from mapserver.services import Services
from telemetry.errors import TooManyRequests


class TurningAway:
    """Middleware."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._rates = services.request_rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            connection = HTTPConnection(scope)
            if "authorization" not in connection.headers and SESSION_COOKIE not in connection.cookies:
                try:
                    self._rates.require_stranger_room(client_address(connection))
                except TooManyRequests as refusal:
                    response = await answer(Request(scope, receive), refusal)
                    await response(scope, receive, send)
                    return
        await self._app(scope, receive, send)
