"""Findings: what a machine of the cluster found on a camera's video, one at a time."""

from typing import Annotated, Any

from fastapi import Depends

from mapserver.core.body_limits import body_limit
from mapserver.findings.flow import Prepared, prepared, take_finding
from mapserver.observations.schemas import ReceiptAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses, takes
from mapserver.web.dependencies import Parts, Writer
from mapserver.web.permissions import MayHandIn
from mapserver.web.raw_body import LARGEST_MESSAGE, read_json
from telemetry.access import visibility
from telemetry.errors import Conflict, NotFound
from vision.cluster.finding_json import HandedInFinding, from_json
from vision.findings import Finding

router = ApiRouter("findings")


async def _finding(raw: Annotated[Any, Depends(read_json)], parts: Parts) -> Finding:
    finding = from_json(raw)
    await parts.pictures.require_whole_jpeg(finding.snapshot)
    return finding


def _prepared(finding: Annotated[Finding, Depends(_finding)], parts: Parts) -> Prepared:
    return prepared(parts, finding)


@router.post("/findings", response_model=ReceiptAnswer)
@body_limit(LARGEST_MESSAGE, "a finding brings its picture")
@takes(HandedInFinding)
@refuses(NotFound, Conflict)
def hand_in_finding(
    caller: MayHandIn,
    ready: Annotated[Prepared, Depends(_prepared)],
    parts: Parts,
    work: Writer,
) -> dict[str, Any]:
    """Take in one finding on a camera that serves the caller's town now, with its picture, a JPEG, in base64.

    The receipt is as for observations, and means that all of it is on disk; sending it again changes nothing. What
    the same rule told of in another run of the camera's video, within its quiet time, counts as sent already. The same
    may come over MQTT on vanagas/findings/SENDER, sealed with the device's token, where the server is set to listen.
    """
    return take_finding(parts, work, ready, visibility(caller), by=caller).public()
