"""The stories of a referral: an incident is handed over, the service answers by its link, it is taken back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from incidents.merging import State
from incidents.referrals import links, outbox, service
from incidents.referrals.service import ReferralOrder
from incidents.referrals.tables import ReferralRow
from incidents.referrals.values import ResponsibleService, ServiceAnswer, responsible
from incidents.timeline.tables import IncidentRow
from mapserver.core.services import Services
from telemetry.access import Principal, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.messages import Message
from telemetry.store import Work


@dataclass(frozen=True)
class ReferralWish:
    """What a coordinator asks for."""

    service: str | None = None
    """Its name in the town's file; the first that is responsible when None."""
    note: str = ""
    due_at: datetime | None = None


def hand_over(parts: Services, work: Work, row: IncidentRow, wish: ReferralWish, by: Principal) -> ReferralRow:
    """Hand an incident over. Raises BadInput for a service that does not work in the town, Conflict where it has the
    incident already or the incident is closed, NotFound where no service is responsible or has that name."""
    if not State(row.state).open:
        raise Conflict(Message("incidents.closed_already"))
    chosen = _service(parts, row, wish.service)
    referral = service.hand_over(
        work,
        row,
        ReferralOrder(chosen, wish.note, wish.due_at),
        key=parts.settings.key,
        sent=row.scope == parts.settings.scope,
        by=by.name,
        now=parts.clock.now(),
    )
    _record(parts, work, referral, by, "hand_over", referral.service)
    return referral


def answer_by_link(parts: Services, work: Work, secret: str, said: ServiceAnswer, text: str) -> ReferralRow:
    """What a service says on its status page. Raises BadInput, Conflict, NotFound."""
    now = parts.clock.now()
    referral = service.by_link(work.session, secret, now)
    service.answer(work, referral, said, text, now=now)
    return referral


def withdraw(parts: Services, work: Work, referral_id: str, reason: str, by: Principal) -> ReferralRow:
    """Take it back. Raises BadInput, Conflict, NotFound."""
    referral = service.get(work.session, referral_id, visibility(by))
    service.withdraw(work, referral, reason, by=by.name, now=parts.clock.now())
    _record(parts, work, referral, by, "withdraw_referral", reason.strip())
    return referral


def send_again(parts: Services, work: Work, referral_id: str, by: Principal) -> ReferralRow:
    """Try at once what could not be sent. Raises Conflict where everything is sent, NotFound."""
    referral = service.get(work.session, referral_id, visibility(by))
    if not outbox.try_again(work, referral, parts.clock.now()):
        raise Conflict(Message("referrals.nothing_to_send"))
    _record(parts, work, referral, by, "send_referral_again", referral.service)
    return referral


def proposed(parts: Services, row: IncidentRow) -> list[ResponsibleService]:
    """The services of the town, those that are responsible for the incident first."""
    services = parts.town_files.services
    first = list(responsible(services, row.category, row.city, service.place_of(row)))
    return first + [one for one in services.values() if one.serves(row.city) and one not in first]


def link_of(parts: Services, referral: ReferralRow) -> str:
    """The address of its status page."""
    secret = links.secret_part(parts.settings.key, referral.id)
    return links.status_link(base_address(parts), secret, referral.language)


def base_address(parts: Services) -> str:
    """Where services reach this server."""
    settings = parts.settings
    if settings.public_url is not None:
        return settings.public_url
    scheme = "http" if settings.tls_certificate is None else "https"
    return f"{scheme}://{settings.host}:{settings.port}"


def open_and_returned(session: Session, by: Principal) -> Iterator[ReferralRow]:
    """What a coordinator looks after: what services sent back or did, then what is expected of them."""
    yield from service.returned(session, visibility(by))
    yield from service.open_ones(session, visibility(by))


def _service(parts: Services, row: IncidentRow, name: str | None) -> ResponsibleService:
    services = parts.town_files.services
    if name is None:
        fitting = responsible(services, row.category, row.city, service.place_of(row))
        found = next(fitting, None)
        if found is None:
            raise NotFound(Message("referrals.nobody_responsible", services=list(services)))
        return found
    if name not in services:
        raise NotFound(Message("referrals.no_such_service", service=name[:60], services=list(services)))
    if not services[name].serves(row.city):
        town = City(row.city).facts.name
        raise BadInput(Message("referrals.not_of_town", service=services[name].title, town=town))
    return services[name]


def _record(parts: Services, work: Work, referral: ReferralRow, by: Principal, action: str, detail: str) -> None:
    subject = f"incident {referral.incident_id}"
    audit.record(work.session, by, action, subject, city=City(referral.city), at=parts.clock.now(), detail=detail)
