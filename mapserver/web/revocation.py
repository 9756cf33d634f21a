"""Breaks a long answer off once whoever asked for it may not have it any more, as ASGI. Short answers pass as they are.

Sockets are not its business: they hold a lease (`mapserver/access/lease.py`).
"""

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mapserver.core.services import Services
from mapserver.web.dependencies import CREDENTIAL

log = logging.getLogger(__name__)


class _BrokenOff(Exception):
    """The answer goes no further."""


class Revocation:
    """Middleware; a broken answer ends its connection, so that nobody takes it for whole."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._principals = services.principals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})

        async def send_while_allowed(message: Message) -> None:
            credential = scope["state"].get(CREDENTIAL)
            is_part = message["type"] == "http.response.body" and message.get("more_body", False)
            if is_part and credential is not None:
                ending = self._principals.ending(credential)
                if ending is not None:
                    raise _BrokenOff(ending.message)
            await send(message)

        try:
            await self._app(scope, receive, send_while_allowed)
        except _BrokenOff as why:
            log.info("%s is sent no further: %s", scope["path"], why)
