"""The language and time zone of an answer: first of the request alone, then of whoever it turns out to come from.

Order: `?lang=`, the user's own choice, `Accept-Language`, the town's language; with a token `Accept-Language` comes
before the user's choice. What a page fetches for itself is in the language that the page was asked for in. Chooses;
makes no words.
"""

from starlette.datastructures import URL, QueryParams
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from telemetry.access import Principal, home_town
from telemetry.messages import speaking, use_language, use_zone
from telemetry.messages.choice import choose_language

ASKED = "lang"
"""The query parameter that asks for a language."""


class Languages:
    """Middleware: answers are in the language of the request's own words until its sender is known."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        with speaking(_chosen(connection, own=None, town=None, by_token=False)):
            await self._app(scope, receive, send)


def speak_to(connection: HTTPConnection, principal: Principal, own: str | None, *, by_token: bool) -> None:
    """Answer in the language of `principal`, whose own choice is `own`, and in the time of the principal's town."""
    town = None if principal.city is None else principal.city.facts.language
    use_language(_chosen(connection, own=own, town=town, by_token=by_token))
    use_zone(home_town(principal).facts.zone)


def _chosen(connection: HTTPConnection, *, own: str | None, town: str | None, by_token: bool) -> str:
    return choose_language(
        asked=connection.query_params.get(ASKED) or _asked_by_page(connection),
        own=own,
        accepted=connection.headers.get("accept-language"),
        town=town,
        by_token=by_token,
    )


def _asked_by_page(connection: HTTPConnection) -> str | None:
    """The language that a page of ours was asked for in, of a request that the page makes for a part of itself."""
    if connection.headers.get("sec-fetch-dest") == "document":
        return None
    page = URL(connection.headers.get("referer", ""))
    if page.netloc != connection.headers.get("host"):
        return None
    return QueryParams(page.query).get(ASKED)
