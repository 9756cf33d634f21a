"""Reading published zones field by field, whatever the format: each unclear field is noted and read at its worst.

An unclear restriction prohibits, an unclear limit is no limit, an unclear time is always. Only an outline has no worst
case but the whole sky: where not even a hull of its points can be drawn, the zone cannot be kept at all.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar

from mission.airspace.applicability import DAYS, Applicability, DailyPeriod, SunEvent
from mission.airspace.heights import NO_LIMIT, UNLIMITED, HeightReference, LengthUnit, Limit
from mission.airspace.zones import Restriction
from mission.zones.attention import Weekday
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.strict_json import parse_json

LARGEST_FILE = 64_000_000
"""Bytes; a State's whole data set is a few dozen megabytes at most."""
MOST_ZONES = 100_000
SPELLINGS = {
    "REQ_AUTHORIZATION": Restriction.REQ_AUTHORISATION,
    "USPACE": Restriction.REQ_AUTHORISATION,
    **{restriction.value: restriction for restriction in Restriction},
}
"""Both formats' words for a restriction."""
DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
SECONDS = (366 * 86_400, 31 * 86_400, 7 * 86_400, 86_400, 3_600, 60, 1)
T = TypeVar("T")


class UnclearTime(Exception):
    """A time or a day of a zone that cannot be understood; the message says why."""

    def __init__(self, told: Message) -> None:
        super().__init__(told)
        self.told = told


@dataclass
class Notes:
    """What was found while one zone was read."""

    place: Message
    """File and zone, for messages."""
    unclear: list[Message] = field(default_factory=list)
    """What could not be understood and was taken at its worst."""
    remarks: list[Message] = field(default_factory=list)
    """What was understood although the format has it otherwise."""
    lost: list[Message] = field(default_factory=list)
    """Outlines that cannot be drawn: nothing worse than them can be kept instead."""

    def doubt(self, what: str, reason: Message) -> None:
        """Note that `what` is unclear."""
        self.unclear.append(Message("airspace.unclear.because", what=what, reason=reason))


