"""Routes that ask who is calling, and whether they may, before anything of the body is read."""

from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIRouter
from fastapi.utils import create_model_field

from mapserver.core.body_limits import KIB, declared_limit, is_uncounted
from mapserver.web.body import LimitedRequest, declared_size
from mapserver.web.dependencies import PermissionCheck, answer_committed, client_address, credential, services
from mapserver.web.polling import is_polled, unless_known
from telemetry.errors import NotSignedIn

ANY_JSON = create_model_field("answer", Any, mode="serialization")
WAIT_S = 20.0
"""Longest wait of a large body for its turn."""


class GuardedRoute(APIRoute):
    """A route whose function says by its parameters who may call it, and by `body_limit` how much it takes."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = self._handler_without_answer_check()
        wanted = list(_calls(self.dependant))
        checks = [call for call in wanted if isinstance(call, PermissionCheck)]
        asks_who = credential in wanted
        declared = declared_limit(self.endpoint)
        counted = not is_uncounted(self.endpoint)
        polled = is_polled(self.endpoint)

        async def guarded(request: Request) -> Response:
            parts = await services(request)
            sender = client_address(request)
            if asks_who:
                try:
                    caller = (await credential(request, parts)).principal
                except NotSignedIn:
                    parts.request_rates.count_stranger(sender)
                    raise
                if counted:
                    parts.request_rates.count_member(caller)
                for check in checks:
                    caller.require(check.permission)
                sender = caller.name
            else:
                parts.request_rates.count_stranger(sender)
            settings = parts.settings.requests
            usual = settings.body_kib * KIB
            limit = usual
            if declared is not None:
                limit = declared.size
            async with AsyncExitStack() as stack:
                size = declared_size(request.scope)
                size = min(limit, limit if size is None else size)
                if size > usual:
                    await stack.enter_async_context(parts.large_bodies.hold(sender, size, within_s=WAIT_S))
                limited = LimitedRequest(
                    request.scope, request.receive, limit=limit, settings=settings, parsers=parts.parsers
                )
                answer = await answer_committed(handler, limited)
            if not polled:
                return answer
            return unless_known(request, answer)

        return guarded

    def _handler_without_answer_check(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler that sends what the function returns as it is: the declared shape is for the description.

        To read an answer of thousands of rows into models would take longer than to make it.
        """
        declared = self.response_field
        if declared is not None:
            self.response_field = ANY_JSON
        handler = super().get_route_handler()
        self.response_field = declared
        return handler


def _calls(dependant: Dependant) -> Iterator[Callable[..., Any] | None]:
    """What a route depends on, at any depth."""
    for dependency in dependant.dependencies:
        yield dependency.call
        yield from _calls(dependency)


class GuardedRouter(APIRouter):
    """A router whose routes are guarded."""

    def __init__(self, **options: Any) -> None:
        """`options` are those of an APIRouter."""
        super().__init__(route_class=GuardedRoute, generate_unique_id_function=operation_id, **options)


def operation_id(route: APIRoute) -> str:
    """The name of an operation, by which generated clients call it: its noun and its verb."""
    return "_".join([*map(str, route.tags[:1]), route.name])
