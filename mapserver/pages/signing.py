"""Signing in and out with a browser."""

import re
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from mapserver.access import service as access
from mapserver.access.tables import TokenKind
from mapserver.deps import SESSION_COOKIE, Caller, Parts, Writer, client_address, require_same_origin
from mapserver.pages.render import page
from mapserver.web.limits import KIB, body_limit
from mapserver.web.routes import GuardedRouter
from telemetry.access import Permission, Principal
from telemetry.audit import service as audit
from telemetry.errors import NotSignedIn

router = GuardedRouter(include_in_schema=False)


@router.get("/sign-in")
def form(request: Request, next: str = "/") -> Response:
    """The form; `next` is where to go on afterwards."""
    return page(request, "sign_in.html", {"error": None, "next": next})


def _recognised(
    request: Request, username: Annotated[str, Form()], password: Annotated[str, Form()], parts: Parts
) -> Principal | NotSignedIn:
    """Who signs in. Checked before the turn to write is taken: a password takes long to check, on purpose."""
    require_same_origin(request)
    with parts.store.read() as session:
        try:
            return access.principal_of(access.sign_in(session, username, password))
        except NotSignedIn as error:
            return error


@router.post("/sign-in")
@body_limit(8 * KIB, "a name and a password, from anybody")
def sign_in(
    request: Request,
    who: Annotated[Principal | NotSignedIn, Depends(_recognised)],
    parts: Parts,
    work: Writer,
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Begin a session; a wrong name or password says no more than that."""
    if isinstance(who, NotSignedIn):
        return page(request, "sign_in.html", {"error": who.message, "next": next}, status=401)
    now = parts.clock.now()
    lasts = timedelta(hours=parts.settings.session_hours)
    token = parts.tokens.issue(work.session, who.name, label="browser", now=now, lasts=lasts, kind=TokenKind.SESSION)
    audit.record(work.session, who, "sign_in", who.name, city=who.city, at=now, detail=client_address(request))
    answer = RedirectResponse(_own_page(next), 303)
    answer.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=int(lasts.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=parts.settings.secure_cookies,
    )
    return answer


def _own_page(address: str) -> str:
    """`address` if it is a page of this server, else the start: nobody is sent elsewhere by a link they followed."""
    return address if re.fullmatch(r"/(?![/\\])[^\s\\]*", address) else "/"


@router.post("/sign-out")
def sign_out(request: Request, caller: Caller, parts: Parts, work: Writer) -> Response:
    """End the session here and on the server."""
    parts.tokens.revoke(work, request.cookies.get(SESSION_COOKIE, ""))
    audit.record(work.session, caller, "sign_out", caller.name, city=caller.city, at=parts.clock.now())
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(SESSION_COOKIE)
    return answer


@router.get("/")
def start(caller: Caller) -> Response:
    """To the page that the role works with: the street reports, the centre watches."""
    if caller.may(Permission.SEE_MAP):
        watches = caller.may(Permission.WORK_INCIDENTS) or not caller.may(Permission.REPORT)
        return RedirectResponse("/map" if watches or caller.may(Permission.FLY) else "/report", 303)
    raise NotSignedIn("devices hand in with their token; people sign in with a user of their own")
