"""Handing an incident over to a service, and what the service answers. One verb a function; the caller's work commits.

Each step is an entry of the timeline. Sends nothing: what is to be sent waits in the outbox (`outbox.py`).
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shapely.geometry import Point
from sqlmodel import Session, col, select

from incidents.referrals import links, outbox
from incidents.referrals.tables import ReferralNews, ReferralRow
from incidents.referrals.values import LONGEST_TEXT, ReferralState, ResponsibleService, ServiceAnswer, ServiceChannel
from incidents.timeline import repository
from incidents.timeline import service as timeline
from incidents.timeline.tables import EntryKind, IncidentRow
from telemetry.cities import City
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.messages import ENGLISH, Message
from telemetry.scopes import Scope
from telemetry.store import Change, Work
from telemetry.visibility import Visibility

ACTOR = "referrals"
"""Who it is in timelines where the program acts by itself."""
LINK_LASTS_AFTER_DUE = timedelta(days=30)
LONGEST_DUE = timedelta(days=366)
_OPEN = [state.value for state in ReferralState if state.open]


@dataclass(frozen=True)
class ReferralOrder:
    """What a coordinator hands over, and to whom."""

    service: ResponsibleService
    note: str = ""
    due_at: datetime | None = None
    """UTC; within the service's own time when None."""


def hand_over(
    work: Work, row: IncidentRow, order: ReferralOrder, *, key: bytes, sent: bool, by: str, now: datetime
) -> ReferralRow:
    """Hand the incident over. `key` makes the status link; `sent`: the program tells the service, where it can.

    Raises Conflict while the service has it already, BadInput for a due time that is over and for too long a note.
    """
    service = order.service
    note = _checked(order.note)
    due_at = order.due_at or now + service.due
    if not now < due_at <= now + LONGEST_DUE:
        raise BadInput(Message("referrals.due_wrong", most_d=LONGEST_DUE.days))
    for other in of_incident(work.session, row.id):
        if other.service == service.name and ReferralState(other.state).open:
            raise Conflict(Message("referrals.has_it_already", service=service.title))
    referral_id = f"referral-{uuid.uuid4().hex[:12]}"
    referral = ReferralRow(
        id=referral_id,
        incident_id=row.id,
        city=row.city,
        scope=row.scope,
        service=service.name,
        title=service.title.to_json(),
        channel=service.channel if sent else ServiceChannel.BY_HAND,
        address=service.address,
        phone=service.phone,
        language=service.language or City(row.city).facts.language,
        note=note,
        asked_by=by,
        asked_at=now,
        due_at=due_at,
        state=ReferralState.ASKED,
        link_digest=links.digest_of(links.secret_part(key, referral_id)),
        link_until=due_at + LINK_LASTS_AFTER_DUE,
    )
    work.session.add(referral)
    work.session.flush()  # the next question reads it
    if referral.channel != ServiceChannel.BY_HAND:
        outbox.put(work, referral, ReferralNews.HANDED_OVER, now=now)
    said = Message("timeline.handed_over", service=service.title, due_at=due_at)
    if note:
        said = Message("timeline.because", what=said, reason=note)
    tell(work, referral, said, who=by, now=now)
    return referral


def answer(work: Work, referral: ReferralRow, said: ServiceAnswer, text: str, *, now: datetime) -> None:
    """The service answers with a line of text. Raises Conflict when nothing is expected of it any more, or when it has
    said so already."""
    text = _checked(text)
    state = ReferralState(said)
    before = ReferralState(referral.state)
    if not before.open or (state is before and text == referral.answer):
        raise Conflict(Message("referrals.answered_already", state=before))
    referral.state = state
    referral.answer = text
    referral.answered_at = now
    title = title_of(referral)
    entry = Message("timeline.service_answered", service=title, answer=state)
    if text:
        entry = Message("timeline.service_answered_because", service=title, answer=state, reason=text)
    tell(work, referral, entry, who=title.text(City(referral.city).facts.language), now=now)


def withdraw(work: Work, referral: ReferralRow, reason: str, *, by: str, now: datetime) -> None:
    """The service need not do it. Raises BadInput without a reason, Conflict when nothing is expected of it."""
    reason = _checked(reason)
    if not reason:
        raise BadInput(Message("referrals.withdrawing_needs_reason"))
    if not ReferralState(referral.state).open:
        raise Conflict(Message("referrals.answered_already", state=ReferralState(referral.state)))
    referral.state = ReferralState.WITHDRAWN
    if outbox.drop(work, referral):
        outbox.put(work, referral, ReferralNews.WITHDRAWN, now=now)
    said = Message("timeline.referral_withdrawn", service=title_of(referral), reason=reason)
    tell(work, referral, said, who=by, now=now)


