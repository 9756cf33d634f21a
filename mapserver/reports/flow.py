"""The story of an inspector's report: filed with its photo, in the town that it is of."""

from incidents.reports.service import Report, observation
from incidents.timeline.acceptance import Receipt
from mapserver.core.services import Services
from mapserver.observations.flow import take
from telemetry.access import Principal
from telemetry.cities import City, known_towns
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.observations import Media
from telemetry.observations import repository as observations
from telemetry.positions import Position, distance_m
from telemetry.store import Work


def file_report(parts: Services, work: Work, report: Report, by: Principal, photo: bytes | None = None) -> Receipt:
    """Take in what `by` reports, with a photo if there is one, which is clean and small already."""
    media: tuple[Media, ...] = ()
    if photo:
        sha256 = parts.media.put(photo)
        media = (Media(kind="snapshot", sha256=sha256, content_type="image/jpeg"),)
    city = by.city or _town_of(report)
    seen = observation(report, by, city, now=parts.clock.now(), media=media)
    sent_before = observations.families(work.session, city, by.scope, by.name, [seen.key])[seen.key]
    if sent_before and report.seen_at is None:
        # It was seen when it was first sent, however late the form is sent again.
        seen = seen.model_copy(update={"started_at": sent_before[0].observation.started_at})
    return take(parts, work, [seen], by=by)[0]


def _town_of(report: Report) -> City:
    """The town closest to what somebody of both reports. Raises BadInput when it does not say where it is."""
    place = report.position
    if place is None:
        raise BadInput(Message("reports.place_missing"))
    return min(known_towns(), key=lambda city: distance_m(place, Position(lat=city.facts.lat, lon=city.facts.lon)))
