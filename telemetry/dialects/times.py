"""The time that a device says, as UTC, with a note of how it was found where that was not plain.

A time that cannot be (before 2000, more than a day ahead of its arrival) is replaced by the arrival: an alarm with a
wrong time is worth more than none. Learns nothing by itself.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from telemetry.clock import from_epoch
from telemetry.dialects.message_reading import EARLIEST, MOST_AHEAD
from telemetry.dialects.values import (
    DEVICE_TIME,
    TIME_AMBIGUOUS,
    TIME_NOTE,
    TIME_OF_ARRIVAL,
    TIME_OF_TOWN,
    TIME_SHIFTED,
    TIME_WITHOUT_ZONE,
    Arrival,
)

SHIFT_SLACK = timedelta(minutes=5)
"""A device that calls its local time UTC is ahead of its arrival by the town's offset, give or take this."""


@dataclass(frozen=True)
class DeviceTime:
    """When something was, by the device."""

    at: datetime
    """UTC."""
    note: str = ""
    """How it was found, one of `telemetry/dialects/values.py`; empty when the device said it plainly."""
    said: str = ""
    """In the device's words."""

    @property
    def known_at(self) -> datetime | None:
        """The time; None where the device said none and it is but the arrival."""
        if self.note == TIME_OF_ARRIVAL:
            return None
        return self.at

    @property
    def attributes(self) -> dict[str, Any]:
        """What an event says of its time."""
        if not self.note:
            return {}
        found: dict[str, Any] = {TIME_NOTE: self.note}
        if self.said:
            found[DEVICE_TIME] = self.said
        return found


def at_arrival(arrival: Arrival, said: object = "") -> DeviceTime:
    """The moment of arrival, as the device said no time that can be."""
    return DeviceTime(arrival.received_at, TIME_OF_ARRIVAL, str(said)[:60])


def iso_time(said: str, arrival: Arrival, *, zone: tzinfo | None = None) -> DeviceTime:
    """A time in ISO 8601; one without a zone is in `zone`, else in UTC. Arrival for what is none."""
    said = said.strip()
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return at_arrival(arrival, said)
    if moment.tzinfo is None:
        if zone is not None and zone is not UTC:
            return town_time(moment, arrival, said)
        return _plausible(moment.replace(tzinfo=UTC), arrival, said, TIME_WITHOUT_ZONE)
    return _plausible(moment, arrival, said, "")


def epoch_time(seconds: float | None, arrival: Arrival, *, may_be_local: bool = False) -> DeviceTime:
    """Seconds since 1970, UTC. Where devices of the dialect are known to count in local time (`may_be_local`), one that
    is ahead of its arrival by just the town's offset is."""
    if seconds is None:
        return at_arrival(arrival)
    try:
        moment = from_epoch(seconds)
    except ValueError:
        return at_arrival(arrival, seconds)
    if may_be_local:
        return unshifted(moment, arrival, repr(seconds))
    return _plausible(moment, arrival, repr(seconds), "")


def unshifted(moment: datetime, arrival: Arrival, said: str) -> DeviceTime:
    """A time that is UTC by its format, of devices some of which write the town's local time there."""
    offset = arrival.received_at.astimezone(arrival.zone).utcoffset() or timedelta(0)
    ahead = moment - arrival.received_at
    if offset and abs(ahead - offset) <= SHIFT_SLACK:
        return DeviceTime((moment - offset).astimezone(UTC), TIME_SHIFTED, said)
    return _plausible(moment, arrival, said, "")


def town_time(moment: datetime, arrival: Arrival, said: str) -> DeviceTime:
    """A time of the town's clocks, without a zone. The hour that comes twice at the end of summer time is said."""
    first = moment.replace(tzinfo=arrival.zone, fold=0)
    second = moment.replace(tzinfo=arrival.zone, fold=1)
    note = TIME_OF_TOWN
    if _comes_twice(first, second):
        note = TIME_AMBIGUOUS
    return _plausible(first, arrival, said, note)


def _comes_twice(first: datetime, second: datetime) -> bool:
    before = first.utcoffset()
    after = second.utcoffset()
    return before is not None and after is not None and before > after


def _plausible(moment: datetime, arrival: Arrival, said: str, note: str) -> DeviceTime:
    try:
        at = moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return at_arrival(arrival, said)
    if at < EARLIEST or at > arrival.received_at + MOST_AHEAD:
        return at_arrival(arrival, said)
    return DeviceTime(at, note, said)
