"""Sends what waits in the outbox and tells what is overdue, on the one server whose turn it is."""

from datetime import datetime
from functools import partial

from incidents.referrals import outbox, service
from incidents.referrals.outbox import DeliveryProblem
from incidents.referrals.tables import ReferralMessageRow, ReferralRow
from incidents.referrals.values import ServiceChannel
from mapserver.core.services import Services
from mapserver.referrals.composing import ServiceMessage, compose
from mapserver.referrals.flow import link_of
from mapserver.referrals.mail import send_mail
from mapserver.referrals.webhook import post_webhook
from telemetry.leases import LeaseStanding
from telemetry.messages import Message
from telemetry.store import Work
from telemetry.visibility import Visibility

LEASE = "referrals"
EVERY_S = 2.0


class ReferralWorker:
    """What `look` does is done once in a cluster. A message that was on its way when the server ended is sent again,
    with the same id."""

    def __init__(self, parts: Services) -> None:
        self._parts = parts
        self._ours = Visibility(None, parts.settings.scope)

    def look(self) -> None:
        """Send every message whose turn it is; nothing where it is another server's turn. Raises STORE_ERRORS."""
        if not self._is_our_turn():
            return
        now = self._parts.clock.now()
        with self._parts.store.read() as session:
            waiting = outbox.due(session, self._ours, now)
            is_overdue = any(row.overdue_told_at is None for row in service.overdue(session, self._ours, now))
        if is_overdue:
            self._parts.store.run(partial(service.tell_overdue, visible=self._ours, now=now))
        for message_id in waiting:
            if not self._is_our_turn():
                return
            self._send(message_id)

    def _is_our_turn(self) -> bool:
        leases = self._parts.leases
        return leases.standing(LEASE) is LeaseStanding.OWN or leases.take(LEASE) is not None

    def _send(self, message_id: str) -> None:
        with self._parts.store.read() as session:
            row = session.get_one(ReferralMessageRow, message_id)
            referral = session.get_one(ReferralRow, row.referral_id)
            incident = service.incident_of(session, referral)
            message = compose(row, referral, incident, link_of(self._parts, referral))
        problem = self._try(message)
        now = self._parts.clock.now()
        self._parts.store.run(partial(_record, message_id=message_id, problem=problem, now=now))

    def _try(self, message: ServiceMessage) -> DeliveryProblem | None:
        settings = self._parts.settings
        if message.channel == ServiceChannel.EMAIL:
            return send_mail(settings.mail, message)
        now_s = int(self._parts.clock.now().timestamp())
        return post_webhook(settings.referrals.webhook_keys, message, now_s=now_s)


def _record(work: Work, *, message_id: str, problem: DeliveryProblem | None, now: datetime) -> None:
    """Keep how it went; the timeline says what got there, the first failure, and what is given up."""
    message = work.session.get_one(ReferralMessageRow, message_id)
    referral = work.session.get_one(ReferralRow, message.referral_id)
    title = service.title_of(referral)
    if problem is None:
        outbox.sent(work, message, now)
        said = Message(
            "timeline.service_told", service=title, channel=ServiceChannel(referral.channel), news=message.news
        )
        service.tell(work, referral, said, who=service.ACTOR, now=now)
        return
    is_first = message.tries == 0
    if outbox.failed(work, message, problem, now):
        said = Message("timeline.service_not_told", service=title, reason=problem.why)
        service.tell(work, referral, said, who=service.ACTOR, now=now)
    elif is_first:
        said = Message("timeline.service_not_told_yet", service=title, reason=problem.why)
        service.tell(work, referral, said, who=service.ACTOR, now=now)
