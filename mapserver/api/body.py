"""Reading a request's body with a limit, and JSON strictly: no NaN, no endless nesting."""

from typing import Any

from fastapi import Request

from telemetry.errors import BadInput
from telemetry.strict_json import parse_json

LARGEST_BODY = 8 * 1024 * 1024
"""Bytes of one request."""


async def read_body(request: Request, limit: int = LARGEST_BODY) -> bytes:
    """The body. Raises BadInput as soon as it passes `limit` bytes, without reading the rest."""
    parts: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise BadInput(f"the request is larger than {limit // 2**20} MiB; send it in parts")
        parts.append(chunk)
    return b"".join(parts)


async def read_json(request: Request) -> Any:
    """The body as JSON. Raises BadInput saying where it breaks."""
    return parse_json(await read_body(request), "the body")
