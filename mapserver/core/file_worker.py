"""Files of zones, airspace and plans from outside are read in a process of their own, outside the turn to write.

Reading megabytes of JSON is one call that lets no other thread of its process go on. What a file means is `mission`'s;
here is only where it is read, with how much memory, and how long.
"""

import logging
import pickle
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar, TypeVarTuple

from mapserver.core.body_limits import KIB, MIB
from mission.airspace import files as airspace_files
from mission.airspace.files import ZoneFile
from mission.airspace.service import languages_of
from mission.airspace.zones import UasZone
from mission.formats import read as read_plan
from mission.plans.drafting import PlanDraft
from mission.plans.imported import imported
from mission.zones import files as zone_files
from mission.zones.files import ZoneDraft, ZoneRefusal
from telemetry.cities import City
from telemetry.errors import Overloaded, Unavailable
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.vehicles import Airframe
from telemetry.workers import WorkerPool

log = logging.getLogger(__name__)

WITHIN_S = 60.0
WAITING = 4
MEMORY = 768 * MIB
"""Bytes of the process."""
SMALL_FILE = 64 * KIB
"""Bytes of a file that is read where it is asked for, which takes milliseconds; never of an archive."""
ARCHIVE = b"PK"
ZONES_EACH = 100
"""Zones that are taken out of the worker's answer at a time, which takes a millisecond or two."""

Args = TypeVarTuple("Args")
R = TypeVar("R")


@dataclass(frozen=True)
class _PackedZoneFile:
    """A file of zones as it leaves the worker."""

    file: ZoneFile
    """Without its zones."""
    zones: tuple[bytes, ...]
    """Some of them each, pickled: taking all out at once would let no other thread go on for a while."""


class FileWorker:
    """One process that reads one file at a time. Its methods block; for threads of requests."""

    def __init__(self) -> None:
        self._pool = WorkerPool(Message("server.work.files"), workers=1, waiting=WAITING, memory_bytes=MEMORY)

    def airspace(self, content: bytes, name: str, *, city: City, keep_unclear: bool) -> ZoneFile:
        """The zones of an ED-269 or ED-318 file, without the other members of its document.

        Raises BadInput, Overloaded, Unavailable.
        """
        packed = self._read(content, _read_airspace, content, name, languages_of(city), keep_unclear)
        zones: list[UasZone] = []
        for some in packed.zones:
            zones.extend(pickle.loads(some))  # noqa: S301 - from this program's own process
        return replace(packed.file, zones=tuple(zones))

    def stored_airspace(self, content: bytes, name: str, city: City, keep_unclear: bool) -> ZoneFile:
        """The same of a file that is in force. Read here where the process cannot: flights wait for it."""
        try:
            return self.airspace(content, name, city=city, keep_unclear=keep_unclear)
        except (Overloaded, Unavailable) as error:
            log.warning("the zones of %s are read in the server: %s", name, error.message)
            return airspace_files.read_zones(content, name, languages=languages_of(city), keep_unclear=keep_unclear)

    def zones(self, content: bytes, name: str, city: City) -> tuple[list[ZoneDraft], list[ZoneRefusal]]:
        """As `mission.zones.files.read_zones`. Raises BadInput, Overloaded, Unavailable."""
        return self._read(content, zone_files.read_zones, content, name, city)

    def plan(
        self, content: bytes, name: str, *, home: Position | None, airframe: Airframe
    ) -> tuple[PlanDraft, list[Message]]:
        """The draft of a plan file, as `imported`. Raises BadPlan, Overloaded, Unavailable."""
        return self._read(content, _read_plan, content, name, home, airframe)

    def close(self) -> None:
        """End the process."""
        self._pool.close()

    def _read(self, content: bytes, function: Callable[[*Args], R], *args: *Args) -> R:
        if len(content) <= SMALL_FILE and not content.startswith(ARCHIVE):
            return function(*args)
        return self._pool.run(WITHIN_S, function, *args)


def _read_airspace(content: bytes, name: str, languages: tuple[str, ...], keep_unclear: bool) -> _PackedZoneFile:
    file = airspace_files.read_zones(content, name, languages=languages, keep_unclear=keep_unclear)
    starts = range(0, len(file.zones), ZONES_EACH)
    packed = tuple(pickle.dumps(file.zones[start : start + ZONES_EACH]) for start in starts)
    return _PackedZoneFile(replace(file, zones=(), kept={}), packed)


def _read_plan(content: bytes, name: str, home: Position | None, airframe: Airframe) -> tuple[PlanDraft, list[Message]]:
    return imported(read_plan(content, name), home=home, airframe=airframe)
