"""The HTTP API under /api/v1: one module a noun, each route with the permission it needs."""

from fastapi import APIRouter

from mapserver.api import (
    airspace,
    assignments,
    audit,
    cameras,
    checks,
    control,
    debriefs,
    description,
    dispatch,
    flights,
    incidents,
    intake,
    map,
    observations,
    plans,
    plates,
    recordings,
    registry,
    reports,
    schedule,
    setups,
    units,
    weather,
    zones,
)

router = APIRouter(prefix="/api/v1")
for _noun in (
    airspace,
    assignments,
    audit,
    cameras,
    checks,
    control,
    debriefs,
    description,
    dispatch,
    flights,
    incidents,
    intake,
    map,
    observations,
    plans,
    plates,
    recordings,
    registry,
    reports,
    schedule,
    setups,
    units,
    weather,
    zones,
):
    router.include_router(_noun.router, tags=[_noun.__name__.rsplit(".", 1)[-1]])
