"""Reason codes of a broker as numbers. Judges none.

MQTT 5 gives a code with its name (OASIS MQTT 5.0, section 2.4), MQTT 3.1.1 the bare number of a SUBACK.
"""

from collections.abc import Sequence

from paho.mqtt.reasoncodes import ReasonCode


def code_of(reason: ReasonCode | int) -> int:
    """The number of a reason; 128 and above refuse."""
    if isinstance(reason, ReasonCode):
        return int(reason.value)
    return reason


def codes_of(granted: Sequence[ReasonCode] | Sequence[int]) -> list[int]:
    """The numbers of what a broker answered, topic by topic."""
    return [code_of(reason) for reason in granted]
