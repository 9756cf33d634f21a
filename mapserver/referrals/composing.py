"""What a service is told of an incident: as an e-mail's text, and as JSON for its own system. Sends nothing.

Holds what the service needs to find the place, and what the coordinator wrote for it; nothing that residents said.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidents.referrals.tables import ReferralMessageRow, ReferralNews, ReferralRow
from incidents.timeline import service as timeline
from incidents.timeline.tables import IncidentRow
from mapserver.core.version import VERSION
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.messages import Message, speaking, use_zone
from telemetry.scopes import Scope


@dataclass(frozen=True)
class ServiceMessage:
    """One message, ready to be sent."""

    id: str
    """The same at every try."""
    service: str
    channel: str
    address: str
    language: str
    written_at: datetime
    subject: str
    text: str
    content: dict[str, Any]
    """For the service's own system."""


def compose(message: ReferralMessageRow, referral: ReferralRow, row: IncidentRow, link: str) -> ServiceMessage:
    """The message in the service's language and the town's time; `link` leads to its status page."""
    town = City(referral.city)
    with speaking(referral.language):
        use_zone(town.facts.zone)
        title = timeline.title(row)
        parts = {"title": title, "town": town.facts.name}
        is_simulated = not Scope(referral.scope).is_live
        if message.news == ReferralNews.WITHDRAWN:
            subject = Message("referral_mail.withdrawn_subject", **parts)
            lines = [Message("referral_mail.withdrawn", **parts)]
        else:
            subject = Message("referral_mail.subject", **parts, due_at=referral.due_at)
            lines = list(_lines(referral, row, link))
        if is_simulated:
            lines.insert(0, Message("referral_mail.simulated"))
        return ServiceMessage(
            id=message.id,
            service=referral.service,
            channel=referral.channel,
            address=referral.address,
            language=referral.language,
            written_at=message.written_at,
            subject=subject.text(),
            text="\n".join(line.text() for line in lines) + "\n",
            content=_content(message, referral, row, link),
        )


def _lines(referral: ReferralRow, row: IncidentRow, link: str) -> list[Message]:
    lines = [
        Message("referral_mail.what", what=timeline.title(row), town=City(referral.city).facts.name),
        Message("referral_mail.seen_at", at=row.first_at),
        _where(row),
        Message("referral_mail.due", at=referral.due_at),
    ]
    if referral.note:
        lines.append(Message("referral_mail.note", note=referral.note))
    lines += [Message("referral_mail.number", number=row.id[:8]), Message("referral_mail.answer", link=link)]
    return lines


def _where(row: IncidentRow) -> Message:
    if row.lat is None or row.lon is None:
        return Message("referral_mail.no_place")
    return Message("referral_mail.where", lat=row.lat, lon=row.lon, accuracy_m=row.accuracy_m or 0.0)


def _content(message: ReferralMessageRow, referral: ReferralRow, row: IncidentRow, link: str) -> dict[str, Any]:
    position = None
    if row.lat is not None and row.lon is not None:
        position = {"lat": row.lat, "lon": row.lon, "accuracy_m": row.accuracy_m}
    return {
        "event": message.news,
        "message": message.id,
        "referral": referral.id,
        "service": referral.service,
        "town": referral.city,
        "incident": {
            "id": row.id,
            "category": row.category,
            "title": timeline.title(row).text(),
            "severity": row.severity,
            "first_seen_at": iso(row.first_at),
            "position": position,
        },
        "note": referral.note,
        "due_at": iso(referral.due_at),
        "status_link": link,
        "simulated": not Scope(referral.scope).is_live,
        "version": VERSION,
    }
