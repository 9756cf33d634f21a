"""The language and the time zone of what is being answered now: a request, a command.

Both are context variables: threads that a request's work is given to (`anyio`, `asyncio.to_thread`) keep them, threads
of the program's own have the defaults, English and UTC. Nothing that is stored depends on them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import tzinfo
from zoneinfo import ZoneInfo

from telemetry.messages.languages import ENGLISH

UTC = ZoneInfo("UTC")
_language: ContextVar[str] = ContextVar("language", default=ENGLISH.code)
_zone: ContextVar[tzinfo] = ContextVar("zone", default=UTC)


def current_language() -> str:
    """Code of the language of the present request or command."""
    return _language.get()


def current_zone() -> tzinfo:
    """The time zone in which the present request or command shows times."""
    return _zone.get()


def use_language(code: str) -> None:
    """Answer in this language from here on."""
    _language.set(code)


def use_zone(zone: tzinfo) -> None:
    """Show times in this zone from here on."""
    _zone.set(zone)


@contextmanager
def speaking(code: str, zone: tzinfo | None = None) -> Iterator[None]:
    """Answer in this language, and with times in `zone` where one is given, within the block."""
    language_before = _language.set(code)
    zone_before = _zone.set(zone or _zone.get())
    try:
        yield
    finally:
        _zone.reset(zone_before)
        _language.reset(language_before)
