"""What routes ask for: the parts, a unit of work, and the principal with the permission the route names.

Who asks is told from memory on the event loop: these dependencies wait for no thread and no database.
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from fastapi.requests import HTTPConnection
from sqlmodel import Session

from mapserver.access.principal_cache import Credential
from mapserver.core.services import Services
from mapserver.web.languages import speak_to
from mapserver.web.origin import Origin
from telemetry.access import Permission, Principal
from telemetry.errors import NotAllowed, NotSignedIn
from telemetry.store import Work

SESSION_COOKIE = "vanagas_session"
CREDENTIAL = "credential"
"""Under which a request's state keeps what it was let in with."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


async def services(connection: HTTPConnection) -> Services:
    """The parts of the running program."""
    parts: Services = connection.app.state.services
    return parts


Parts = Annotated[Services, Depends(services)]


def _reader(parts: Parts) -> Iterator[Session]:
    with parts.store.read() as session:
        yield session


def _writer(parts: Parts) -> Iterator[Work]:
    with parts.store.write() as work:
        yield work


Reader = Annotated[Session, Depends(_reader)]
Writer = Annotated[Work, Depends(_writer, scope="function", max_concurrency=1)]
"""Committed before the response leaves: an answer of 2xx means that it is kept.

The next wait their turn without a thread: in the pool they would keep the one that has it from going on, for ever.
"""


async def credential(connection: HTTPConnection, parts: Parts) -> Credential:
    """The session or token that came with the request.

    Raises NotSignedIn; NotAllowed for a page of another origin acting in its owner's name.
    """
    token = _bearer(connection)
    by_token = token is not None
    if token is None:
        token = connection.cookies.get(SESSION_COOKIE)
        if token is None:
            raise NotSignedIn("sign in first, or send a token as Authorization: Bearer …")
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
    return connection.client.host if connection.client else "unknown"


def _bearer(connection: HTTPConnection) -> str | None:
    """The Authorization header's token: Bearer, or Basic's password, since many cameras know nothing else."""
    scheme, _, rest = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() in ("bearer", "token"):
        return rest.strip() or None
    if scheme.lower() == "basic":
        try:
            _, _, token = base64.b64decode(rest, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise NotSignedIn("the Authorization header is not valid Basic; send user:token in base64") from error
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
        raise NotAllowed("this came from a page of another site; open it from this system's own pages")


def own_origin(connection: HTTPConnection) -> Origin | None:
    """This server's own origin: by the setting `public_url`, else as the request or its proxy names it."""
    parts: Services = connection.app.state.services
    if parts.settings.public_url is not None:
        return Origin.parse(parts.settings.public_url)
    scheme = {"ws": "http", "wss": "https"}.get(connection.scope["scheme"], connection.scope["scheme"])
    return Origin.parse(f"{scheme}://{connection.headers.get('host', '')}")
