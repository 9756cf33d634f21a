"""Messages in Jinja templates: `{{ t("briefing.title", name=name) }}`. Knows no page."""

from typing import Any

from markupsafe import Markup

from telemetry.messages.message import Message

_HELD = "\ue000"
"""On both sides of what stands for a markup in a text until that is escaped; a private character of Unicode."""


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
