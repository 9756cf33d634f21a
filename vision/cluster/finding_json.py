"""A finding as JSON, both ways: how one that was made on another machine comes home. Sends nothing."""

import base64
import json
from typing import Annotated

from pydantic import AfterValidator, Base64Bytes, BaseModel, ConfigDict, Field, ValidationError, model_validator

from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.observations.values import Category, Detail, Name, UtcTime, sane_message
from telemetry.positions import Position
from telemetry.validation import explain
from vision.findings import Finding
from vision.frames.still_images import require_jpeg

LARGEST_SNAPSHOT = 4 * 1024 * 1024
"""Bytes of a finding's picture."""
LONGEST_QUIET_S = 86_400.0

Fraction = Annotated[float, Field(ge=-10, le=10, allow_inf_nan=False)]
"""Of the picture; a box may lie partly outside of it."""


class HandedInFinding(BaseModel):
    """Every field of a Finding, within the bounds of an observation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    camera_id: Name
    ref: Name
    rule: Name
    category: Category
    label: Name
    at: UtcTime
    ended: UtcTime
    confidence: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    box: tuple[Fraction, Fraction, Fraction, Fraction]
    summary: Annotated[Message, AfterValidator(sane_message)]
    attributes: Detail
    snapshot: Base64Bytes
    position: Position | None = None
    quiet_s: Annotated[float, Field(ge=0, le=LONGEST_QUIET_S, allow_inf_nan=False)] = 0.0

    @model_validator(mode="after")
    def _ends_after_start(self) -> "HandedInFinding":
        if self.ended < self.at:
            raise ValueError("`ended` is before `at`")
        return self


def to_json(finding: Finding) -> bytes:
    """`finding` as one JSON object, its picture in base64 and times in UTC to the microsecond."""
    fields = {name: getattr(finding, name) for name in HandedInFinding.model_fields}
    fields |= {
        "at": finding.at.isoformat(),
        "ended": finding.ended.isoformat(),
        "attributes": dict(finding.attributes),
        "summary": finding.summary.to_json(),
        "snapshot": base64.b64encode(finding.snapshot).decode(),
        "position": None if finding.position is None else finding.position.model_dump(mode="json"),
    }
    return json.dumps(fields, allow_nan=False).encode()


def from_json(raw: object) -> Finding:
    """The finding in decoded JSON. Raises BadInput naming each bad field, BadMedia for a picture that does not
    look like a JPEG; whether it can be decoded is asked elsewhere."""
    if not isinstance(raw, dict):
        raise BadInput(Message("cluster.no_finding"))
    try:
        message = HandedInFinding.model_validate(raw)
    except ValidationError as error:
        raise BadInput(Message("cluster.finding_unusable", reason=explain(error))) from error
    require_jpeg(message.snapshot, largest=LARGEST_SNAPSHOT)
    return Finding(**{name: getattr(message, name) for name in HandedInFinding.model_fields})
