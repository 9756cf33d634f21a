"""Sends one e-mail through the mail server of the settings (SMTP submission, RFC 6409). Waits for it; keeps nothing."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import format_datetime

from incidents.referrals.outbox import DeliveryProblem
from mapserver.core.mail_settings import MailSettings
from mapserver.referrals.composing import ServiceMessage
from telemetry.messages import Message

TIMEOUT_S = 10.0
PERMANENT = 500
"""Replies from here on are final (RFC 5321, section 4.2.1)."""


def send_mail(settings: MailSettings | None, message: ServiceMessage) -> DeliveryProblem | None:
    """Send it; None once the mail server has taken it, else why not."""
    if settings is None:
        return DeliveryProblem(Message("referrals.no_mail_server"))
    try:
        with _connection(settings) as server:
            server.send_message(_email(settings, message))
    except (smtplib.SMTPException, OSError) as error:  # an ssl.SSLError is an OSError
        return _problem(error)
    return None


@contextmanager
def _connection(settings: MailSettings) -> Iterator[smtplib.SMTP]:
    """The mail server, spoken to in secret and signed in to as the settings say."""
    own_name = settings.sender.rpartition("@")[2]
    if settings.tls == "implicit":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.host, settings.port, local_hostname=own_name, timeout=TIMEOUT_S, context=_tls(settings)
        )
    else:
        server = smtplib.SMTP(settings.host, settings.port, local_hostname=own_name, timeout=TIMEOUT_S)
    with server:
        if settings.tls == "starttls":
            server.starttls(context=_tls(settings))
        if settings.username:
            server.login(settings.username, settings.password.get_secret_value())
        yield server


def _tls(settings: MailSettings) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.ca_file)


def _email(settings: MailSettings, message: ServiceMessage) -> EmailMessage:
    email = EmailMessage()
    email["From"] = settings.sender
    email["To"] = message.address
    email["Subject"] = message.subject
    email["Date"] = format_datetime(message.written_at)
    email["Message-ID"] = f"<{message.id}@{settings.sender.rpartition('@')[2]}>"
    email["Auto-Submitted"] = "auto-generated"
    email.set_content(message.text, cte="base64")
    email["Content-Language"] = message.language
    return email


def _problem(error: smtplib.SMTPException | OSError) -> DeliveryProblem:
    """What went wrong. Final is only what the server says of the recipient or of the message itself."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, said = next(iter(error.recipients.values()))
            return _refused(code, said, is_final=code >= PERMANENT)
        case smtplib.SMTPAuthenticationError():
            return DeliveryProblem(Message("referrals.mail_sign_in_refused"))
        case smtplib.SMTPDataError():
            return _refused(error.smtp_code, error.smtp_error, is_final=error.smtp_code >= PERMANENT)
        case smtplib.SMTPResponseException():
            return _refused(error.smtp_code, error.smtp_error, is_final=False)
        case _:
            reason = str(error) or type(error).__name__
            return DeliveryProblem(Message("referrals.mail_failed", reason=reason[:200]))


def _refused(code: int, said: bytes | str, *, is_final: bool) -> DeliveryProblem:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return DeliveryProblem(Message("referrals.mail_refused", code=code, reason=words[:200]), is_final=is_final)
