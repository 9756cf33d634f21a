"""Findings and their receipts as MQTT messages, each under a seal. Sends nothing.

A finding is published to `vanagas/findings/SENDER`, an array of observations to `vanagas/observations/SENDER`, and the
receipt comes on `vanagas/receipts/SENDER`; SENDER is a name
that the sender draws for itself. A message is its seal, a line feed, and JSON: what `POST /api/v1/findings` takes, or
`{"of": SEAL OF THE FINDING, "status": …, "answer": …}` with what HTTP would have answered.

The seal is the HMAC-SHA-256 (RFC 2104) of topic, line feed and JSON under the device's token, in hexadecimal: whoever
else is at the broker neither learns the token nor can speak as the device, or answer it as home. What was overheard and
is sent once more changes nothing.
"""

import hmac
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from telemetry.errors import BadInput, NotSignedIn
from telemetry.messages import Message

FINDINGS = "vanagas/findings/"
RECEIPTS = "vanagas/receipts/"
OBSERVATIONS = "vanagas/observations/"
"""What topics begin with."""
NO_TOKEN = ""
"""The token under which those are answered whom home knows none of: it proves nothing."""
SUCCESS = 200


@dataclass(frozen=True)
class SignedMessage:
    """One message on a topic, its seal not looked at yet."""

    topic: str
    seal: str
    body: bytes

    @classmethod
    def written(cls, topic: str, body: bytes, token: str) -> "SignedMessage":
        """`body` under the seal of `token`."""
        return cls(topic, _seal(topic, body, token), body)

    @classmethod
    def read(cls, topic: str, payload: bytes) -> "SignedMessage":
        """What came on `topic`. Raises BadInput when it does not begin with a seal."""
        seal, line_feed, body = payload.partition(b"\n")
        if not line_feed or not re.fullmatch(rb"[0-9a-f]{64}", seal):
            raise BadInput(Message("cluster.no_seal", topic=topic))
        return cls(topic, seal.decode(), body)

    @property
    def payload(self) -> bytes:
        """As it is published."""
        return self.seal.encode() + b"\n" + self.body

    def sealed_with(self, tokens: Iterable[str]) -> str:
        """Which of `tokens` sealed it. Raises NotSignedIn when none did."""
        for token in tokens:
            if hmac.compare_digest(self.seal, _seal(self.topic, self.body, token)):
                return token
        raise NotSignedIn(Message("cluster.unknown_seal"))


@dataclass(frozen=True)
class FindingReceipt:
    """What home says to a finding."""

    of: str
    """The finding's seal."""
    status: int
    """As of HTTP: 200 when it is kept."""
    answer: dict[str, Any]
    """As of HTTP: the observation's receipt, or `error` and `message`."""

    def to_json(self) -> bytes:
        """As the body of a letter."""
        said = {"of": self.of, "status": self.status, "answer": self.answer}
        return json.dumps(said).encode()

    @classmethod
    def from_json(cls, body: bytes) -> "FindingReceipt":
        """The receipt in `body`. Raises ValueError, KeyError or TypeError when home cannot have written it."""
        said = json.loads(body)
        return cls(str(said["of"]), int(said["status"]), dict(said["answer"]))


def receipts_topic(topic: str) -> str:
    """Where the receipts of what is published to `topic` go."""
    return RECEIPTS + topic.removeprefix(FINDINGS).removeprefix(OBSERVATIONS)


def _seal(topic: str, body: bytes, token: str) -> str:
    return hmac.new(token.encode(), topic.encode() + b"\n" + body, "sha256").hexdigest()
