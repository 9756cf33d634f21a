"""A referral as the API and pages show it."""

from typing import Any

from sqlmodel import Session

from incidents.referrals import outbox, service
from incidents.referrals.tables import ReferralRow
from incidents.referrals.values import ReferralState, ResponsibleService
from incidents.timeline import service as timeline
from mapserver.core.services import Services
from mapserver.referrals.flow import link_of
from telemetry.clock import iso, iso_or_none
from telemetry.messages import Message


def public(parts: Services, session: Session, referral: ReferralRow) -> dict[str, Any]:
    """The referral with its incident, and how far its messages are."""
    incident = service.incident_of(session, referral)
    messages = outbox.of_referral(session, referral.id)
    problem = next((one.problem for one in reversed(messages) if one.problem is not None), None)
    return {
        "id": referral.id,
        "incident_id": incident.id,
        "title": timeline.title(incident).text(),
        "severity": incident.severity,
        "city": referral.city,
        "service": referral.service,
        "service_title": service.title_of(referral).text(),
        "channel": referral.channel,
        "address": referral.address,
        "phone": referral.phone,
        "note": referral.note,
        "asked_by": referral.asked_by,
        "asked_at": iso(referral.asked_at),
        "due_at": iso(referral.due_at),
        "overdue": ReferralState(referral.state).open and referral.due_at <= parts.clock.now(),
        "state": referral.state,
        "answer": referral.answer,
        "answered_at": iso_or_none(referral.answered_at),
        "told_at": iso_or_none(next((one.sent_at for one in messages if one.sent_at is not None), None)),
        "problem": None if problem is None else Message.from_json(problem).text(),
        "tries_again_at": iso_or_none(next((one.try_at for one in messages if one.try_at is not None), None)),
        "status_link": link_of(parts, referral),
        "simulated": incident.simulated,
    }


def public_service(one: ResponsibleService) -> dict[str, Any]:
    """A service as the town's file has it."""
    area = None
    if one.area is not None:
        ring = [list(corner) for corner in one.area.exterior.coords]
        area = {"type": "Polygon", "coordinates": [ring]}
    return {
        "name": one.name,
        "title": one.title.text(),
        "categories": list(one.categories),
        "towns": sorted(one.towns),
        "area": area,
        "channel": one.channel,
        "address": one.address,
        "phone": one.phone,
        "due_h": one.due.total_seconds() / 3_600,
        "language": one.language,
    }
