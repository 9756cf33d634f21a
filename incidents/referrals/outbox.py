"""What is still to be sent to services. A message waits until it is sent or given up, over restarts too.

Knows no mail and no HTTP: `mapserver/referrals/worker.py` sends, and says here how it went.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from incidents.referrals.tables import ReferralMessageRow, ReferralNews, ReferralRow
from incidents.referrals.values import ReferralState
from telemetry.messages import Message
from telemetry.store import Work
from telemetry.visibility import Visibility

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 480, 480))
"""Before each further try: about a day, which a mail server may need to be mended."""


@dataclass(frozen=True)
class DeliveryProblem:
    """Why a message did not get there."""

    why: Message
    is_final: bool = False
    """Whether trying again makes no sense."""


def put(work: Work, referral: ReferralRow, news: ReferralNews, *, now: datetime) -> None:
    """Have the service told."""
    message = ReferralMessageRow(
        id=uuid.uuid4().hex, referral_id=referral.id, news=news, written_at=now, try_at=now
    )  # fmt: skip
    work.session.add(message)
    work.session.flush()


def drop(work: Work, referral: ReferralRow) -> bool:
    """Send nothing more about the referral; whether the service has been told of it before."""
    was_sent = False
    for message in of_referral(work.session, referral.id):
        message.try_at = None
        work.session.add(message)
        was_sent = was_sent or message.sent_at is not None
    return was_sent


def due(session: Session, visible: Visibility, now: datetime) -> Sequence[str]:
    """The ids of the messages whose turn it is, oldest first."""
    query = (
        select(ReferralMessageRow.id)
        .join(ReferralRow, col(ReferralRow.id) == col(ReferralMessageRow.referral_id))
        .where(visible.rows(ReferralRow), col(ReferralMessageRow.try_at) <= now)
        .order_by(col(ReferralMessageRow.written_at))
    )
    return session.exec(query).all()


def of_referral(session: Session, referral_id: str) -> list[ReferralMessageRow]:
    """Every message about a referral, oldest first."""
    query = select(ReferralMessageRow).where(ReferralMessageRow.referral_id == referral_id)
    return list(session.exec(query.order_by(col(ReferralMessageRow.written_at))))


def sent(work: Work, message: ReferralMessageRow, now: datetime) -> None:
    """It got there."""
    message.tries += 1
    message.sent_at = now
    message.try_at = None
    message.problem = None
    work.session.add(message)


def failed(work: Work, message: ReferralMessageRow, problem: DeliveryProblem, now: datetime) -> bool:
    """It did not; whether it is given up."""
    given_up = problem.is_final or message.tries >= len(PAUSES)
    message.try_at = None if given_up else now + PAUSES[message.tries]
    message.tries += 1
    message.problem = problem.why.to_json()
    work.session.add(message)
    return given_up


def try_again(work: Work, referral: ReferralRow, now: datetime) -> bool:
    """Try at once what was given up or waits; whether there is anything."""
    found = False
    for message in of_referral(work.session, referral.id):
        if message.sent_at is None:
            message.try_at = now
            message.tries = 0
            work.session.add(message)
            found = True
    return found


def count_given_up(session: Session, visible: Visibility) -> int:
    """How many messages about what is still expected of a service were given up."""
    query = (
        select(func.count())
        .select_from(ReferralMessageRow)
        .join(ReferralRow, col(ReferralRow.id) == col(ReferralMessageRow.referral_id))
        .where(visible.rows(ReferralRow), col(ReferralRow.state).in_([one.value for one in ReferralState if one.open]))
        .where(col(ReferralMessageRow.try_at).is_(None), col(ReferralMessageRow.sent_at).is_(None))
    )
    return session.exec(query).one()
