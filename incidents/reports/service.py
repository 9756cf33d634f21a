"""An inspector's report becomes an observation. Takes no picture apart and stores nothing."""

import uuid
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from telemetry.access import Principal
from telemetry.cities import City
from telemetry.errors import BadObservation
from telemetry.messages import Message
from telemetry.observations import Media, Observation, Source, SourceKind
from telemetry.positions import Position
from telemetry.validation import explain

PHONE_ACCURACY_M = 10.0
"""One sigma taken when the phone does not say how good its fix is."""


class Report(BaseModel):
    """What the inspector taps and types."""

    category: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
    note: Annotated[str, Field(max_length=500)] = ""
    position: Position | None = None
    ref: Annotated[str, Field(min_length=1, max_length=100)] = Field(default_factory=lambda: str(uuid.uuid4()))
    """The form's own name for this report; a second tap on the button carries the same and changes nothing."""
    seen_at: datetime | None = None
    """When it was seen, if not now (UTC)."""
    incident_id: str | None = None
    """The incident it is about, if the inspector says so."""


def observation(
    report: Report, by: Principal, city: City, *, now: datetime, media: tuple[Media, ...] = ()
) -> Observation:
    """The observation that `by` makes by reporting at `now` (UTC). Raises BadObservation naming the field."""
    attributes: dict[str, Any] = {"reported_by": by.name}
    if report.incident_id:
        attributes["incident_id"] = report.incident_id
    try:
        return Observation(
            city=city,
            source=Source(kind=SourceKind.INSPECTOR, id=by.name),
            source_ref=report.ref,
            category=report.category,
            started_at=report.seen_at or now,
            position=report.position,
            confidence=1.0,
            summary=report.note or report.category.replace("_", " ").capitalize(),
            attributes=attributes,
            media=media,
        )
    except ValidationError as error:
        raise BadObservation(Message("incidents.report_unusable", reason=explain(error))) from error
