"""The forms on an incident's page by which what a person said is corrected."""

from typing import Annotated

from fastapi import Form, Request, Response

from incidents.timeline.tables import IncidentRow
from mapserver.incidents.flow import correct_entry, take_correction_back
from mapserver.incidents.handling_pages import answer
from mapserver.web.dependencies import Parts, Writer
from mapserver.web.permissions import MaySeeIncidents
from mapserver.web.routes import GuardedRouter

router = GuardedRouter(include_in_schema=False)


@router.post("/incidents/{incident_id}/timeline/{seq}/correction")
def correct(
    request: Request, incident_id: str, seq: int, caller: MaySeeIncidents, parts: Parts, work: Writer,
    text: Annotated[str, Form()] = "", reason: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Strike an entry through, or be told on the page why not."""

    def do(row: IncidentRow) -> None:
        correct_entry(parts, work, row, seq, caller, text=text, reason=reason)

    return answer(request, parts, work, incident_id, caller, do)


@router.post("/incidents/{incident_id}/timeline/{seq}/correction/undo")
def take_back(
    request: Request, incident_id: str, seq: int, caller: MaySeeIncidents, parts: Parts, work: Writer,
    reason: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Let an entry stand again, or be told on the page why not."""

    def do(row: IncidentRow) -> None:
        take_correction_back(parts, work, row, seq, caller, reason=reason)

    return answer(request, parts, work, incident_id, caller, do)
