"""Where findings go from a machine of the cluster, and what is answered there. Sends nothing."""

from dataclasses import dataclass, field
from typing import Protocol

from telemetry.messages import Message

ANSWER_WITHIN_S = 10.0
FOR_GOOD = frozenset({404, 413, 422})
"""Answers that the same finding would get again: it is not sent a second time."""


@dataclass(frozen=True)
class Destination:
    """The server that findings go to."""

    url: str
    """Its own, such as https://vanagas.example, or that of the MQTT broker it listens to: mqtts://broker.example."""
    token: str = field(repr=False)
    """Of a device that may hand in for the camera's town."""
    username: str = ""
    """At the broker; empty where it lets everybody in."""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class SendResult:
    """What became of one attempt to send a finding."""

    fault: Message | None = None
    """Why it is not home; None when there is a receipt."""
    for_good: bool = False
    """Home would never have it."""


def refused_result(home: Destination, status: int, message: str | Message) -> SendResult:
    """What `home` says with an HTTP `status` other than success, which MQTT receipts carry as well."""
    return SendResult(
        Message("cluster.answers", url=home.url, status=f"{status}", answer=message), for_good=status in FOR_GOOD
    )


class FindingChannel(Protocol):
    """One way to one home; for one thread."""

    def send(self, body: bytes) -> SendResult:
        """Send one finding as JSON and wait for its receipt, some ANSWER_WITHIN_S seconds at most."""

    def close(self) -> None:
        """Let go of the connection; another attempt makes another."""
