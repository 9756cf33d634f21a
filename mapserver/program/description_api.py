"""The API described by itself."""

from typing import Any

from fastapi import Request

from mapserver.web.api_routes import ApiRouter
from mapserver.web.dependencies import Caller

router = ApiRouter("description")


@router.get("/openapi.json", response_model=dict[str, Any])
def openapi(request: Request, caller: Caller) -> dict[str, Any]:
    """Every operation, what it takes and what it answers, as OpenAPI 3.1."""
    description: dict[str, Any] = request.app.openapi()
    return description
