"""Filling a text's placeholders: `{name}` or `{name:format,format}`. `messages.js` does the same in a browser.

| format | shows |
|---|---|
| none | by type: text as it is, number with separators, yes or no, time as `datetime`, list with commas |
| `0` … `6` | a number with so many decimals |
| `plain` | a number without separators: a year, a port |
| `m` | metres, as kilometres from one kilometre on |
| `s` | seconds, as minutes and hours where they are many |
| `percent` | a fraction 0..1 |
| `bytes` | bytes as kB, MB, GB |
| `date` `day` `long_date` `month` `weekday` `short_weekday` `weekday_day` | a day |
| `time` `clock` `datetime` `moment` `full` `weekday_time` `weekday_datetime` | a time |
| `utc` | a time of day in UTC, without saying so |
| `and` `or` | a list, with that word before the last |
| `@prefix` | the text of the code `prefix.VALUE`; a value without a text as itself |
| `^` | with a capital letter |
| `hidden` | nothing: the value is for another language's text |

`{{` and `}}` are braces. What cannot be shown as asked is shown as it is; nothing here raises.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from typing import Any, NamedTuple

from telemetry.messages.languages import NBSP, Language

NOTHING = "–"
"""Stands for what is not known."""
TIME_FORMATS = frozenset(
    (
        "date",
        "day",
        "long_date",
        "month",
        "weekday",
        "short_weekday",
        "weekday_day",
        "weekday_time",
        "weekday_datetime",
        "time",
        "clock",
        "datetime",
        "moment",
        "full",
        "utc",
    )
)
FORMATS = TIME_FORMATS | {"plain", "m", "s", "percent", "bytes", "and", "or", "^", "hidden", *"0123456"}
_WITH_CLOCK = frozenset({"weekday_time", "weekday_datetime", "time", "clock", "datetime", "moment", "full"})
_ISO = re.compile(r"\d{4}-\d\d-\d\d(T|$)")
"""Begins a day or a time as JSON has it, which is shown as one where a placeholder asks for it."""
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([a-z][a-z0-9_]*)(?::([^{}]*))?\}")

TextOf = Callable[[str, Mapping[str, Any], str, tzinfo | None], str]
"""Gives the words of a code: `catalogue.text_of`."""


class Placeholder(NamedTuple):
    """One `{name:format,format}` of a text."""

    name: str
    formats: tuple[str, ...]


@lru_cache(maxsize=8192)
def parts_of(text: str) -> tuple[str | Placeholder, ...]:
    """A text as what stands between its placeholders, and these."""
    parts: list[str | Placeholder] = []
    end = 0
    for found in _PLACEHOLDER.finditer(text):
        parts.append(text[end : found.start()])
        end = found.end()
        if found[1] is None:
            parts.append(found[0][0])
        else:
            formats = tuple(form for form in (found[2] or "").split(",") if form)
            parts.append(Placeholder(found[1], formats))
    parts.append(text[end:])
    return tuple(part for part in parts if part)


def fill(text: str, params: Mapping[str, Any], language: Language, zone: tzinfo, text_of: TextOf) -> str:
    """`text` with its placeholders filled."""
    filled: list[str] = []
    for part in parts_of(text):
        if isinstance(part, str):
            filled.append(part)
        elif part.name in params:
            filled.append(format_value(params[part.name], part.formats, language, zone, text_of))
        else:
            filled.append(f"{{{part.name}}}")
    return "".join(filled)


def format_value(value: Any, formats: Sequence[str], language: Language, zone: tzinfo, text_of: TextOf) -> str:
    """One value as a placeholder with these formats shows it."""
    is_capital = "^" in formats
    if isinstance(value, tuple | list):
        words = [_shown_one(item, formats, language, zone, text_of) for item in value]
        shown = join(words, language, next((word for word in formats if word in ("and", "or")), ""))
    else:
        shown = _shown_one(value, formats, language, zone, text_of)
    if is_capital:
        return shown[:1].upper() + shown[1:]
    return shown


def _shown_one(value: Any, formats: Sequence[str], language: Language, zone: tzinfo, text_of: TextOf) -> str:
    form = next((form for form in formats if form not in ("^", "and", "or")), "")
    if isinstance(value, str) and form in TIME_FORMATS:
        value = _moment_in(value)
    shown = str(value)
    if form == "hidden":
        shown = ""
    elif value is None:
        shown = NOTHING
    elif form.startswith("@"):
        code = f"{form[1:]}.{value}"
        words = text_of(code, {}, language.code, zone)
        if words != code:
            shown = words
    elif hasattr(value, "params"):
        shown = text_of(value.code, value.params, language.code, zone)
    elif isinstance(value, bool):
        shown = language.yes if value else language.no
    elif isinstance(value, int | float):
        shown = _number(value, form, language)
    elif isinstance(value, date):
        shown = moment(value, form if form in TIME_FORMATS else _usual_form(value), language, zone)
    return shown


def _moment_in(value: str) -> date | str:
    """The day or the time that a text is in ISO 8601; another text as it is."""
    if not _ISO.match(value):
        return value
    try:
        return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    except ValueError:
        return value


def _usual_form(value: date) -> str:
    if isinstance(value, datetime):
        return "datetime"
    return "date"


def _number(value: float, form: str, language: Language) -> str:
    if form == "plain":
        return str(value)
    shower = _SHOWERS.get(form)
    if shower is not None:
        return shower(value, language)
    return number(value, int(form) if form.isdigit() else None, language)


def number(value: float, digits: int | None, language: Language) -> str:
    """A number with the language's separators; `digits` None: as many decimals as it has, at most three."""
    if not math.isfinite(value):
        return NOTHING
    plain = f"{value:,.{3 if digits is None else digits}f}"
    if digits is None:
        plain = plain.rstrip("0").rstrip(".")
    if plain.startswith("-") and not plain.strip("-0.,"):
        plain = plain[1:]
    whole, _, decimals = plain.partition(".")
    shown = whole.replace(",", language.group).replace("-", language.minus)
    if not decimals:
        return shown
    return f"{shown}{language.decimal}{decimals}"


