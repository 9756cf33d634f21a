"""What the API answers of referrals."""

from typing import ClassVar

from incidents.referrals.values import ReferralState, ServiceChannel
from mapserver.web.schemas import Answer, GeoJsonPolygon, Json, Utc


class ServiceShape(Answer):
    """A responsible service as the town's file has it."""

    name: str
    title: str
    """In the language of the request, as far as the town's file has it."""
    categories: list[str]
    """Of incidents that it deals with."""
    towns: list[str]
    """Where it works; every town where empty."""
    area: GeoJsonPolygon | None
    """Where it is responsible; null: everywhere in its towns."""
    channel: ServiceChannel
    address: str
    """For e-mail and webhook; else empty."""
    phone: str
    due_h: float
    """Hours within which it should be done."""
    language: str | None
    """In which it is written to; null: that of the town."""


class ReferralAnswer(Answer):
    """An incident that was handed over to a service."""

    EXAMPLE: ClassVar[Json] = {
        "id": "referral-5f0c1a9e77b2",
        "incident_id": "0193a5c2-1111-7000-8000-000000000001",
        "title": "Fallen tree",
        "severity": 3,
        "city": "siauliai",
        "service": "greenery",
        "service_title": "Greenery",
        "channel": "email",
        "address": "greenery@town.example",
        "phone": "",
        "note": "Across.",
        "asked_by": "ilze",
        "asked_at": "2026-11-30T21:41:00Z",
        "due_at": "2026-12-01T21:41:00Z",
        "overdue": False,
        "state": "accepted",
        "answer": "Coming.",
        "answered_at": "2026-11-30T22:02:00Z",
        "told_at": "2026-11-30T21:41:03Z",
        "problem": None,
        "tries_again_at": None,
        "status_link": "https://vanagas.example/handed-over/EXAMPLE?lang=lt",
        "simulated": False,
    }

    id: str
    incident_id: str
    """What it is about now: an incident that became part of another is that one."""
    title: str
    """Of the incident."""
    severity: int
    city: str
    service: str
    service_title: str
    channel: ServiceChannel
    address: str
    phone: str
    note: str
    asked_by: str
    asked_at: Utc
    due_at: Utc
    overdue: bool
    state: ReferralState
    answer: str
    """The service's last line."""
    answered_at: Utc | None
    told_at: Utc | None
    """When the service's mail server or system took the message; null while it has not, and where it is passed on by
    hand."""
    problem: str | None
    """Why the last try failed."""
    tries_again_at: Utc | None
    """Null once it is sent or given up."""
    status_link: str
    """Where the service answers, without signing in."""
    simulated: bool
