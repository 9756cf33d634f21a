"""What routes ask for: the parts, a unit of work, and the principal with the permission the route names.

Who asks is told from memory on the event loop: these dependencies wait for no thread and no database.
"""

import asyncio
import base64
import binascii
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.concurrency import contextmanager_in_threadpool
from fastapi.requests import HTTPConnection
from sqlmodel import Session
from starlette.datastructures import UploadFile

from mapserver.access.http_digest import DigestAnswer, device_password, is_fresh
from mapserver.access.principal_cache import Credential
from mapserver.core.services import Services
from mapserver.web.languages import speak_to
from mapserver.web.origin import Origin
from telemetry.access import Permission, Principal
from telemetry.errors import NotAllowed, NotSignedIn
from telemetry.messages import Message
from telemetry.store import Work
from telemetry.store.database import MOST_ATTEMPTS, pause_s
from telemetry.store.trouble import is_worth_doing_again

SESSION_COOKIE = "vanagas_session"
CREDENTIAL = "credential"
"""Under which a request's state keeps what it was let in with."""
UNITS_OF_WORK = "vanagas_units_of_work"
"""Under which a request's scope keeps what is committed when its route is done."""
RouteHandler = Callable[[Request], Coroutine[Any, Any, Response]]
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


async def services(connection: HTTPConnection) -> Services:
    """The parts of the running program."""
    parts: Services = connection.app.state.services
    return parts


Parts = Annotated[Services, Depends(services)]


def _reader(parts: Parts) -> Iterator[Session]:
    with parts.store.read() as session:
        yield session


async def _writer(request: Request, parts: Parts) -> Work:
    units: AsyncExitStack = request.scope[UNITS_OF_WORK]
    # The next wait without a thread: in the pool they would keep the one whose turn it is from going on, for ever.
    await units.enter_async_context(parts.request_writes)
    return await units.enter_async_context(contextmanager_in_threadpool(parts.store.write()))


Reader = Annotated[Session, Depends(_reader)]
Writer = Annotated[Work, Depends(_writer)]
"""Committed before the response leaves: an answer of 2xx means that it is kept."""


async def answer_committed(handler: RouteHandler, request: Request) -> Response:
    """The answer of `handler`, whose unit of work is committed.

    It is called again when another process wrote the same at the same time. Raises what it raises, StoreUnavailable.
    """
    for attempt in range(1, MOST_ATTEMPTS):
        try:
            return await _attempt(handler, request)
        except Exception as error:
            if not is_worth_doing_again(error):
                raise
        await _rewind_uploads(request)
        await asyncio.sleep(pause_s(attempt))
    return await _attempt(handler, request)


async def _attempt(handler: RouteHandler, request: Request) -> Response:
    async with AsyncExitStack() as units:
        request.scope[UNITS_OF_WORK] = units
        return await handler(request)


async def _rewind_uploads(request: Request) -> None:
    if "multipart" in request.headers.get("content-type", ""):
        for _, part in (await request.form()).multi_items():  # read already, and kept by the request
            if isinstance(part, UploadFile):
                await part.seek(0)


async def credential(connection: HTTPConnection, parts: Parts) -> Credential:
    """The session or token that came with the request.

    Raises NotSignedIn; NotAllowed for a page of another origin acting in its owner's name.
    """
    if _scheme(connection) == "digest":
        held = await device_by_digest(connection, parts)
        setattr(connection.state, CREDENTIAL, held)
        speak_to(connection, held.principal, held.language, by_token=True)
        return held
    token = _bearer(connection)
    by_token = token is not None
    if token is None:
        token = connection.cookies.get(SESSION_COOKIE)
        if token is None:
            raise NotSignedIn(Message("web.sign_in_first"))
        require_same_origin(connection)
    held = await parts.principals.authenticate(token)
    setattr(connection.state, CREDENTIAL, held)
    speak_to(connection, held.principal, held.language, by_token=by_token)
    return held


Held = Annotated[Credential, Depends(credential)]


async def principal(held: Held) -> Principal:
    """Whoever sent the request. Raises as `credential` does."""
    return held.principal


Caller = Annotated[Principal, Depends(principal)]


@dataclass(frozen=True)
class PermissionCheck:
    """A dependency: the principal, who must hold `permission`."""

    permission: Permission

    async def __call__(self, caller: Caller) -> Principal:
        caller.require(self.permission)
        return caller


def allowed(permission: Permission) -> Any:
    """The dependency of a route on a caller who holds `permission`."""
    return Depends(PermissionCheck(permission))


def client_address(connection: HTTPConnection) -> str:
    """Where a request came from, for the audit trail and for rates."""
    if connection.client is None:
        return "unknown"
    return connection.client.host


def _scheme(connection: HTTPConnection) -> str:
    return connection.headers.get("authorization", "").partition(" ")[0].lower()


async def device_by_digest(connection: HTTPConnection, parts: Services) -> Credential:
    """The device that answered the challenge of HTTP Digest. Raises NotSignedIn."""
    answer = DigestAnswer.read(connection.headers["authorization"].partition(" ")[2])
    key = parts.settings.key
    method = str(connection.scope.get("method", "GET"))
    if not answer.is_about(connection.scope["path"]) or not is_fresh(answer.nonce, key, parts.clock.now()):
        raise NotSignedIn(Message("web.digest_stale"))
    for held in await parts.principals.of_device(answer.username):
        if answer.is_of(device_password(key, held.digest), method):
            parts.principals.used(held)
            return held
    raise NotSignedIn(Message("web.digest_wrong"))


def _bearer(connection: HTTPConnection) -> str | None:
    """The Authorization header's token: Bearer, or Basic's password, since many cameras know nothing else."""
    scheme, _, rest = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() in ("bearer", "token"):
        return rest.strip() or None
    if scheme.lower() == "basic":
        try:
            _, _, token = base64.b64decode(rest, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise NotSignedIn(Message("web.not_basic")) from error
        return token or None
    return None


def require_same_origin(connection: HTTPConnection) -> None:
    """A cookie is sent by the browser whoever's page asks, so changes and sockets must come from our own pages."""
    if connection.scope["type"] == "http" and connection.scope["method"] in _SAFE:
        return
    origin = connection.headers.get("origin")
    if origin is None and connection.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none"):
        return
    if origin is None or Origin.parse(origin) != own_origin(connection):
        raise NotAllowed(Message("web.other_site"))


def own_origin(connection: HTTPConnection) -> Origin | None:
    """This server's own origin: by the setting `public_url`, else as the request or its proxy names it."""
    parts: Services = connection.app.state.services
    if parts.settings.public_url is not None:
        return Origin.parse(parts.settings.public_url)
    scheme = {"ws": "http", "wss": "https"}.get(connection.scope["scheme"], connection.scope["scheme"])
    return Origin.parse(f"{scheme}://{connection.headers.get('host', '')}")
