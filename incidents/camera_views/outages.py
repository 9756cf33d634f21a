"""When cameras gave no picture, as the timeline of outages has it: observations of `camera_lost` and their ends."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from telemetry.observations.tables import ObservationRow
from telemetry.observations.values import Observation
from telemetry.visibility import Visibility
from vision.feeds.outages import CATEGORY

LONGEST = timedelta(days=31)
"""An outage that began longer before is not looked for."""


@dataclass(frozen=True)
class CameraOutage:
    """A camera that gave no picture."""

    camera_id: str
    begins: datetime
    """UTC, as `ends`."""
    ends: datetime | None
    """None: it still gives none, as far as anybody said."""


def outages_between(
    session: Session, visible: Visibility, cameras: Collection[str], begins: datetime, ends: datetime
) -> list[CameraOutage]:
    """The outages of these cameras that touch the time from `begins` to `ends` (UTC), earliest first."""
    query = select(ObservationRow.body).where(
        visible.rows(ObservationRow),
        ObservationRow.category == CATEGORY,
        col(ObservationRow.source_id).in_(cameras),
        col(ObservationRow.started_at).between(begins - LONGEST, ends),
    )
    said = [Observation.model_validate(body) for body in session.exec(query)]
    over = {(one.source.id, one.started_at): one.ended_at for one in said if one.ended_at is not None}
    begun = {(one.source.id, one.started_at) for one in said}
    found = [CameraOutage(camera, at, over.get((camera, at))) for camera, at in begun]
    touching = [one for one in found if one.ends is None or one.ends > begins]
    return sorted(touching, key=lambda one: (one.begins, one.camera_id))
