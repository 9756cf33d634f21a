"""The web application: routes, headers, errors, and the jobs that live as long as it does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.routing import BaseRoute

from mapserver import api, health, media, metrics, problems
from mapserver.jobs import running_jobs
from mapserver.live import socket, video
from mapserver.pages import (
    account,
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
    people,
    permits,
    planner,
    plates,
    report,
    setups,
    signing,
    units,
    wall,
    weather,
)
from mapserver.services import Services
from mapserver.version import VERSION
from mapserver.web.exchange import Exchange
from mapserver.web.languages import Languages
from mapserver.web.revocation import Revocation
from mapserver.web.static_files import CountedFiles, static_files
from mapserver.web.turning_away import TurningAway

_PARTS = (
    health,
    media,
    metrics,
    socket,
    video,
    signing,
    account,
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
    people,
    permits,
    weather,
    plates,
    report,
    units,
    wall,
)
ROUTES: list[BaseRoute] = [*api.routes, *(route for part in _PARTS for route in part.router.routes)]
"""All of them, in one list: routers within routers would be searched several times for each request."""


def create_app(services: Services) -> FastAPI:
    """The application for `services`; its jobs (flights, video, devices) start and stop with it."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        services.hub.attach(asyncio.get_running_loop())
        try:
            async with running_jobs(services):
                yield
        finally:
            await run_in_threadpool(services.close_workers)

    app = FastAPI(
        title="Vanagas",
        version=VERSION,
        routes=ROUTES,
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,  # it would send to the host that the request names
    )
    app.state.services = services
    problems.install(app)
    app.add_middleware(Revocation, services=services)
    app.add_middleware(TurningAway, services=services)
    app.add_middleware(Exchange)
    app.add_middleware(Languages)
    app.mount("/static", CountedFiles(static_files(), services.request_rates), name="static")
    return app
