"""SOAP 1.2 as ONVIF devices speak it: envelopes with a WS-Security password digest, and what an answer says.

ONVIF Core Specification, 5.12 (security); OASIS Web Services Security UsernameToken Profile 1.0.
"""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from telemetry.dialects.xml_reading import child_of, inside, read_xml, text_at
from telemetry.errors import BadObservation
from telemetry.messages import Message
from vision.events.pulls.values import RETRY_REFUSED_S, DeviceAddress, PullFailed

CONTENT_TYPE = "application/soap+xml; charset=utf-8"
NAME = "onvif"
_ENVELOPE = "http://www.w3.org/2003/05/soap-envelope"
_ADDRESSING = "http://www.w3.org/2005/08/addressing"
_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
_WSSE = f"{_OASIS}-wssecurity-secext-1.0.xsd"
_WSU = f"{_OASIS}-wssecurity-utility-1.0.xsd"
_DIGEST = f"{_OASIS}-username-token-profile-1.0#PasswordDigest"
_REFUSALS = ("notauthorized", "failedauthentication", "accessdenied")


@dataclass(frozen=True)
class Request:
    """One call of a device's service."""

    action: str
    """The WS-Addressing action."""
    body: str
    """XML."""
    to: str = ""
    """The endpoint as the device named it, where WS-Addressing is asked for."""
    headers: Sequence[str] = ()
    """XML that the endpoint wants back in every call: its reference parameters."""

    def envelope(self, address: DeviceAddress, at: datetime | None) -> bytes:
        """The whole message; signed as of `at`, the device's time, UTC; unsigned without it or without a user."""
        headers = list(self.headers)
        if self.to:
            headers.append(f'<a:Action xmlns:a="{_ADDRESSING}">{escape(self.action)}</a:Action>')
            headers.append(f'<a:To xmlns:a="{_ADDRESSING}">{escape(self.to)}</a:To>')
        if at is not None and address.username:
            headers.append(_security(address, at))
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="{_ENVELOPE}">'
            f"<s:Header>{''.join(headers)}</s:Header><s:Body>{self.body}</s:Body></s:Envelope>"
        ).encode()


def answer_in(payload: bytes, status: int) -> Element:
    """The first element in the body of an answer. Raises PullFailed for a fault, with the device's words, and for what
    is no answer; after a refused password it is long before the next try."""
    try:
        root = read_xml(payload, name=NAME)
    except BadObservation as error:
        if status in (401, 403):
            raise PullFailed(Message("pulls.refused"), retry_s=RETRY_REFUSED_S) from error
        raise PullFailed(Message("pulls.status", status=status)) from error
    body = child_of(root, "Body")
    if body is None or not len(body):
        raise PullFailed(Message("pulls.status", status=status))
    fault = child_of(body, "Fault")
    if fault is None:
        return body[0]
    codes = " ".join((value.text or "").lower() for value in inside(fault, "Value"))
    if any(refusal in codes for refusal in _REFUSALS):
        raise PullFailed(Message("pulls.refused"), retry_s=RETRY_REFUSED_S)
    reason = text_at(fault, "Reason", "Text") or text_at(fault, "faultstring") or codes or "-"
    raise PullFailed(Message("pulls.fault", reason=reason[:200]))


def _security(address: DeviceAddress, at: datetime) -> str:
    nonce = secrets.token_bytes(16)
    created = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1_000:03d}Z"
    digested = hashlib.sha1(nonce + created.encode() + address.password.encode(), usedforsecurity=False).digest()
    return (
        f'<w:Security s:mustUnderstand="1" xmlns:w="{_WSSE}" xmlns:u="{_WSU}"><w:UsernameToken>'
        f"<w:Username>{escape(address.username)}</w:Username>"
        f'<w:Password Type="{_DIGEST}">{base64.b64encode(digested).decode()}</w:Password>'
        f"<w:Nonce>{base64.b64encode(nonce).decode()}</w:Nonce><u:Created>{created}</u:Created>"
        "</w:UsernameToken></w:Security>"
    )
