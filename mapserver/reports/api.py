"""Inspectors' reports."""

from typing import Annotated, Any

from incidents.reports.service import Report
from mapserver.reports.flow import file_report
from mapserver.web.api_routes import ApiRouter
from mapserver.web.dependencies import Parts, Writer, allowed
from telemetry.access import Permission, Principal

router = ApiRouter("reports")


@router.post("/reports")
def report(
    said: Report, caller: Annotated[Principal, allowed(Permission.REPORT)], parts: Parts, work: Writer
) -> dict[str, Any]:
    """File a report from the street; the receipt names the incident it joined or opened."""
    return file_report(parts, work, said, caller).public()
