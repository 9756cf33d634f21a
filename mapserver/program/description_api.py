"""The API described by itself."""

from typing import Any

from fastapi import Request

from mapserver.web.api_routes import ApiRouter
from mapserver.web.dependencies import Caller

router = ApiRouter("description")


@router.get("/openapi.json")
def openapi(request: Request, caller: Caller) -> dict[str, Any]:
    """Every route, what it takes and what it gives, as OpenAPI 3.1."""
    description: dict[str, Any] = request.app.openapi()
    return description
