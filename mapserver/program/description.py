"""The OpenAPI document, made from the routes: what each takes and answers, its errors, and how to sign in.

It names no server and no version of the program, so that it changes only when the API does.
"""

from collections.abc import Iterable
from typing import Any

from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema
from starlette.routing import BaseRoute

from mapserver.web.contract import asks_who, body_shapes, headers_of, refusals_of
from mapserver.web.dependencies import SESSION_COOKIE
from mapserver.web.polling import ETAG_HEADER, IF_NONE_MATCH, NOT_MODIFIED, is_polled
from mapserver.web.problem_shapes import described_problem, shape_of
from mapserver.web.schemas import examples

API_VERSION = "1"
TEMPLATE = "#/components/schemas/{model}"
BEARER = "bearer"
COOKIE = "cookie"
SECURITY_SCHEMES = {
    BEARER: {
        "type": "http",
        "scheme": "bearer",
        "description": "A token: `vanagas token --user NAME`, or `POST /api/v1/tokens` by an administrator.",
    },
    COOKIE: {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE, "description": "For this server's own pages."},
}
INTRODUCTION = """\
Times are UTC in ISO 8601; times that are sent need a zone. Positions are WGS 84, degrees; heights metres.
Every error has the same shape: `error` is its kind, `message` a sentence for people. Any request may be refused before
it reaches an operation, in that shape: 400 and 431 (no HTTP that can be read), 404 and 405 (no such path or method),
408 (too slow), 429; and 500 is a mistake of the server.
Lists are whole unless they take `limit` and `cursor`; those come in pages, and the header `Link` leads to the next.
Answers may get more fields within a version: ignore what you do not know.
"""


def describe(routes: Iterable[BaseRoute]) -> dict[str, Any]:
    """The document for `routes`."""
    routes = list(routes)
    document = get_openapi(title="Vanagas", version=API_VERSION, description=INTRODUCTION, routes=routes)
    statuses: set[int] = set()
    bodies: dict[str, Any] = {}
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            refused = {kind.status for kind in refusals_of(route)}
            for method in route.methods or ():
                _complete(document["paths"][route.path_format][method.lower()], route, refused)
            statuses |= refused
            bodies |= _declared_bodies(document, route)
    components = document["components"]
    components["securitySchemes"] = SECURITY_SCHEMES
    components["responses"] = {_name(status): described_problem(status) for status in sorted(statuses)}
    schemas = bodies | components["schemas"] | _shapes(statuses)
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for name, example in examples():
        if name in schemas:
            schemas[name]["examples"] = [example]
    components["schemas"] = dict(sorted(schemas.items()))
    _sort_sets(document)
    return document


def _sort_sets(part: Any, *, within_default: bool = False) -> None:
    """Put the values of sets that are defaults in order, which would be another one in each process."""
    if isinstance(part, dict):
        is_set = within_default or part.get("uniqueItems", False)
        for name, inner in part.items():
            if is_set and isinstance(inner, list) and (within_default or name == "default"):
                inner.sort()
            _sort_sets(inner, within_default=within_default or name == "default")
    elif isinstance(part, list):
        for inner in part:
            _sort_sets(inner)


def _complete(operation: dict[str, Any], route: APIRoute, refused: set[int]) -> None:
    """Add what the framework does not know of `operation`."""
    responses = operation["responses"]
    responses.pop("422", None)
    for status in sorted(refused):
        responses.setdefault(str(status), {"$ref": f"#/components/responses/{_name(status)}"})
    headers = headers_of(route)
    if is_polled(route.endpoint):
        headers = headers | ETAG_HEADER
    if headers:
        responses[str(route.status_code or 200)].setdefault("headers", {}).update(headers)
    if is_polled(route.endpoint):
        responses[str(NOT_MODIFIED)] = {"description": "The answer that you have still holds.", "headers": ETAG_HEADER}
        operation.setdefault("parameters", []).append(IF_NONE_MATCH)
    if asks_who(route):
        operation["security"] = [{BEARER: []}, {COOKIE: []}]


def _declared_bodies(document: dict[str, Any], route: APIRoute) -> dict[str, Any]:
    """Describe the body that `route` reads by itself; gives the schemas that it refers to, by name."""
    content: dict[str, Any] = {}
    found: dict[str, Any] = {}
    for media_type, shape in body_shapes(route.endpoint).items():
        if shape is bytes:
            content[media_type] = {"schema": {"type": "string", "format": "binary"}}
            continue
        schema = TypeAdapter(shape).json_schema(ref_template=TEMPLATE)
        found |= schema.pop("$defs", {})
        content[media_type] = {"schema": schema}
    if not content:
        return found
    for method in route.methods or ():
        operation = document["paths"][route.path_format][method.lower()]
        operation["requestBody"] = {"required": True, "content": content}
    return found


def _name(status: int) -> str:
    return shape_of(status).__name__.removesuffix("Problem")


def _shapes(statuses: set[int]) -> dict[str, Any]:
    """The schemas of the errors, by name."""
    _, found = models_json_schema([(shape_of(status), "serialization") for status in statuses], ref_template=TEMPLATE)
    schemas: dict[str, Any] = found["$defs"]
    return schemas
