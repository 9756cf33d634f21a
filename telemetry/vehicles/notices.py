"""What a vehicle says in words: warnings, and whatever tells of trouble, put together from their pieces. Pure.

Each is said once. What is told goes by what it says (`notice_kinds`), and only for other texts by its severity.

Message: mavlink.io, common.xml, STATUSTEXT: pieces of up to 50 bytes; a long text has an id other than 0 and numbered
pieces, and ends with the first that is not full.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.mavlink.frames import message_number, system_of
from telemetry.messages import Message
from telemetry.vehicles.notice_kinds import GRAVE, UNTOLD, NoticeKind, notice_kind, says_it_is_over

PIECE = 50
"""Bytes of a full piece."""
INCOMPLETE_S = 1.5
"""A text is told with gaps when its missing pieces have not come by then."""
AGAIN_S = 60.0
"""The same words are told again only after this time without them; ArduPilot repeats some every 30 s."""
MOST = 20
WITHIN_S = 10.0
"""No more texts than so many in so many seconds; the rest are counted."""


class Severity(IntEnum):
    """MAV_SEVERITY."""

    EMERGENCY = 0
    ALERT = 1
    CRITICAL = 2
    ERROR = 3
    WARNING = 4
    NOTICE = 5
    INFO = 6
    DEBUG = 7


@dataclass(frozen=True)
class Notice:
    """One text."""

    severity: Severity
    text: str

    @property
    def kind(self) -> NoticeKind:
        """What it is about."""
        return notice_kind(self.text)

    @property
    def grave(self) -> bool:
        """Whether it is more than a warning, by its severity or by what it says."""
        if says_it_is_over(self.text):
            return False
        return self.severity <= Severity.ERROR or self.kind in GRAVE


@dataclass
class _Pieces:
    severity: int
    since: float
    texts: dict[int, str] = field(default_factory=dict)

    def whole(self) -> bool:
        last = min((number for number, text in self.texts.items() if len(text) < PIECE), default=None)
        return last is not None and all(number in self.texts for number in range(last))

    def joined(self) -> str:
        return "".join(self.texts.get(number, "…") for number in range(max(self.texts) + 1))


class Notices:
    """Told of every frame; times are seconds of any steady clock."""

    def __init__(self, system: int, on_text: Callable[[str, float], None] | None = None) -> None:
        """`on_text` is given every whole text, whether it is told or not, and the time."""
        self._system = system
        self._on_text = on_text
        self._mav = mavlink.MAVLink(None)
        self._pieces: dict[tuple[int, int], _Pieces] = {}
        self._said: dict[str, float] = {}
        self._recent: deque[float] = deque()
        self._new: deque[Notice] = deque(maxlen=MOST)
        self._left_out = 0
        self._latest: deque[tuple[float, str]] = deque(maxlen=MOST)

    def hear(self, frame: bytes, now: float) -> None:
        """One whole frame from the link."""
        if message_number(frame) != mavlink.MAVLINK_MSG_ID_STATUSTEXT or system_of(frame) != self._system:
            return
        said = self._mav.decode(bytearray(frame))
        if said.id == 0:
            self._tell(said.severity, said.text, now)
            return
        key = (said.get_srcComponent(), said.id)
        pieces = self._pieces.setdefault(key, _Pieces(said.severity, now))
        pieces.texts[said.chunk_seq] = said.text
        if pieces.whole():
            del self._pieces[key]
            self._tell(pieces.severity, pieces.joined(), now)

    def taken(self, now: float) -> list[Notice]:
        """What is new since it was last asked."""
        for key in [key for key, pieces in self._pieces.items() if now - pieces.since > INCOMPLETE_S]:
            pieces = self._pieces.pop(key)
            self._tell(pieces.severity, pieces.joined(), now)
        new = list(self._new)
        self._new.clear()
        if self._left_out and (not self._recent or now - self._recent[0] > WITHIN_S):
            new.append(Notice(Severity.WARNING, str(Message("notices.left_out", count=self._left_out))))
            self._left_out = 0
        return new

    def since(self, then: float) -> list[str]:
        """The texts heard from `then` on, told before or not, each once."""
        return list(dict.fromkeys(text for at, text in self._latest if at >= then))

    def _tell(self, severity: int, words: str, now: float) -> None:
        text = " ".join(words.split())  # PX4 ends texts with a tab that it also sends as events
        if not text:
            return
        if self._on_text is not None:
            self._on_text(text, now)
        kind = notice_kind(text)
        if kind in UNTOLD or (kind is NoticeKind.OTHER and severity > Severity.WARNING):
            return
        self._latest.append((now, text))
        before, self._said[text] = self._said.get(text), now
        if before is not None and now - before < AGAIN_S:
            return
        while self._recent and now - self._recent[0] > WITHIN_S:
            self._recent.popleft()
        if len(self._recent) >= MOST:
            self._left_out += 1
            return
        self._recent.append(now)
        self._new.append(Notice(Severity(severity), text))
        if len(self._said) > 10 * MOST:
            self._said = {text: at for text, at in self._said.items() if now - at < AGAIN_S}
