"""Signing in and out with a browser."""

import re
from datetime import timedelta
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from mapserver.core.body_limits import KIB, body_limit
from mapserver.sign_in import known_browser
from mapserver.web.dependencies import SESSION_COOKIE, Caller, Parts, Writer, client_address, require_same_origin
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.access import Permission
from telemetry.audit import service as audit
from telemetry.errors import NotSignedIn, Overloaded, TooManyRequests
from telemetry.messages import Message, use_language
from telemetry.messages.choice import known_language

router = GuardedRouter(include_in_schema=False)


@router.get("/sign-in")
def form(request: Request, next: str = "/", lang: str | None = None) -> Response:
    """The form; `next` is where to go on afterwards, `lang` the language that was chosen on it."""
    return page(request, "account/sign_in.html", {"error": None, "next": next, "chosen": known_language(lang)})


@router.post("/sign-in")
@body_limit(8 * KIB, "a name and a password, from anybody")
async def sign_in(
    request: Request,
    username: Annotated[str, Form()],
    password: Annotated[str, Form()],
    parts: Parts,
    next: Annotated[str, Form()] = "/",
    lang: Annotated[str, Form()] = "",
) -> Response:
    """Begin a session; a wrong name or password says no more than that. A language that was chosen is kept."""
    require_same_origin(request)
    language = known_language(lang)
    if language is not None:
        use_language(language)
    cookie = request.cookies.get(known_browser.COOKIE)
    try:
        token = await parts.sign_ins.sign_in(
            username, password, address=client_address(request), cookie=cookie, language=language
        )
    except (NotSignedIn, TooManyRequests, Overloaded) as error:
        refused = page(
            request,
            "account/sign_in.html",
            {"error": error.told, "next": next, "chosen": language},
            status=error.status,
        )
        if error.retry_after_s is not None:
            refused.headers["Retry-After"] = str(error.retry_after_s)
        return refused
    answer = RedirectResponse(_own_page(next), 303)
    secure = parts.settings.secure_cookies
    lasts_s = int(timedelta(hours=parts.settings.session_hours).total_seconds())
    answer.set_cookie(SESSION_COOKIE, token, max_age=lasts_s, httponly=True, samesite="lax", secure=secure)
    answer.set_cookie(
        known_browser.COOKIE,
        parts.sign_ins.browsers.issue(username.strip().lower()),
        max_age=known_browser.LASTS_S,
        path="/sign-in",
        httponly=True,
        samesite="lax",
        secure=secure,
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
    raise NotSignedIn(Message("account.device_signs_in"))
