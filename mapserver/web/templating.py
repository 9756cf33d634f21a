"""The pages' Jinja environment: escaping on, and the few words and times a template may ask for.

Decides nothing: permissions come from `telemetry.access`, towns and their time zones from `telemetry.cities`.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from mapserver.web.static_files import static_files
from mission.checks.titles import title_of
from telemetry.access import GRANTS, Permission, Role
from telemetry.cities import City
from telemetry.messages import Message, current_language

TEMPLATES = Path(__file__).parent.parent
"""Each page lies in the folder of its noun."""

SEVERITIES = {1: "minor", 2: "low", 3: "medium", 4: "high", 5: "critical"}
"""What the numbers are called on screen."""

SOURCES = {
    "drone": "drone",
    "tower": "camera tower",
    "body_camera": "body camera",
    "fixed_camera": "fixed camera",
    "plate_reader": "plate reader",
    "report": "resident's report",
    "inspector": "inspector",
    "telemetry": "own equipment",
}
"""What the kinds of source are called on screen."""


def environment() -> Environment:
    """The environment every page is rendered with. A name that a template misspells is an error, not a blank."""
    env = Environment(
        loader=_HashedStaticLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # it would look at the files for each page
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        words=words,
        label=label,
        check_title=check_title,
        local=local,
        severity=severity,
        source=source,
        later=later,
        metres=metres,
        seconds=seconds,
        percent=percent,
        count=count,
        names=names,
    )
    env.globals.update(t=t, language=current_language)
    env.globals.update(may=may, town=town, town_zone=town_zone, SOURCES=SOURCES)
    return env


class _HashedStaticLoader(FileSystemLoader):
    """Templates name a file as /static/PATH; the page that they make names it under the files' hash."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, name, is_current = super().get_source(environment, template)
        return source.replace('"/static/', f'"/static/{static_files().hash}/'), name, is_current


def t(code: str, /, **params: Any) -> str:
    """The words of a code in the language of the request; of parameters that are markup the tags stay tags."""
    marked = [str(value) for value in params.values() if isinstance(value, Markup)]
    if not marked:
        return Message(code, **params).text()
    held = {
        name: f"{_HELD}{marked.index(str(value))}{_HELD}" if isinstance(value, Markup) else value
        for name, value in params.items()
    }
    parts = Message(code, **held).text().split(_HELD)
    return Markup("").join(Markup(marked[int(part)]) if at % 2 else part for at, part in enumerate(parts))  # noqa: S704


_HELD = "\ue000"
"""On both sides of what stands for a markup in a text until that is escaped; a private character of Unicode."""


def words(name: str) -> str:
    """`false_alarm` -> `false alarm`."""
    return name.replace("_", " ")


def label(name: str) -> str:
    """`false_alarm` -> `False alarm`."""
    return words(name)[:1].upper() + words(name)[1:]


def check_title(verdict: Mapping[str, Any]) -> str:
    """What a verdict asks about, also of one that was kept before verdicts had titles."""
    return verdict.get("title") or title_of(verdict["check"])


def severity(level: int) -> str:
    """The word for a severity of 1..5."""
    return SEVERITIES[level]


def source(kind: str) -> str:
    """What a kind of source is called on screen."""
    return SOURCES.get(kind, words(kind))


def local(moment: str | None, city: str | None, form: str = "%d %b %H:%M:%S") -> str:
    """An ISO 8601 time as the wall clock of `city` showed it (UTC when no town is named); a dash for none."""
    if moment is None:
        return "–"
    zone = ZoneInfo("UTC") if city is None else City(city).facts.zone
    return datetime.fromisoformat(moment).astimezone(zone).strftime(form)


def later(arrived: str, happened: str) -> str | None:
    """How long after `happened` something `arrived`, both ISO 8601; None when within a second."""
    gap = (datetime.fromisoformat(arrived) - datetime.fromisoformat(happened)).total_seconds()
    if abs(gap) < 1:
        return None
    return f"{seconds(abs(gap))} {'later' if gap > 0 else 'ahead of our clock'}"


def seconds(value: float | None) -> str:
    """A duration in seconds, in the two largest units that matter."""
    if value is None:
        return "–"
    whole = round(value)
    if whole < 60:
        return f"{whole} s"
    if whole < 3_600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3_600} h {whole % 3_600 // 60:02d} min"


def metres(value: float | None) -> str:
    """A length in metres, as kilometres from one kilometre on."""
    if value is None:
        return "–"
    return f"{value / 1_000:.1f} km" if value >= 1_000 else f"{value:.0f} m"


def percent(fraction: float | None) -> str:
    """A fraction 0..1 as a percentage; what is not quite all is never rounded up to all."""
    if fraction is None:
        return "–"
    return f"{math.floor(fraction * 1_000) / 10:.1f} %" if 0.99 < fraction < 1 else f"{fraction * 100:.0f} %"


def count(number: int) -> str:
    """A whole number with commas between its thousands."""
    return f"{number:,}"


def names(things: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The names of things by their ids."""
    return {thing["id"]: thing["name"] for thing in things}


def may(principal: Any, permission: str) -> bool:
    """Whether the role of `principal` (an object with a `role`, or none) carries `permission`."""
    return principal is not None and Permission(permission) in GRANTS[Role(principal.role)]


def town(city: str | None) -> str:
    """The name of a town by its id; `both towns` for none."""
    return "both towns" if city is None else City(city).facts.name


def town_zone(city: str | None) -> str:
    """The IANA time zone of a town; of the first one for none, as the two share their clock."""
    return str((City.SIAULIAI if city is None else City(city)).facts.zone)
