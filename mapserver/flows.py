"""Stories of several steps that pages and API share: a report is filed, a unit is deployed."""

from collections.abc import Sequence

from incidents.reports.service import Report, observation
from incidents.timeline import service as timeline
from incidents.timeline.service import Receipt
from mapserver.services import Services
from telemetry.access import Principal
from telemetry.errors import NotAllowed
from telemetry.observations import Media, Observation
from telemetry.store import Work
from vision.pictures import clean_jpeg


def take(parts: Services, work: Work, arrived: Sequence[Observation]) -> list[Receipt]:
    """Accept observations as of now. In the demo everything is simulated, whoever sent it, so everything says so."""
    if parts.settings.demo:
        arrived = [o.model_copy(update={"attributes": {**o.attributes, "simulated": True}}) for o in arrived]
    return timeline.accept(work, arrived, now=parts.clock.now(), rules=parts.rules)


def file_report(parts: Services, work: Work, report: Report, by: Principal, photo: bytes | None = None) -> Receipt:
    """Take in what `by` reports, with a photo if there is one."""
    if by.city is None:
        raise NotAllowed(f"{by.name} belongs to no town; reports are made by people of one")
    media: tuple[Media, ...] = ()
    if photo:
        sha256 = parts.media.put(clean_jpeg(photo))
        media = (Media(kind="snapshot", sha256=sha256, content_type="image/jpeg"),)
    return take(parts, work, [observation(report, by, by.city, now=parts.clock.now(), media=media)])[0]
