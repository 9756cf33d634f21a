"""The classes of objects as messages, so that they are named in the reader's language. Detects nothing."""

from collections import Counter
from collections.abc import Iterable

from telemetry.messages import Message, written
from telemetry.messages.catalogue import known

COUNTED = frozenset({"person", "bicycle", "car", "motorcycle", "bus", "truck", "dog"})
"""Classes whose plural forms the catalogue has."""


def object_code(label: str) -> str:
    """A class as the catalogue names it: `cell phone` is objects.name.cell_phone; one it has no words for, as it is."""
    code = label.replace(" ", "_")
    if known(f"objects.name.{code}"):
        return code
    return label.replace("_", " ")


def object_name(label: str) -> Message:
    """What the class is called."""
    code = object_code(label)
    if known(f"objects.name.{code}"):
        return Message(f"objects.name.{code}")
    return written(code)


def counted(labels: Iterable[str]) -> list[Message]:
    """How many there are of each class: `3 persons, 1 car`."""
    return [_counted_of(label, count) for label, count in sorted(Counter(labels).items())]


def _counted_of(label: str, count: int) -> Message:
    if label in COUNTED:
        return Message(f"objects.counted.{label}", count=count)
    return Message("objects.counted.others", count=count, label=object_code(label))
