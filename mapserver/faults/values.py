"""An inspection of one part of the program, and its two results. Says nothing to anybody: see `registry.py`."""

from collections.abc import Callable
from dataclasses import dataclass

from telemetry.cities import City
from telemetry.messages import Message


@dataclass(frozen=True)
class Sound:
    """The part is as it should be."""

    words: Message
    """What was found, for who asks."""
    doubt: bool = False
    """Nothing says that it is amiss, but nothing says that it is sound either."""


@dataclass(frozen=True)
class Amiss:
    """The part is not as it should be."""

    what: Message
    """What does not work because of it, in words for everybody: no path, no address, no secret."""
    remedy: Message
    """What an administrator can do, with the file, address or setting."""


@dataclass(frozen=True)
class Inspection:
    """One part and how it is looked at."""

    part: str
    """Its kind and, where there are several, its name: "disk", "terrain TOWN"."""
    look: Callable[[], Sound | Amiss]
    """Raises nothing that is expected; may take seconds."""
    city: City | None = None
    """The town whose part it is; None for the whole server's."""