def metres(value: float, language: Language) -> str:
    """A length in metres, as kilometres from one kilometre on."""
    if abs(value) >= 1_000:
        return f"{number(value / 1_000, 1, language)} km"
    return f"{number(value, 0, language)} m"


def seconds(value: float, language: Language) -> str:
    """A duration in seconds, in the two largest units that matter."""
    if not math.isfinite(value):
        return NOTHING
    whole = round(abs(value))
    sign = ""
    if value < 0 and whole:
        sign = language.minus
    if whole < 60:
        return f"{sign}{whole} s"
    if whole < 3_600:
        return f"{sign}{whole // 60} {language.minute} {whole % 60:02d} s"
    return f"{sign}{number(whole // 3_600, 0, language)} {language.hour} {whole % 3_600 // 60:02d} {language.minute}"


def percent(fraction: float, language: Language) -> str:
    """A fraction 0..1 as a percentage; what is not quite all is never rounded up to all."""
    if 0.99 < fraction < 1:
        return f"{number(math.floor(fraction * 1_000) / 10, 1, language)} %"
    return f"{number(fraction * 100, 0, language)} %"


def size(value: float, language: Language) -> str:
    """Bytes, in units of 1,000."""
    for unit, factor in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if abs(value) >= factor:
            return f"{number(value / factor, 1, language)} {unit}"
    return f"{number(value, 0, language)} B"


_SHOWERS = {"m": metres, "s": seconds, "percent": percent, "bytes": size}


def join(words: Sequence[str], language: Language, kind: str = "") -> str:
    """A list as text; `kind` is `and`, `or`, or empty for commas only."""
    conjunction = {"and": language.conjunction, "or": language.disjunction}.get(kind)
    if conjunction is None or len(words) < 2:
        return ", ".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def moment(value: date, form: str, language: Language, zone: tzinfo) -> str:
    """A time or a day in the language's way; `form` is one of TIME_FORMATS. A time in UTC says so."""
    suffix = ""
    if form == "utc":
        form = "time"
        value = value.astimezone(UTC) if isinstance(value, datetime) else value
    elif isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(zone)
        if form in _WITH_CLOCK and str(zone) == "UTC":
            suffix = f"{NBSP}UTC"
    month = value.month - 1
    known = {
        "d": str(value.day),
        "dd": f"{value.day:02}",
        "mm": f"{value.month:02}",
        "yyyy": f"{value.year:04}",
        "mon": language.short_months[month],
        "month": language.months[month],
        "weekday": language.weekdays[value.weekday()],
        "wd": language.short_weekdays[value.weekday()],
        "HH": f"{value:%H}",
        "MM": f"{value:%M}",
        "SS": f"{value:%S}",
    }
    return language.patterns[form].format_map(known) + suffix
