"""The story of a handover: everything that the next shift has to know, on one page."""

from typing import Any

from sqlmodel import Session

from incidents.handovers import service
from incidents.handovers.service import ChangedIncident
from incidents.referrals import service as referrals
from incidents.settling import questions
from incidents.shifts import service as shifts
from incidents.timeline import repository
from incidents.timeline import service as timeline
from mapserver.core.services import Services
from mapserver.referrals.shown import public as public_referral
from telemetry.access import Principal, visibility
from telemetry.clock import iso
from telemetry.messages import as_message


def handover(parts: Services, session: Session, by: Principal) -> dict[str, Any]:
    """What is open, asked, changed since `by` left, overdue and expected of services, and who is on shift."""
    now = parts.clock.now()
    visible = visibility(by)
    since = service.left_at(session, by.name, visible, now)
    changed = service.changed_since(session, visible, since)
    expected = [public_referral(parts, session, row) for row in referrals.open_ones(session, visible)]
    return {
        "since": iso(since),
        "at": iso(now),
        "open": [timeline.headline(row) for row in repository.open_ones(session, visible)],
        "asked": [questions.public(row) for row in questions.open_ones(session, visible)],
        "changed": [_changed(one) for one in changed],
        "overdue": [one for one in expected if one["overdue"]],
        "expected": [one for one in expected if not one["overdue"]],
        "returned": [public_referral(parts, session, row) for row in referrals.returned(session, visible)],
        "on_shift": [shifts.public(row) for row in shifts.on_shift(session, visible, now)],
        "next": [shifts.public(row) for row in service.next_shifts(session, visible, now)],
    }


def _changed(one: ChangedIncident) -> dict[str, Any]:
    last = {"at": iso(one.last.at), "who": one.last.who, "text": as_message(one.last.message or one.last.text).text()}
    return {"incident": timeline.headline(one.row), "entries": one.entries, "last": last}
