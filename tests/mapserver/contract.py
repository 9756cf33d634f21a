"""A test client that holds every answer it gets against what the operation declares."""

from functools import cache
from typing import Any

import httpx
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from pydantic import TypeAdapter, ValidationError
from starlette.routing import Match

from mapserver.program.app import ROUTES
from mapserver.web.contract import refusals_of
from mapserver.web.polling import NOT_MODIFIED, is_polled
from mapserver.web.problem_shapes import shape_of

EVERYWHERE = frozenset({400, 404, 405, 408, 429, 431, 500})
"""Refusals before an operation is reached, which the document declares once for all."""


class BrokenContract(AssertionError):
    """An answer that its operation does not declare."""


class CheckedClient(TestClient):
    """Fails the test when an answer holds a field that is not declared, lacks one, or has an undeclared status."""

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """As httpx's own. Raises BrokenContract."""
        answer: httpx.Response = super().send(request, **options)
        require_declared(request.method, request.url.path, answer)
        return answer


def require_declared(method: str, path: str, answer: httpx.Response) -> None:
    """Raises BrokenContract for an answer that the operation at `path` does not declare; what is no JSON passes."""
    route = _route_of(method, path)
    if route is None or not route.include_in_schema:
        return
    declared = _declared(route.unique_id)
    if answer.status_code not in declared.statuses:
        raise BrokenContract(f"{method} {route.path_format} does not declare {answer.status_code}: {answer.text[:300]}")
    if not answer.headers.get("content-type", "").startswith("application/json"):
        return
    if declared.is_file(answer.status_code):
        return
    try:
        declared.shape(answer.status_code).validate_json(answer.content, strict=True, extra="forbid")
    except ValidationError as error:
        raise BrokenContract(f"{method} {route.path_format} {answer.status_code}: {error}") from error


def _route_of(method: str, path: str) -> APIRoute | None:
    scope = {"type": "http", "method": method, "path": path, "root_path": ""}
    for route in ROUTES:
        if route.matches(scope)[0] is Match.FULL:
            return route if isinstance(route, APIRoute) else None
    return None


class _Declared:
    """What one operation declares."""

    def __init__(self, route: APIRoute) -> None:
        self._route = route
        self._usual = route.status_code or 200
        self._shapes: dict[int, TypeAdapter[Any]] = {}
        refused = {kind.status for kind in refusals_of(route)}
        self.statuses = EVERYWHERE | refused | {self._usual, *map(int, route.responses)}
        if is_polled(route.endpoint):
            self.statuses |= {NOT_MODIFIED}

    def is_file(self, status: int) -> bool:
        """Whether an answer with `status` is a file, which may happen to be JSON."""
        return status == self._usual and self._route.response_model is None

    def shape(self, status: int) -> TypeAdapter[Any]:
        """Of an answer with `status`; made when it is first asked for."""
        if status not in self._shapes:
            shape = self._route.responses.get(status, {}).get("model")
            if shape is None:
                shape = self._route.response_model if status == self._usual else shape_of(status)
            self._shapes[status] = TypeAdapter(shape)
        return self._shapes[status]


@cache
def _declared(operation: str) -> _Declared:
    (route,) = [one for one in ROUTES if isinstance(one, APIRoute) and one.unique_id == operation]
    return _Declared(route)
