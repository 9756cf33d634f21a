"""What a supervisor of processes or a load balancer asks: does the process answer, and can it do its work?"""

from collections import Counter
from typing import Any

from fastapi import Request, Response

from mapserver.core.services import Services
from mapserver.core.version import VERSION
from mapserver.faults import Amiss
from mapserver.faults.workers import as_json
from mapserver.program.schemas import HealthAnswer, ReadyAnswer
from mapserver.web.dependencies import Parts, credential
from mapserver.web.routes import GuardedRouter
from telemetry.access import Permission
from telemetry.clock import iso
from telemetry.errors import VanagasError

router = GuardedRouter(tags=["health"])


@router.get("/healthz", response_model=HealthAnswer)
async def healthy() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok", "version": VERSION}


@router.get(
    "/readyz",
    response_model=ReadyAnswer,
    responses={503: {"description": "Nothing can be stored.", "model": ReadyAnswer}},
)
async def ready(request: Request, response: Response, parts: Parts) -> dict[str, Any]:
    """200 while it can serve and store, though parts of it have faults; 503 while it cannot store.

    Who asks without an administrator's token is told the kinds of the faults and since when, and how many background
    workers are in which state: no names and no remedies.
    """
    stored = await parts.storage.ask()
    faults = parts.faults.standing()
    if isinstance(stored, Amiss):
        response.status_code = 503
        status = "cannot store"
    else:
        status = "ready"
        if faults:
            status = "ready with faults"
    reports = parts.workers.reports()
    told: dict[str, Any] = {"status": status, "stores": response.status_code != 503}
    told["worker_counts"] = Counter(report.state for report in reports)
    if await _is_administrator(request, parts):
        told["faults"] = [fault.as_json(remedy=True) for fault in faults]
        told["workers"] = [as_json(report) for report in reports]
    else:
        told["faults"] = [{"part": fault.kind, "since": iso(fault.since)} for fault in faults]
    return told


async def _is_administrator(request: Request, parts: Services) -> bool:
    try:
        held = await credential(request, parts)
    except VanagasError:
        return False
    return held.principal.may(Permission.ADMINISTER)
