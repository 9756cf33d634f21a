"""Devices' dialects given good messages that were spoilt at random: an answer each time, in bounded memory."""

import random
import time

import pytest

from mapserver.intake.dialects import DIALECTS
from telemetry.dialects.values import DeviceEvent
from tests.mapserver.intake.test_dialects import GOOD, storable, told

SECONDS = 40.0
"""For each dialect: ten minutes for all."""
WORDS = (b"<", b">", b"&", b"/", b'"', b"{", b"}", b"[", b"]", b":", b"=", b";", b"\r\n", b"\x00", b"\xff", b"-1",
         b"1e308", b"9999999999999999999", b"null", b"true", b"--myboundary", b"Code=",
         b"</EventNotificationAlert>")  # fmt: skip


def spoilt(payload: bytes, chance: random.Random) -> bytes:
    """`payload` after a few changes: a part taken out, doubled, replaced by another or by a word."""
    for _ in range(chance.randint(1, 6)):
        start = chance.randint(0, len(payload))
        end = min(len(payload), start + chance.choice((0, 1, 4, 40, 400)))
        put = chance.choice((b"", chance.choice(WORDS), payload[start:end] * chance.randint(1, 3), chance.randbytes(3)))
        payload = payload[:start] + put + payload[end:]
    return payload


@pytest.mark.whole
@pytest.mark.parametrize("name", DIALECTS)
def test_a_dialect_gives_an_answer_to_whatever_comes(name: str, pytestconfig: pytest.Config) -> None:
    chance = random.Random(f"{pytestconfig.getoption('--fuzz-seed')} {name}")
    own = [example.payload for example in GOOD if example.dialect == name]
    others = [example.payload for example in GOOD]
    ends_at = time.monotonic() + SECONDS
    while time.monotonic() < ends_at:
        payload = spoilt(chance.choice(own if chance.random() < 0.8 else others), chance)
        for event in told(name, payload):
            if isinstance(event, DeviceEvent):
                storable(event)
