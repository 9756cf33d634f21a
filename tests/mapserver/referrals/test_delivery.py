"""Services are told by a real mail server and a real HTTP receiver: once, signed, and again until it works."""

import shutil
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from incidents.referrals import outbox, service
from incidents.referrals.tables import ReferralRow
from incidents.referrals.values import ServiceAnswer
from mapserver.core.mail_settings import MailSettings
from mapserver.core.services import Services, assemble
from mapserver.faults.values import Amiss, Sound
from mapserver.referrals.flow import link_of
from mapserver.referrals.inspection import look
from mapserver.referrals.webhook import signature
from mapserver.referrals.worker import LEASE, ReferralWorker
from telemetry.clock import ManualClock
from telemetry.leases import LeaseOwner
from telemetry.leases import service as leases
from telemetry.visibility import EVERYTHING
from tests.mapserver.referrals.conftest import COORDINATOR, KEY
from tests.mapserver.referrals.receivers import Mailbox, Receiver, mail_server
from tests.mapserver.web.test_tls import certificate

Refer = Callable[..., ReferralRow]
Told = Callable[[str], list[str]]


def test_a_service_is_written_to_in_its_towns_language_with_a_link(
    served: Services, worker: ReferralWorker, mailbox: Mailbox, referred: Refer, told: Told
) -> None:
    referral = referred(note="It lies across the cycle path.")
    worker.look()
    worker.look()
    (email,) = mailbox.messages
    assert (email["To"], email["From"]) == ("greenery@town.example", "centre@town.example")
    assert str(email["Content-Language"]) == "lv"
    text = email.get_content()
    assert "It lies across the cycle path." in text
    assert link_of(served, referral) in text
    assert [said.partition(",")[0] for said in told(referral.incident_id)] == [
        "handed over to Greenery service",
        "Greenery service was told that it is handed over (by e-mail)",
    ]


def test_a_services_own_system_is_told_signed(
    worker: ReferralWorker, receiver: Receiver, referred: Refer, clock: ManualClock
) -> None:
    referral = referred("pothole")
    worker.look()
    (said,) = receiver.heard
    assert (said["event"], said["referral"], said["incident"]["category"]) == ("handed_over", referral.id, "pothole")
    headers = receiver.headers[0]
    expected = signature(KEY.encode(), int(clock.now().timestamp()), receiver.bodies[0])
    assert headers["Vanagas-Signature"] == expected
    assert headers["Vanagas-Message"] == said["message"]


def test_it_is_tried_again_until_it_works_and_the_first_failure_is_said(
    worker: ReferralWorker, receiver: Receiver, referred: Refer, told: Told, clock: ManualClock
) -> None:
    receiver.statuses = [503, 429]
    referral = referred("pothole")
    for pause in (None, *outbox.PAUSES[:3]):
        clock.advance(0 if pause is None else pause.total_seconds())
        worker.look()
    assert len(receiver.heard) == 3
    assert len({headers["Vanagas-Message"] for headers in receiver.headers}) == 1
    assert told(referral.incident_id)[1:] == [
        "Road service could not be told yet: the service's system refuses it with status 503; it is tried again",
        "Road service was told that it is handed over (to the service's own system)",
    ]


def test_what_is_refused_for_good_is_given_up_at_once_and_tried_again_on_demand(
    served: Services, worker: ReferralWorker, mailbox: Mailbox, referred: Refer, told: Told
) -> None:
    mailbox.refusals = ["550 no such mailbox"]
    referral = referred()
    worker.look()
    worker.look()
    assert "could not be told: the mail server refuses it (550): no such mailbox" in told(referral.incident_id)[-1]
    assert isinstance(look(served), Amiss)
    with served.store.write() as work:
        row = service.get(work.session, referral.id, EVERYTHING)
        assert outbox.try_again(work, row, served.clock.now())
    worker.look()
    assert len(mailbox.messages) == 1
    assert isinstance(look(served), Sound)


def test_after_a_day_of_failures_it_is_given_up(
    worker: ReferralWorker, mailbox: Mailbox, referred: Refer, told: Told, clock: ManualClock
) -> None:
    mailbox.refusals = ["450 busy"] * 20
    referral = referred()
    worker.look()
    for pause in outbox.PAUSES:
        clock.advance(pause.total_seconds())
        worker.look()
    clock.advance(86_400)
    worker.look()
    assert len(mailbox.refusals) == 20 - len(outbox.PAUSES) - 1
    assert "Call them" in told(referral.incident_id)[2]


