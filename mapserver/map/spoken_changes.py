"""Changes in the viewer's language: they are stored once, in nobody's, with messages beside their words.

`title_message` beside `title`, `reason_messages` beside `reasons`. Knows no kind of change.
"""

from typing import Any

from telemetry.messages import Message

ONE = "_message"
SEVERAL = "_messages"


def spoken(data: dict[str, Any]) -> dict[str, Any]:
    """`data` with the words of each message in it in the language of the present request."""
    told = dict(data)
    for name, value in data.items():
        if isinstance(value, dict):
            told[name] = spoken(value)
        if name.endswith(ONE) and isinstance(value, dict):
            told[name.removesuffix(ONE)] = Message.from_json(value).text()
        elif name.endswith(SEVERAL) and isinstance(value, list):
            told[f"{name.removesuffix(SEVERAL)}s"] = [Message.from_json(one).text() for one in value]
    return told
