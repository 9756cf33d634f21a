"""Inspectors' reports."""

from typing import Any

from incidents.reports.service import Report
from mapserver.observations.schemas import ReceiptAnswer
from mapserver.reports.flow import file_report
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Writer
from mapserver.web.permissions import MayReport
from telemetry.errors import Conflict, NotFound

router = ApiRouter("reports")


@router.post("/reports", response_model=ReceiptAnswer)
@refuses(NotFound, Conflict)
def report(said: Report, caller: MayReport, parts: Parts, work: Writer) -> dict[str, Any]:
    """File a report from the street; the receipt names the incident it joined or opened."""
    return file_report(parts, work, said, caller).public()
