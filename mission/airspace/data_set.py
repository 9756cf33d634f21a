"""Where zones came from and how old they are; says when they should no longer be trusted. Reads no file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from telemetry.messages import Message

OLDEST = timedelta(days=28)
"""One AIRAC cycle (ICAO Annex 15): published zones change with it, so older data may miss a change."""


@dataclass(frozen=True)
class DataSet:
    """One file of zones as it was loaded."""

    name: str
    """What the town calls it; a newer file of the same name takes its place."""
    format: str
    version: str
    """SHA-256 of the file's bytes, in hex."""
    loaded_at: datetime
    """UTC."""
    title: str = ""
    """What the file calls itself."""
    issued: datetime | None = None
    """UTC, as the file says; None when it does not."""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    synthetic: bool = False
    """Invented, for demonstration and training; never a ground for a real flight."""

    @property
    def label(self) -> str:
        """What verdicts name: the set and the beginning of its hash."""
        return f"{self.name} {self.version[:12]}"


class DoubtKind(StrEnum):
    """Why zone data should not be trusted."""

    MISSING = "missing"
    """There are none: an empty map is not a free sky."""
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    TOO_OLD = "too_old"
    """Issued (or loaded, where the file does not say) longer ago than the policy allows."""
    SYNTHETIC = "synthetic"


@dataclass(frozen=True)
class Doubt:
    """One reason not to trust the zone data."""

    kind: DoubtKind
    message: Message
    """A sentence with the data set and its dates."""
    data_set: DataSet | None = None
    age: timedelta | None = None
    """For TOO_OLD."""


def doubts(
    data_sets: Sequence[DataSet], begins: datetime, ends: datetime, *, now: datetime, oldest: timedelta = OLDEST
) -> list[Doubt]:
    """What is wrong with the data for a flight from `begins` to `ends` (UTC) when looked at `now`; empty is fine.

    Synthetic data are always doubted: who judges a simulated flight by them may look past that one.
    """
    if not data_sets:
        return [Doubt(DoubtKind.MISSING, Message("zone_data.none_loaded"))]
    return [doubt for data_set in data_sets for doubt in _doubts(data_set, begins, ends, now, oldest)]


def _doubts(data: DataSet, begins: datetime, ends: datetime, now: datetime, oldest: timedelta) -> list[Doubt]:
    found = []
    if data.valid_until is not None and ends > data.valid_until:
        found.append(
            Doubt(
                DoubtKind.EXPIRED,
                Message("zone_data.expired", data_set=data.name, until=_at(data.valid_until)),
                data,
            )
        )
    if data.valid_from is not None and begins < data.valid_from:
        found.append(
            Doubt(
                DoubtKind.NOT_YET_VALID,
                Message("zone_data.not_yet_valid", data_set=data.name, since=_at(data.valid_from)),
                data,
            )
        )
    dated = data.issued or data.loaded_at
    if now - dated > oldest:
        ages = {"data_set": data.name, "age": (now - dated).days, "most": oldest.days}
        sentence = Message("zone_data.loaded_long_ago", **ages)
        if data.issued:
            sentence = Message("zone_data.issued_long_ago", **ages)
        found.append(Doubt(DoubtKind.TOO_OLD, sentence, data, now - dated))
    if data.synthetic:
        found.append(Doubt(DoubtKind.SYNTHETIC, Message("zone_data.invented", data_set=data.name), data))
    return found


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
