"""Stories of several steps that pages and API share: a report is filed, a unit is deployed."""

from incidents.reports.service import Report, observation
from incidents.timeline import service as timeline
from incidents.timeline.service import Receipt
from mapserver.services import Services
from telemetry.access import Principal
from telemetry.errors import NotAllowed
from telemetry.observations import Media
from telemetry.store import Work
from vision.pictures import clean_jpeg


def file_report(parts: Services, work: Work, report: Report, by: Principal, photo: bytes | None = None) -> Receipt:
    """Take in what `by` reports, with a photo if there is one. In the demo every report is a simulated one."""
    if by.city is None:
        raise NotAllowed(f"{by.name} belongs to no town; reports are made by people of one")
    media: tuple[Media, ...] = ()
    if photo:
        sha256 = parts.media.put(clean_jpeg(photo))
        media = (Media(kind="snapshot", sha256=sha256, content_type="image/jpeg"),)
    now = parts.clock.now()
    said = report.model_copy(update={"simulated": report.simulated or parts.settings.demo})
    return timeline.accept(work, [observation(said, by, by.city, now=now, media=media)], now=now, rules=parts.rules)[0]
