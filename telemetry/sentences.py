"""Several messages as one, where a reader is told all of them at once. Knows no noun."""

from collections.abc import Iterable
from functools import reduce

from telemetry.messages import Message


def sentences(parts: Iterable[Message]) -> Message:
    """The messages one after the other, parted by semicolons. Raises TypeError for none."""
    return reduce(lambda first, second: Message("sentences.joined", first=first, second=second), parts)


def spaced(parts: Iterable[Message]) -> Message:
    """Whole sentences one after the other. Raises TypeError for none."""
    return reduce(lambda first, second: Message("sentences.spaced", first=first, second=second), parts)
