"""The API described by itself."""

from typing import Any

from fastapi import APIRouter, Request

from mapserver.deps import Caller

router = APIRouter()


@router.get("/openapi.json")
def openapi(request: Request, caller: Caller) -> dict[str, Any]:
    """Every route, what it takes and what it gives, as OpenAPI 3.1."""
    description: dict[str, Any] = request.app.openapi()
    return description
