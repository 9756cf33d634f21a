"""The pages' Jinja environment: escaping on, and the few words and times a template may ask for.

Decides nothing: permissions come from `telemetry.access`, towns and their time zones from `telemetry.cities`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mapserver.web.static_files import static_files
from mission.checks.titles import title_of
from mission.flights.states import SYSTEM
from telemetry.access import GRANTS, Permission, Role
from telemetry.cities import City, first_town
from telemetry.messages import LANGUAGES, Message, current_language, text
from telemetry.messages.catalogue import known, show
from telemetry.messages.formatting import NOTHING
from telemetry.messages.templates import t

TEMPLATES = Path(__file__).parent.parent
"""Each page lies in the folder of its noun."""


def environment() -> Environment:
    """The environment every page is rendered with. A name that a template misspells is an error, not a blank."""
    env = Environment(
        loader=_HashedStaticLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=spoken,
        auto_reload=False,  # it would look at the files for each page
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        words=words,
        named=named,
        actor=actor,
        capital=capital,
        shown=shown,
        check_title=check_title,
        local=local,
        wall=wall,
        later=later,
        metres=metres,
        seconds=seconds,
        percent=percent,
        count=count,
        names=names,
    )
    env.globals.update(t=t, language=current_language)
    env.globals.update(may=may, town=town, town_zone=town_zone, languages=LANGUAGES)
    return env


class _HashedStaticLoader(FileSystemLoader):
    """Templates name a file as /static/PATH; the page that they make names it under the files' hash."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, name, is_current = super().get_source(environment, template)
        return source.replace('"/static/', f'"/static/{static_files().hash}/'), name, is_current


def spoken(value: Any) -> Any:
    """What a template prints: a message, or the JSON of one, in the language of the request, all else as it is."""
    if isinstance(value, Message):
        return value.text()
    if isinstance(value, dict) and "code" in value and "params" in value:
        return Message.from_json(value).text()
    return value


def words(name: str) -> str:
    """`false_alarm` -> `false alarm`, of what has no words of its own."""
    return name.replace("_", " ")


def named(value: str | int, *prefixes: str) -> str:
    """What a value is called on screen: the first message `PREFIX.VALUE` that there is, else its own words."""
    key = str(value).replace(" ", "_")
    code = next((code for code in (f"{prefix}.{key}" for prefix in prefixes) if known(code)), None)
    if code is None:
        return words(str(value))
    return Message(code).text()


def actor(who: str) -> str:
    """Who did something, as pages name them: the system itself, or a person by name."""
    return Message("common.system").text() if who == SYSTEM else who


def capital(said: Message | str) -> str:
    """`false alarm` -> `False alarm`."""
    shown_text = text(said)
    return shown_text[:1].upper() + shown_text[1:]


def shown(value: Any, form: str = "", zone: tzinfo | None = None) -> str:
    """A value as a placeholder `{value:form}` of a message shows it; a time in `zone` or the reader's."""
    return show(value, form, current_language(), zone)


def check_title(verdict: Mapping[str, Any]) -> str:
    """What a verdict asks about, also of one that was kept before verdicts had titles."""
    return verdict.get("title") or title_of(verdict["check"]).text()


def local(moment: str | None, city: str | None, form: str = "moment") -> str:
    """An ISO 8601 time as the wall clock of `city` showed it, in one of the formats of messages; a dash for none."""
    if moment is None:
        return NOTHING
    return shown(datetime.fromisoformat(moment), form, _zone_of(city))


def wall(moment: str, city: str | None) -> str:
    """An ISO 8601 time as an input field for local times wants it."""
    return f"{datetime.fromisoformat(moment).astimezone(_zone_of(city)):%Y-%m-%dT%H:%M}"


def later(arrived: str, happened: str) -> str | None:
    """How long after `happened` something `arrived`, both ISO 8601; None when within a second."""
    gap_s = (datetime.fromisoformat(arrived) - datetime.fromisoformat(happened)).total_seconds()
    if abs(gap_s) < 1:
        return None
    if gap_s > 0:
        return Message("words.later", duration=gap_s).text()
    return Message("words.ahead_of_our_clock", duration=-gap_s).text()


def seconds(value: float | None) -> str:
    """A duration in seconds, in the two largest units that matter."""
    return shown(value, "s")


def metres(value: float | None) -> str:
    """A length in metres, as kilometres from one kilometre on."""
    return shown(value, "m")


def percent(fraction: float | None) -> str:
    """A fraction 0..1 as a percentage; what is not quite all is never rounded up to all."""
    return shown(fraction, "percent")


def count(number: int) -> str:
    """A whole number with the language's marks between its thousands."""
    return shown(number, "0")


def names(things: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The names of things by their ids."""
    return {thing["id"]: thing["name"] for thing in things}


def may(principal: Any, permission: str) -> bool:
    """Whether the role of `principal` (an object with a `role`, or none) carries `permission`."""
    return principal is not None and Permission(permission) in GRANTS[Role(principal.role)]


def town(city: str | None) -> str:
    """The name of a town by its id; `all towns` for none."""
    return Message("towns.both").text() if city is None else City(city).facts.name


def town_zone(city: str | None) -> str:
    """The IANA time zone of a town; of the first one for none."""
    return str(_zone_of(city))


def _zone_of(city: str | None) -> ZoneInfo:
    return (first_town() if city is None else City(city)).facts.zone
