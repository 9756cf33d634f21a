"""The web application: routes, headers, errors, and the jobs that live as long as it does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles

from mapserver import api, health, media, metrics, problems
from mapserver.jobs import running_jobs
from mapserver.live import socket, video
from mapserver.pages import (
    briefings,
    calendar,
    clips,
    debriefs,
    deployments,
    dispatch,
    flights,
    footage,
    incidents,
    map,
    papers,
    permits,
    planner,
    plates,
    report,
    setups,
    signing,
    wall,
    weather,
)
from mapserver.services import Services
from mapserver.version import VERSION

STATIC = Path(__file__).parent / "static"
LARGEST_REQUEST = 16 * 1024 * 1024
"""Bytes: a report with a photo and some room."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=()",
}
"""On every response: nothing outside the server is ever asked, nobody else may frame or read it."""


_routes = APIRouter()
"""All of them. What they stand on is worked out at the first request, once for all applications of this process."""
_routes.include_router(api.router, prefix="/api/v1")
for _part in (
    health,
    media,
    metrics,
    socket,
    video,
    signing,
    map,
    incidents,
    dispatch,
    planner,
    debriefs,
    flights,
    footage,
    setups,
    clips,
    briefings,
    calendar,
    deployments,
    papers,
    permits,
    weather,
    plates,
    report,
    wall,
):
    _routes.include_router(_part.router)


def create_app(services: Services) -> FastAPI:
    """The application for `services`; its jobs (flights, video, devices) start and stop with it."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        services.hub.attach(asyncio.get_running_loop())
        async with running_jobs(services):
            yield

    app = FastAPI(
        title="Vanagas",
        version=VERSION,
        routes=_routes.routes,
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        max_body_size=LARGEST_REQUEST,
    )
    app.state.services = services
    problems.install(app)
    app.middleware("http")(_add_headers)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


async def _add_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
