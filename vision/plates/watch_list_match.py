"""Whether a plate that was read is one that is looked for. Pure: stores nothing and knows no clock."""

import re
from enum import StrEnum

from telemetry.dialects.values import normal_plate
from telemetry.errors import BadInput
from telemetry.messages import Message

ALIKE = str.maketrans("OQDIB", "00018")
"""Characters that readers take for one another, as the one that stands for them."""
LONGEST = 20
LEAST_KNOWN = 3
"""Characters that a pattern must name: with fewer it would watch everybody."""


class Match(StrEnum):
    """How a plate fits what is looked for."""

    EXACT = "exact"
    ALIKE = "alike"
    """Once characters that look alike are taken for one."""


def fold(text: str) -> str:
    """`text` with characters that look alike taken for one."""
    return text.translate(ALIKE)


def normal_pattern(text: str) -> str:
    """What is looked for as it is kept: letters, digits, `?` and `*`. Raises BadInput when it is none, or too open."""
    parts = re.split(r"([?*])", text)
    pattern = "".join(part if part in ("?", "*") else normal_plate(part) or "" for part in parts)
    known = re.sub(r"[?*]", "", pattern)
    if len(known) < LEAST_KNOWN:
        raise BadInput(Message("plates.pattern_too_open", plate=repr(text[:40]), number=len(known), least=LEAST_KNOWN))
    if len(pattern) > LONGEST:
        raise BadInput(Message("plates.pattern_too_long", plate=repr(text[:40]), longest=LONGEST))
    return pattern


def match(pattern: str, plate: str) -> Match | None:
    """How `plate` (letters and digits) fits `pattern`; None when it does not."""
    if _expression(pattern).fullmatch(plate):
        return Match.EXACT
    if _expression(fold(pattern)).fullmatch(fold(plate)):
        return Match.ALIKE
    return None


def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile("".join({"?": ".", "*": ".*"}.get(char, re.escape(char)) for char in pattern))
