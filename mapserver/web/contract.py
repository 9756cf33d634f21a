"""What an operation promises beside its answer: its errors, by kind, and who may call it.

Declares nothing of answers: their shapes are in each noun's `schemas.py`.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from mapserver.core.body_limits import declared_limit
from mapserver.web.dependencies import credential
from telemetry.errors import (
    BadInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooLarge,
    TooManyRequests,
    TooSlow,
    Unavailable,
    VanagasError,
)

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Kind = type[VanagasError]
_REFUSALS = "vanagas_refusals"
_BODY = "vanagas_body"
JSON = "application/json"
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def refuses(*kinds: Kind) -> Callable[[Endpoint], Endpoint]:
    """Declare errors of a route beyond those that follow from its parameters, such as a conflict."""

    def declare(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _REFUSALS, kinds)
        return endpoint

    return declare


def takes(shape: Any) -> Callable[[Endpoint], Endpoint]:
    """Declare the shape of a JSON body that the route reads by itself."""
    return _with_body({JSON: shape})


def takes_file(*media_types: str) -> Callable[[Endpoint], Endpoint]:
    """Declare that the body of the route is a file, of one of these types."""
    return _with_body(dict.fromkeys(media_types, bytes))


def body_shapes(endpoint: Callable[..., Any]) -> dict[str, Any]:
    """The declared shapes of a body that a route reads by itself, by media type."""
    shapes: dict[str, Any] = getattr(endpoint, _BODY, {})
    return shapes


def _with_body(shapes: dict[str, Any]) -> Callable[[Endpoint], Endpoint]:
    def declare(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _BODY, shapes)
        return endpoint

    return declare


def refusals_of(route: APIRoute) -> list[Kind]:
    """The kinds of error that the operation may answer with, by status; each stands for those below it in the tree.

    Every operation counts its callers (429) and needs the database or another part (503). The rest follows from what
    it takes: a principal (401, 403), a path (404), parameters (422), a body (408, 413), or is declared by `refuses`.
    """
    kinds: list[Kind] = [TooManyRequests, Unavailable]
    if asks_who(route):
        kinds += [NotSignedIn, NotAllowed]
    if route.param_convertors:
        kinds.append(NotFound)
    reads_body = takes_body(route)
    if reads_body:
        kinds += [TooSlow, TooLarge]
    if reads_body or any(_has_parameters(part) for part in _parts(route.dependant)):
        kinds.append(BadInput)
    kinds += getattr(route.endpoint, _REFUSALS, ())
    return sorted(set(kinds), key=lambda kind: (kind.status, kind.__name__))


def asks_who(route: APIRoute) -> bool:
    """Whether the operation is for signed-in callers."""
    return credential in [part.call for part in _parts(route.dependant)]


def takes_body(route: APIRoute) -> bool:
    """Whether the operation reads a body, by its parameters or out of the request itself."""
    if not _WITH_BODY & (route.methods or set()):
        return False
    if route.body_field is not None or declared_limit(route.endpoint) is not None:
        return True
    return any(part.request_param_name is not None for part in _parts(route.dependant))


def headers_of(route: APIRoute) -> dict[str, Any]:
    """Headers of the answer, as OpenAPI describes them; what sets some says so by `DESCRIBED_HEADERS`."""
    found: dict[str, Any] = {}
    for part in _parts(route.dependant):
        found |= getattr(part.call, "DESCRIBED_HEADERS", {})
    return found


def _parts(dependant: Dependant) -> Iterator[Dependant]:
    """A route and what it depends on, at any depth."""
    yield dependant
    for dependency in dependant.dependencies:
        yield from _parts(dependency)


def _has_parameters(dependant: Dependant) -> bool:
    return bool(dependant.path_params or dependant.query_params or dependant.header_params)
