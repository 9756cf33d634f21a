"""How an error leaves the program: JSON for programs, a page for people, always with a sentence and never a trace."""

import logging
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from sqlalchemy.exc import OperationalError
from starlette.datastructures import URL
from starlette.exceptions import HTTPException

from mapserver.access.http_digest import challenges
from mapserver.core.services import Services
from mapserver.web.body import RefusedBody
from mapserver.web.dependencies import client_address, credential, services
from mapserver.web.headers import add_security_headers
from mapserver.web.problem_json import as_json
from mapserver.web.render import page
from telemetry.access import Principal
from telemetry.errors import BadInput, NotFound, NotSignedIn, TooManyRequests, Unavailable, VanagasError, WrongMethod
from telemetry.messages import Message
from telemetry.validation import explain_faults

log = logging.getLogger(__name__)

HALF_A_CHARACTER = Message("web.lone_surrogate")
UNFORESEEN = Message("web.unforeseen")


def install(app: FastAPI) -> None:
    """Answer every error of the tree, of validation and of the framework in one shape."""

    @app.exception_handler(VanagasError)
    async def own(request: Request, error: VanagasError) -> Response:
        return await answer(request, error)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        faults: list[Any] = [{**fault, "loc": fault["loc"][1:] or fault["loc"]} for fault in error.errors()]
        return await answer(request, BadInput(Message("web.request_refused", reason=explain_faults(faults))))

    @app.exception_handler(RefusedBody)
    async def refused(request: Request, error: RefusedBody) -> Response:
        return await answer(request, error.problem)

    @app.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> Response:
        response = await answer(request, VanagasError(UNFORESEEN))
        add_security_headers(response.headers)  # this answer passes by the middleware that does
        return response

    @app.exception_handler(HTTPException)
    async def framework(request: Request, error: HTTPException) -> Response:
        path = request.url.path
        if error.status_code in (404, 405):  # no route has counted it
            try:
                (await services(request)).request_rates.count_stranger(client_address(request))
            except TooManyRequests as refusal:
                return await answer(request, refusal)
        match error.status_code:
            case 404:
                problem: VanagasError = NotFound(Message("web.nothing_here", path=path))
            case 405:
                problem = WrongMethod(Message("requests.method_not_taken", path=path, method=request.method))
            case _:
                problem = VanagasError(error.detail)
        response = await answer(request, problem, status=error.status_code)
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(UnicodeEncodeError)
    async def half_a_character(request: Request, error: UnicodeEncodeError) -> Response:
        return await answer(request, BadInput(HALF_A_CHARACTER))

    @app.exception_handler(OperationalError)
    async def database(request: Request, error: OperationalError) -> Response:
        log.error("the database failed on %s %s: %s", request.method, request.url.path, error.orig)
        problem = Unavailable(Message("web.database_silent"))
        return await answer(request, problem)


DEVICES_DOOR = "/api/v1/intake/"
"""Where devices hand in their own messages; some of them can be asked by HTTP Digest alone."""


def _digest_challenges(request: Request) -> list[str]:
    if not request.url.path.startswith(DEVICES_DOOR):
        return []
    parts: Services = request.app.state.services
    is_stale = request.headers.get("authorization", "").lower().startswith("digest ")
    return challenges(parts.settings.key, parts.clock.now(), stale=is_stale)


async def answer(request: Request, error: VanagasError, *, status: int | None = None) -> Response:
    """The response for `error`."""
    code = status or error.status
    wants_page = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
    response: Response
    if not wants_page:
        response = JSONResponse(as_json(error), code)
    elif isinstance(error, NotSignedIn):
        response = RedirectResponse(f"/sign-in?next={quote(_page_of(request))}", 303)
    else:
        context = {"status": code, "message": error.told.text(), "principal": await _whoever(request)}
        response = page(request, "web/error.html", context, status=code)
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
        for challenge in _digest_challenges(request):
            response.headers.append("WWW-Authenticate", challenge)
    if error.retry_after_s is not None:
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def _page_of(request: Request) -> str:
    """The page that was asked for; for a form, which is no page, the one that it was sent from."""
    asked = request.url
    if request.method != "GET":
        asked = URL(request.headers.get("referer", ""))
    if asked.netloc != request.url.netloc:
        return "/"
    if not asked.query:
        return asked.path
    return f"{asked.path}?{asked.query}"


async def _whoever(request: Request) -> Principal | None:
    """Who met the problem, if that can be told, so that the page keeps its bar."""
    try:
        return (await credential(request, await services(request))).principal
    except (VanagasError, OperationalError):
        return None
