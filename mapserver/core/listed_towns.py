"""Settings are read before the list of towns is; here they are held against it."""

from collections.abc import Iterable, Iterator

from mapserver.core.settings import Settings
from telemetry.cities import City, UnknownTown, known_towns
from telemetry.errors import Misconfigured
from telemetry.messages import Message


def require_listed_towns(settings: Settings) -> None:
    """Raises Misconfigured when a setting is about a town that is not listed, or the cluster has no token of a town."""
    for setting, town in _named(settings):
        try:
            City(town)
        except UnknownTown as error:
            raise Misconfigured(Message("towns.in_settings", setting=setting, reason=error.told)) from error
    analysis = settings.analysis
    if analysis.workers == "local":
        return
    for city in known_towns():
        if city not in analysis.tokens:
            raise Misconfigured(Message("settings.no_token", city=city))


def settings_about(settings: Settings, town: str) -> list[str]:
    """The settings that name `town`, each once."""
    return sorted({setting for setting, named in _named(settings) if named == town})


def _named(settings: Settings) -> Iterator[tuple[str, str]]:
    """Every setting that names a town, and the town."""
    by_town: dict[str, Iterable[str]] = {
        "checks": settings.checks,
        "orthophotos": settings.orthophotos,
        "terrains": settings.terrains,
        "towns": settings.towns,
        "analysis.tokens": settings.analysis.tokens,
    }
    for setting, said in by_town.items():
        for town in said:
            yield setting, town
    for keep in settings.recording.keep:
        if keep.city is not None:
            yield "recording.keep", keep.city
    for some in settings.retention.keep:
        if some.city is not None:
            yield "retention.keep", some.city