def json_of(content: bytes, name: str) -> Any:
    """The JSON document of a zone file. Raises BadInput naming file and place, or for one that is too large."""
    if len(content) > LARGEST_FILE:
        raise BadInput(Message("airspace.file_too_large", name=name, most_mb=LARGEST_FILE // 1000000))
    return parse_json(content, name)


def shown(value: object) -> str:
    """A value for a message, cut."""
    return repr(value)[:60]


def text(value: object) -> str:
    """A text, or nothing."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    return str(value)


def listed(value: object) -> list[Any]:
    """A list as it is; anything else as its only member."""
    if isinstance(value, list):
        return value
    return [value]


def texts(value: object) -> tuple[str, ...]:
    """A list of texts, or one, or none."""
    return tuple(word for word in map(text, listed(value)) if word)


def mapping(value: object, what: str, notes: Notes) -> Mapping[str, Any]:
    """An object; an empty one where it is something else."""
    if isinstance(value, dict):
        return value
    notes.doubt(what, Message("airspace.unclear.not_an_object", value=shown(value)))
    return {}


def number(value: object) -> float | None:
    """A finite number, also written as a text; None when it is none."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not math.isfinite(value) or abs(value) >= 1e12:
        return None
    return float(value)


def restriction(value: object, what: str, notes: Notes) -> Restriction:
    """What the zone asks; prohibited when that is unclear."""
    word = text(value).upper()
    if word not in SPELLINGS:
        notes.doubt(what, Message("airspace.unclear.restriction", value=shown(value), known=", ".join(SPELLINGS)))
    return SPELLINGS.get(word, Restriction.PROHIBITED)


def unit(value: object, what: str, notes: Notes) -> LengthUnit | None:
    """Metres or feet; None when it is unclear."""
    word = text(value).upper()
    if word in ("M", "FT"):
        return LengthUnit(word)
    notes.doubt(what, Message("airspace.unclear.unit", value=shown(value)))
    return None


def limits(
    lower: object,
    upper: object,
    references: tuple[object, object],
    measured: LengthUnit | None,
    what: str,
    notes: Notes,
) -> tuple[Limit, Limit]:
    """A zone's lower and upper limit; none where one is unclear."""
    low = _limit(lower, references[0], measured, f"{what}: lower limit", notes)
    high = _limit(upper, references[1], measured, f"{what}: upper limit", notes)
    if low.value is not None and low.value >= UNLIMITED:
        notes.doubt(f"{what}: lower limit", Message("airspace.unclear.lower_limit", value=low.value))
        low = NO_LIMIT
    if low.value is not None and low.reference is high.reference and high.metres <= low.unit.metres(low.value):
        notes.doubt(f"{what}: limits", Message("airspace.unclear.ends_below", upper=high.value, lower=low.value))
        return NO_LIMIT, NO_LIMIT
    return low, high


def _limit(value: object, reference: object, measured: LengthUnit | None, what: str, notes: Notes) -> Limit:
    if value is None:
        return Limit(None, _reference(reference) or HeightReference.AGL, measured or LengthUnit.M)
    height = number(value)
    if height is None:
        notes.doubt(what, Message("airspace.unclear.height", value=shown(value)))
        return NO_LIMIT
    known = _reference(reference)
    if known is None and 0 != height < UNLIMITED:
        notes.doubt(what, Message("airspace.unclear.reference", value=shown(reference)))
        return NO_LIMIT
    if measured is None:
        return NO_LIMIT
    return Limit(height, known or HeightReference.AGL, measured)


def _reference(value: object) -> HeightReference | None:
    word = text(value).upper()
    if word not in set(HeightReference):
        return None
    return HeightReference(word)


def moment(value: object, what: str, notes: Notes) -> datetime | None:
    """A date and time in UTC; None when it is not given, or unclear."""
    if value is None or value == "":
        return None
    try:
        read = datetime.fromisoformat(text(value))
        if read.tzinfo is not None:
            return read.astimezone(UTC)
        reason = Message("airspace.unclear.no_offset")
    except (ValueError, OverflowError):
        reason = Message("airspace.unclear.no_date")
    notes.doubt(what, Message("airspace.unclear.because", what=shown(value), reason=reason))
    return None


def mark(value: object, event: object, what: str) -> time | SunEvent | None:
    """An hour of the day with its offset, or a sun event; None for neither, and for 24:00. Raises UnclearTime."""
    if value in (None, "") and event in (None, ""):
        return None
    if event not in (None, ""):
        word = text(event).upper()
        if value in (None, "") and word in set(SunEvent):
            return SunEvent(word)
        raise UnclearTime(
            Message("airspace.unclear.sun_event", what=what, value=shown(event), known=", ".join(SunEvent))
        )
    word = text(value)
    if re.match(r"T?24:?00", word):
        return None
    try:
        read = time.fromisoformat(word)
    except ValueError as error:
        raise UnclearTime(Message("airspace.unclear.hour", what=what, value=shown(value))) from error
    if read.tzinfo is None:
        raise UnclearTime(Message("airspace.unclear.hour_no_offset", what=what, value=shown(value)))
    return read


def days(value: object, what: str) -> frozenset[Weekday]:
    """Days of the week; all of them for none, and for ANY. Raises UnclearTime."""
    names = [name.upper()[:3] for name in texts(value)]
    if unknown := set(names) - {"ANY", *DAYS}:
        raise UnclearTime(
            Message("airspace.unclear.day", what=what, days=", ".join(sorted(unknown)), known=", ".join(DAYS))
        )
    if not names or "ANY" in names:
        return frozenset(DAYS)
    return frozenset(map(Weekday, names))


def applicability(value: object, what: str, notes: Notes) -> tuple[Applicability, ...]:
    """When the zone applies, as either format has it; always where that is unclear or not said."""
    if value is None:
        return ()
    periods = [_period(entry, f"{what} {place}", notes) for place, entry in enumerate(listed(value), start=1)]
    if Applicability() in periods:
        return ()
    return tuple(periods)


def _period(entry: object, what: str, notes: Notes) -> Applicability:
    before = len(notes.unclear)
    facts = mapping(entry, what, notes)
    word = text(facts.get("permanent")).upper()
    if word not in ("", "YES", "NO", "TRUE", "FALSE"):
        notes.doubt(f"{what}, permanent", Message("airspace.unclear.neither", value=shown(facts["permanent"])))
    begins = moment(facts.get("startDateTime"), f"{what}, startDateTime", notes)
    ends = moment(facts.get("endDateTime"), f"{what}, endDateTime", notes)
    if begins is not None and ends is not None and ends < begins:
        notes.doubt(what, Message("airspace.unclear.ends_before", ends=ends, begins=begins))
    schedule = _schedule(facts.get("schedule") or facts.get("dailyPeriod") or [], what, notes)
    if len(notes.unclear) > before:
        return Applicability()
    permanent = word in ("YES", "TRUE")
    if permanent and (schedule or begins or ends):
        notes.remarks.append(Message("airspace.unclear.permanent", what=what))
    return Applicability(begins, ends, schedule, permanent)


def _schedule(value: object, what: str, notes: Notes) -> tuple[DailyPeriod, ...]:
    schedule = []
    for place, entry in enumerate(listed(value), start=1):
        name = f"{what}, schedule {place}"
        facts = mapping(entry, name, notes)
        try:
            period = DailyPeriod(
                days(facts.get("day"), f"{name}, day"),
                mark(facts.get("startTime"), facts.get("startEvent"), f"{name}, start") or time(0, tzinfo=UTC),
                mark(facts.get("endTime"), facts.get("endEvent"), f"{name}, end"),
            )
        except UnclearTime as error:
            notes.unclear.append(error.told)
            continue
        if period == DailyPeriod():
            return ()  # every day, all day
        schedule.append(period)
    return tuple(schedule)


def interval(value: object, what: str, notes: Notes) -> timedelta | None:
    """An ISO 8601 duration; months and years at their longest. Only a remark when it is unclear: it stops no flight."""
    word = text(value).upper()
    if not word:
        return None
    match = DURATION.fullmatch(word)
    if match is None or not any(match.groups()):
        notes.remarks.append(Message("airspace.unclear.duration", what=what, value=shown(value)))
        return None
    seconds = sum(float(count or 0) * size for count, size in zip(match.groups(), SECONDS, strict=True))
    return timedelta(seconds=min(seconds, 3_660 * 86_400))


def each(entries: object, read: Callable[[Mapping[str, Any], str, Notes], T], what: str, notes: Notes) -> tuple[T, ...]:
    """`read` for every object of a list, with its place; none for null."""
    if entries is None:
        return ()
    if not isinstance(entries, list):
        entries = [entries]
    return tuple(
        read(mapping(entry, f"{what} {place}", notes), f"{what} {place}", notes)
        for place, entry in enumerate(entries, start=1)
    )
