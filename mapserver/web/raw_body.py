"""The body of a request as it came, for routes that read it themselves; `mapserver.web.body` holds its limits."""

from typing import Any

from fastapi import Request

LARGEST_MESSAGE = 8 * 1024 * 1024
"""Bytes of one message with a picture, or of one file."""


async def read_body(request: Request) -> bytes:
    """The whole body."""
    return await request.body()


async def read_json(request: Request) -> Any:
    """The body as JSON, whatever its content type says: devices often send none."""
    return await request.json()