def tell_overdue(work: Work, visible: Visibility, now: datetime) -> None:
    """Write into the timelines, once, what is not done in its time."""
    for referral in overdue(work.session, visible, now):
        if referral.overdue_told_at is None:
            referral.overdue_told_at = now
            said = Message("timeline.referral_overdue", service=title_of(referral), due_at=referral.due_at)
            tell(work, referral, said, who=ACTOR, now=now)


def tell(work: Work, referral: ReferralRow, said: Message, *, who: str, now: datetime) -> None:
    """Write it into the timeline of the incident, or of what that became part of, and let pages know."""
    row = repository.standing(work.session, work.session.get_one(IncidentRow, referral.incident_id))
    work.session.add(referral)
    work.session.flush()
    timeline.write_entry(work, row, EntryKind.REFERRAL, said, who=who, at=now)
    work.tell(timeline.change(row))
    news = Message("referrals.news", what=said, title=timeline.title(row))
    data: dict[str, Any] = {
        "incident_id": row.id,
        "state": referral.state,
        "text": news.text(ENGLISH.code),
        "text_message": news.to_json(),
        "simulated": row.simulated,
    }
    work.tell(Change("referral", referral.id, frozenset({City(referral.city)}), Scope(referral.scope), data))


def get(session: Session, referral_id: str, visible: Visibility) -> ReferralRow:
    """The referral, if it is in `visible`. Raises NotFound."""
    row = session.get(ReferralRow, referral_id)
    if row is None or not visible.shows(row):
        raise NotFound(Message("referrals.not_found", referral=referral_id[:60]))
    return row


def by_link(session: Session, secret: str, now: datetime) -> ReferralRow:
    """The referral to whose status page a link leads. Raises NotFound for one that was never given out or is over."""
    row = session.exec(select(ReferralRow).where(ReferralRow.link_digest == links.digest_of(secret))).first()
    if row is None or now >= row.link_until:
        raise NotFound(Message("referrals.link_over"))
    return row


def of_incident(session: Session, incident_id: str) -> list[ReferralRow]:
    """The referrals of an incident and of what became part of it, in order of time."""
    query = select(ReferralRow).where(col(ReferralRow.incident_id).in_(repository.with_parts(session, incident_id)))
    return list(session.exec(query.order_by(col(ReferralRow.asked_at), col(ReferralRow.id))))


def open_ones(session: Session, visible: Visibility) -> list[ReferralRow]:
    """All of which something is expected, the soonest due first."""
    query = select(ReferralRow).where(visible.rows(ReferralRow), col(ReferralRow.state).in_(_OPEN))
    return list(session.exec(query.order_by(col(ReferralRow.due_at), col(ReferralRow.id))))


def overdue(session: Session, visible: Visibility, now: datetime) -> list[ReferralRow]:
    """Those of them whose time is over, the longest overdue first."""
    return [row for row in open_ones(session, visible) if row.due_at <= now]


def returned(session: Session, visible: Visibility) -> list[ReferralRow]:
    """What services answered, of incidents that are still open: a coordinator decides what comes next."""
    answered = [ReferralState.DONE, ReferralState.NOT_OURS]
    query = (
        select(ReferralRow)
        .join(IncidentRow, col(IncidentRow.id) == col(ReferralRow.incident_id))
        .where(
            visible.rows(ReferralRow),
            col(ReferralRow.state).in_(answered),
            col(IncidentRow.closed_at).is_(None) | col(IncidentRow.merged_into).is_not(None),
        )
    )
    rows = session.exec(query.order_by(col(ReferralRow.answered_at).desc(), col(ReferralRow.id)))
    return [row for row in rows if incident_of(session, row).closed_at is None]


def incident_of(session: Session, referral: ReferralRow) -> IncidentRow:
    """The incident that it is about now."""
    return repository.standing(session, session.get_one(IncidentRow, referral.incident_id))


def title_of(referral: ReferralRow) -> Message:
    """What the service is called."""
    return Message.from_json(referral.title)


def place_of(row: IncidentRow) -> Point | None:
    """Where the incident is (longitude, latitude)."""
    if row.lat is None or row.lon is None:
        return None
    return Point(row.lon, row.lat)


def _checked(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        raise BadInput(Message("incidents.text_too_long", length=len(text), limit=LONGEST_TEXT))
    return text
