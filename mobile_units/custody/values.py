"""What custody speaks of: states, events and what is known of one camera. Plain values; decides nothing."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

GIB = 1024**3
LEAST_BATTERY = 0.40
"""A camera with less charge (0..1) is not issued."""
LEAST_FREE_BYTES = 8 * GIB
"""Nor one with less free storage."""


class CustodyState(StrEnum):
    """Where a body camera is in its round."""

    IN_DOCK = "in_dock"
    """In the dock, with nobody's footage that has been gone through."""
    ISSUED = "issued"
    """Carried by its holder, not recording."""
    RECORDING = "recording"
    """Carried by its holder, and recording."""
    RETURNED = "returned"
    """Back in the dock; its footage is still on it alone."""
    OFFLOADING = "offloading"
    """Its footage is being copied and compared."""
    VERIFIED = "verified"
    """Every file that came off it was read back equal."""
    CLEARED = "cleared"
    """Empty: ready to be issued."""
    LOST = "lost"
    """Nobody knows where it is. Its key is dead."""
    IN_REPAIR = "in_repair"
    """With whoever repairs it."""


class CustodyEventKind(StrEnum):
    """What can happen to a body camera."""

    ISSUE = "issue"
    START = "start"
    """Recording begins."""
    STOP = "stop"
    """Recording ends."""
    HAND_OVER = "hand_over"
    """From its holder to another person; both confirm."""
    RETURN = "return"
    OFFLOAD_BEGIN = "offload_begin"
    OFFLOAD_DONE = "offload_done"
    """A file came off the camera, with its SHA-256; or there was none on it."""
    VERIFY = "verify"
    """A file that came off was read back, and has this SHA-256."""
    CLEAR = "clear"
    """Its storage is emptied."""
    REPORT_LOST = "report_lost"
    FOUND = "found"
    TO_REPAIR = "to_repair"
    REPAIRED = "repaired"


class StoredFootage(StrEnum):
    """What lies on the camera itself."""

    NONE = "none"
    UNVERIFIED = "unverified"
    VERIFIED = "verified"


@dataclass(frozen=True)
class OffloadedFile:
    """A file of footage that came off a camera."""

    sha256: str
    """In hex, lower case."""
    verified: bool = False


@dataclass(frozen=True)
class CustodyEvent:
    """One event, as somebody says it."""

    at: datetime
    """UTC."""
    camera: str
    kind: CustodyEventKind
    by: str
    """Who says it: a person, or the program on their behalf."""
    to: str = ""
    """`issue`: who carries it from now on, `by` without one. `hand_over`: who takes it."""
    giver: str = ""
    """`hand_over`: who gives it, where that is said; else its holder."""
    confirmed_by: frozenset[str] = frozenset()
    """`hand_over`: who has confirmed it besides `by`."""
    both_confirmed: bool = False
    """`hand_over`: the giver and the taker have, whoever they are."""
    battery: float | None = None
    """`issue`: its charge, 0..1; None where that is not known."""
    free_bytes: int | None = None
    """`issue`: its free storage; None where that is not known."""
    sha256: tuple[str, ...] = ()
    """`offload_done`, `verify`: of which files."""
    is_empty: bool = False
    """`offload_done`: there was no footage on it."""


@dataclass(frozen=True)
class CameraCustody:
    """All that decides what may happen to a camera next."""

    state: CustodyState = CustodyState.IN_DOCK
    holder: str | None = None
    """Who carries it: one person while it is issued or recording, nobody else."""
    since: datetime | None = None
    """UTC: since when it is in this state with this holder; None for a camera to which nothing has happened."""
    stored: StoredFootage = StoredFootage.NONE
    wearers: frozenset[str] = field(default_factory=frozenset)
    """Who has carried it since it was cleared last: none of them clears it."""
    footage: tuple[OffloadedFile, ...] = ()
    """The files that came off it, in order."""

    @property
    def key_is_dead(self) -> bool:
        """Whether nothing may be handed in with its key."""
        return self.state is CustodyState.LOST