def test_what_waits_is_sent_by_the_server_that_starts_next(served: Services, mailbox: Mailbox, referred: Refer) -> None:
    referred()
    restarted = assemble(served.settings)
    restarted.town_files = served.town_files
    restarted.clock = served.clock
    ReferralWorker(restarted).look()
    restarted.store.close()
    assert len(mailbox.messages) == 1


def test_nothing_is_sent_while_it_is_another_servers_turn(
    served: Services, worker: ReferralWorker, mailbox: Mailbox, referred: Refer
) -> None:
    referred()
    with served.store.write() as work:
        assert leases.take(work.session, LEASE, LeaseOwner("another server"), lasts_s=60)
    worker.look()
    assert mailbox.messages == []


def test_who_was_told_is_told_when_it_is_withdrawn_and_nobody_else(
    served: Services, worker: ReferralWorker, mailbox: Mailbox, referred: Refer
) -> None:
    first = referred()
    worker.look()
    with served.store.write() as work:
        row = service.get(work.session, first.id, EVERYTHING)
        service.withdraw(work, row, "the owner cleared it", by=COORDINATOR.name, now=served.clock.now())
    second = referred("pothole")
    with served.store.write() as work:
        row = service.get(work.session, second.id, EVERYTHING)
        service.withdraw(work, row, "twice", by=COORDINATOR.name, now=served.clock.now())
    worker.look()
    assert ["vairs nav vajadzīgs" in str(email["Subject"]) for email in mailbox.messages] == [False, True]


def test_what_is_overdue_is_said_once(worker: ReferralWorker, referred: Refer, told: Told, clock: ManualClock) -> None:
    referral = referred()
    worker.look()
    clock.advance(24 * 3_600)
    worker.look()
    worker.look()
    assert ["in time" in said for said in told(referral.incident_id)] == [False, False, True]


def test_an_answer_ends_what_is_expected(
    served: Services, worker: ReferralWorker, referred: Refer, told: Told, clock: ManualClock
) -> None:
    referral = referred()
    with served.store.write() as work:
        row = service.get(work.session, referral.id, EVERYTHING)
        service.answer(work, row, ServiceAnswer.NOT_OURS, "a private garden", now=clock.now())
    clock.advance(90_000)
    worker.look()
    assert told(referral.incident_id)[1] == "Greenery service: not theirs – a private garden"
    assert not any("in time" in said for said in told(referral.incident_id))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")
@pytest.mark.parametrize(("password", "reason"), [("a long password", ""), ("another", "refuses the user name or pa")])
def test_mail_goes_over_tls_and_signed_in(
    served: Services, mailbox: Mailbox, referred: Refer, told: Told, tmp_path: Path, password: str, reason: str
) -> None:
    cert, key = certificate(tmp_path, "mail")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    with mail_server(mailbox, tls=context, password="a long password") as port:
        served.settings.mail = MailSettings(
            host="127.0.0.1", port=port, ca_file=cert, username="vanagas", password=SecretStr(password),
            sender="centre@town.example",
        )  # fmt: skip
        referral = referred()
        ReferralWorker(served).look()
    assert mailbox.encrypted == ([] if reason else [True])
    assert reason in told(referral.incident_id)[-1]


def test_mail_without_tls_goes_to_this_machine_alone() -> None:
    with pytest.raises(ValidationError, match="mail server on this machine"):
        MailSettings(host="mail.example", tls="off", sender="a@b.example")


def test_a_missing_setting_is_a_fault_that_says_which(served: Services, referred: Refer, told: Told) -> None:
    assert isinstance(look(served), Sound)
    served.settings.referrals.webhook_keys.clear()
    keyless = look(served)
    assert isinstance(keyless, Amiss)
    assert "roads" in str(keyless.what)
    referral = referred("pothole")
    ReferralWorker(served).look()
    assert "referrals.webhook_keys" in told(referral.incident_id)[-1]
    served.settings.mail = None
    mailless = look(served)
    assert isinstance(mailless, Amiss)
    assert "greenery" in str(mailless.what)


def test_a_mail_server_that_does_not_answer_is_said_with_its_reason(
    served: Services, referred: Refer, told: Told
) -> None:
    served.settings.mail = MailSettings(host="127.0.0.1", port=9, tls="off", sender="a@b.example")
    referral = referred()
    ReferralWorker(served).look()
    assert "the mail server does not take it" in told(referral.incident_id)[-1]
