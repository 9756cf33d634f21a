"""Answers that are asked for again and again: each has an `ETag`, and who has it already is told 304 (RFC 9110 13).

Browsers keep nothing of them, since what is not public is not cached; programs keep what they like.
"""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import Request, Response

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
_POLLED = "vanagas_polled"
NOT_MODIFIED = 304
ETAG_HEADER: dict[str, Any] = {
    "ETag": {"description": "What this answer is, to be sent back as If-None-Match.", "schema": {"type": "string"}}
}
IF_NONE_MATCH: dict[str, Any] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of an earlier answer; 304 says that it still holds.",
    "schema": {"type": "string"},
}


def polled(endpoint: Endpoint) -> Endpoint:
    """Give the answers of the route an ETag. It is that of the body, unless the route sets one that needs no body."""
    setattr(endpoint, _POLLED, True)
    return endpoint


def is_polled(endpoint: Callable[..., Any]) -> bool:
    """Whether a route's function is declared so."""
    return getattr(endpoint, _POLLED, False)


def unless_known(request: Request, answer: Response) -> Response:
    """`answer` with its ETag, or 304 without a body for who has it."""
    if answer.status_code != 200:
        return answer
    tag = answer.headers.get("ETag") or etag_of(bytes(answer.body))
    if is_known(request, tag):
        return not_modified(tag)
    answer.headers["ETag"] = tag
    return answer


def etag_of(*parts: object) -> str:
    """A tag that changes with each of `parts`."""
    whole = hashlib.blake2b(digest_size=12)
    for part in parts:
        whole.update(part if isinstance(part, bytes) else repr(part).encode())
    return f'"{whole.hexdigest()}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether the client says that it has the answer with this tag; weak tags count, as for every GET."""
    asked = request.headers.get("If-None-Match", "")
    return tag in [one.strip().removeprefix("W/") for one in asked.split(",")]


def not_modified(tag: str) -> Response:
    """The answer to who has it already."""
    return Response(status_code=NOT_MODIFIED, headers={"ETag": tag})
