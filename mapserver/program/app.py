"""The web application: routes, headers, errors, and the jobs that live as long as it does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

from mapserver.core.services import Services
from mapserver.core.version import VERSION
from mapserver.program.api_routes import API_ROUTES
from mapserver.program.description import describe
from mapserver.program.jobs import running_jobs
from mapserver.program.page_routes import PAGE_ROUTES
from mapserver.web import problems
from mapserver.web.exchange import Exchange
from mapserver.web.languages import Languages
from mapserver.web.revocation import Revocation
from mapserver.web.static_files import CountedFiles, static_files
from mapserver.web.turning_away import TurningAway

ROUTES = [*API_ROUTES, *PAGE_ROUTES]
"""All of them, in one list: routers within routers would be searched several times for each request."""


class _Application(FastAPI):
    """The framework's application with our own description of the API."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = describe(self.routes)
        return self.openapi_schema


def create_app(services: Services) -> FastAPI:
    """The application for `services`; its jobs (flights, video, devices) start and stop with it."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        services.hub.attach(asyncio.get_running_loop())
        await run_in_threadpool(services.store.follow, services.hub.go_on_from)
        following = services.workers.thread("live feed", services.store.keep_following)
        following.start()
        try:
            async with running_jobs(services):
                yield
        finally:
            await run_in_threadpool(following.stop)
            await run_in_threadpool(services.close_workers)

    app = _Application(
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
