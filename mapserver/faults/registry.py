"""The faults that stand now, each logged once when it begins and once when it is over.

In memory on purpose: they are this process's own, and found anew by the next one. Repairs nothing.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mapserver.faults.values import Amiss, Inspection
from telemetry.cities import City, all_towns
from telemetry.clock import Clock, iso
from telemetry.messages import Message

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class StandingFault:
    """One part that is amiss, and since when."""

    part: str
    what: Message
    remedy: Message
    since: datetime
    """UTC."""
    city: City | None = None
    """The town that it is about; None for the whole server."""

    @property
    def kind(self) -> str:
        """The part without its name, such as "terrain"."""
        return self.part.partition(" ")[0]

    def as_json(self, *, remedy: bool) -> dict[str, Any]:
        """The fault in words, with its remedy for who may use it."""
        said = {"part": self.part, "what": self.what.text(), "since": iso(self.since), "city": self.city}
        if not remedy:
            return said
        return {**said, "remedy": self.remedy.text()}


Listener = Callable[[StandingFault], None]


class Faults:
    """All faults of this process. May be used from any thread."""

    def __init__(self, clock: Clock) -> None:
        """`clock` says since when."""
        self._clock = clock
        self._lock = threading.Lock()
        self._standing: dict[str, StandingFault] = {}
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each fault as it begins. Returns the way to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def begin(self, part: str, amiss: Amiss, *, city: City | None = None, error: Exception | None = None) -> None:
        """`part` is amiss; once more with other words keeps its beginning. The log has the trace of `error`."""
        with self._lock:
            before = self._standing.get(part)
            since = self._clock.now() if before is None else before.since
            fault = StandingFault(part, amiss.what, amiss.remedy, since, city)
            self._standing[part] = fault
        if before is None:
            log.error("fault in %s: %s; %s", part, amiss.what, amiss.remedy, exc_info=error)
            for listener in list(self._listeners):
                listener(fault)

    def end(self, part: str) -> None:
        """`part` is sound; nothing where it was before."""
        with self._lock:
            ended = self._standing.pop(part, None)
        if ended is not None:
            log.info("no longer a fault in %s (it was: %s)", part, ended.what)

    def take(self, inspection: Inspection) -> None:
        """Look at a part and keep what was found."""
        found = inspection.look()
        if isinstance(found, Amiss):
            self.begin(inspection.part, found, city=inspection.city)
        else:
            self.end(inspection.part)

    def standing(self, cities: Iterable[City] | None = None) -> list[StandingFault]:
        """Those of the whole server and of `cities` (of all towns, if not given), oldest first."""
        seen = all_towns() if cities is None else frozenset(cities)
        with self._lock:
            found = list(self._standing.values())
        return sorted(
            (one for one in found if one.city is None or one.city in seen), key=lambda one: (one.since, one.part)
        )
