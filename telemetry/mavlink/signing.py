"""MAVLink 2 signatures: put on frames that are sent, checked on frames that are heard. Opens no socket, keeps no key.

Format and rules: mavlink.io, "Message Signing (Authentication)". A signature is a link id, a time in units of 10 µs
since the beginning of 2015 (UTC), and the first 48 bits of SHA-256 over key, frame, link id and time. The time of each
stream (system, component, link id) only grows, so a frame that was recorded cannot be played back.
"""

import hashlib
import hmac
import stat
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from telemetry.errors import KeyUnreadable, Misconfigured
from telemetry.mavlink.dialect import messages
from telemetry.mavlink.frames import SIGNATURE, SIGNED, V1, V2, crc16, message_number
from telemetry.messages import Message

KEY_BYTES = 32
EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
UNITS_A_SECOND = 100_000
MOST_BEHIND = 60 * UNITS_A_SECOND
"""A stream that begins with a time further behind ours than this is not believed."""
RADIO_STATUS = 109
"""Radios put it on the link by themselves and cannot sign: heard unsigned."""


@dataclass(frozen=True)
class SigningKey:
    """What both ends of a link share."""

    secret: bytes = field(repr=False)


def read_signing_key(path: Path) -> SigningKey:
    """The key in `path`. Raises KeyUnreadable when it cannot be read or is not 32 bytes, Misconfigured when it is
    anybody's to read."""
    try:
        if path.stat().st_mode & stat.S_IRWXO:
            raise Misconfigured(Message("signing.key_is_open", path=path))
        secret = path.read_bytes()
    except OSError as error:
        raise KeyUnreadable(Message("signing.key_unreadable", path=path, reason=error.strerror or error)) from error
    if len(secret) != KEY_BYTES:
        raise KeyUnreadable(Message("signing.key_length", path=path, size=len(secret), needed=KEY_BYTES))
    return SigningKey(secret)


class FrameRefusal(StrEnum):
    """Why a frame was not believed."""

    UNSIGNED = "unsigned"
    WRONG_KEY = "signed with another key"
    REPLAYED = "with an old time"


class Signing:
    """One end of a link: signs what it sends, and believes what was signed with the same key and is new."""

    def __init__(self, key: SigningKey, now: Callable[[], datetime], *, link_id: int = 0) -> None:
        """`link_id` tells the links of one system apart, 0..255."""
        self._secret = key.secret
        self._now = now
        self._link_id = link_id
        self._time = 0
        self._last: dict[bytes, int] = {}
        """The latest time of each stream."""
        self.refused: Counter[FrameRefusal] = Counter()

    def signed(self, frame: bytes) -> bytes:
        """`frame` with our signature; one of version 1 becomes one of version 2, one that is signed is signed anew.

        One of a message that no definition is known for stays as it is: its new checksum cannot be made.
        """
        body = _unsigned_body(frame)
        if body is None:
            return frame
        self._time = max(self._time + 1, self._clock())
        said = bytes((self._link_id,)) + self._time.to_bytes(6, "little")
        return body + said + self._digest(body + said)

    def believes(self, frame: bytes) -> bool:
        """Whether `frame`, an intact one, may be acted on; counts it in `refused` when not."""
        why = self._refusal(frame)
        if why is not None:
            self.refused[why] += 1
        return why is None

    def refused_in_words(self) -> str:
        """What was refused so far, such as "3 unsigned, 40 signed with another key"; empty for nothing."""
        return ", ".join(f"{count} {why}" for why, count in sorted(self.refused.items()))

    def _refusal(self, frame: bytes) -> FrameRefusal | None:
        if frame[0] != V2 or not frame[2] & SIGNED:
            if message_number(frame) == RADIO_STATUS:
                return None
            return FrameRefusal.UNSIGNED
        covered = frame[:-6]
        digest = frame[-6:]
        if not hmac.compare_digest(self._digest(covered), digest):
            return FrameRefusal.WRONG_KEY
        stream = frame[5:7] + covered[-7:-6]
        time = int.from_bytes(covered[-6:], "little")
        if self._is_replayed(stream, time):
            return FrameRefusal.REPLAYED
        self._last[stream] = time
        self._time = max(self._time, time)
        return None

    def _is_replayed(self, stream: bytes, time: int) -> bool:
        last = self._last.get(stream)
        if last is not None:
            return time <= last
        return time < max(self._time, self._clock()) - MOST_BEHIND

    def _clock(self) -> int:
        return int((self._now() - EPOCH).total_seconds() * UNITS_A_SECOND)

    def _digest(self, covered: bytes) -> bytes:
        return hashlib.sha256(self._secret + covered).digest()[:6]


def _unsigned_body(frame: bytes) -> bytes | None:
    """The frame in version 2, marked as signed, up to its checksum; None when its checksum cannot be made."""
    if frame[0] == V2 and frame[2] & SIGNED:
        return frame[:-SIGNATURE]
    message = messages().get(message_number(frame))
    if message is None:
        return None
    if frame[0] == V1:
        length, (sequence, system, component, number) = frame[1], frame[2:6]
        head = bytes((sequence, system, component, number, 0, 0))
        payload = frame[6 : 6 + length]
        payload = payload.rstrip(b"\0") or payload[:1]  # version 2 leaves zeros at the end out
    else:
        head = frame[4:10]
        payload = frame[10 : 10 + frame[1]]
    covered = bytes((len(payload), SIGNED, 0)) + head + payload
    return bytes((V2,)) + covered + crc16(covered, message.crc_extra).to_bytes(2, "little")
