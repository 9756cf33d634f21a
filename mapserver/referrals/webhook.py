"""Posts one message to a service's own system as JSON, signed. Waits for the answer; keeps nothing.

Headers: `Vanagas-Message` (the same at every try), `Vanagas-Timestamp` (seconds since 1970 UTC), `Vanagas-Signature`:
`sha256=` and the HMAC-SHA256, in hexadecimal, of the timestamp, a full stop and the body.
"""

import hmac
import json
from collections.abc import Mapping

import httpx
from pydantic import SecretStr

from incidents.referrals.outbox import DeliveryProblem
from mapserver.referrals.composing import ServiceMessage
from telemetry.messages import Message

TIMEOUT_S = 10.0
PASSING = frozenset({408, 425, 429})
"""Answers below 500 that pass by themselves."""
DIGEST = "sha256"


def post_webhook(keys: Mapping[str, SecretStr], message: ServiceMessage, *, now_s: int) -> DeliveryProblem | None:
    """Post it at `now_s` (seconds since 1970 UTC); None once the service has taken it, else why not."""
    key = keys.get(message.service)
    if key is None:
        return DeliveryProblem(Message("referrals.no_webhook_key", service=message.service))
    body = json.dumps(message.content, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "Vanagas-Message": message.id,
        "Vanagas-Timestamp": str(now_s),
        "Vanagas-Signature": signature(key.get_secret_value().encode(), now_s, body),
    }
    try:
        with httpx.Client(timeout=TIMEOUT_S, follow_redirects=False) as client:
            answer = client.post(message.address, content=body, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = str(error) or type(error).__name__
        return DeliveryProblem(Message("referrals.webhook_failed", reason=reason[:200]))
    if answer.is_success:
        return None
    is_final = answer.status_code < 500 and answer.status_code not in PASSING
    return DeliveryProblem(Message("referrals.webhook_refused", status=answer.status_code), is_final=is_final)


def signature(key: bytes, timestamp_s: int, body: bytes) -> str:
    """What `Vanagas-Signature` says."""
    return f"{DIGEST}={hmac.digest(key, str(timestamp_s).encode() + b'.' + body, DIGEST).hex()}"
