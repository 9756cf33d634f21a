"""What incidents are called, as messages: the catalogue names the shipped categories, a town's file its own."""

from functools import lru_cache

from telemetry.messages import Message, written
from telemetry.messages.catalogue import known


@lru_cache(maxsize=4096)
def title_message(category: str, title: str) -> Message:
    """The `title` that rows keep as a message; one that a town's own file gives stays as written there."""
    code = f"categories.{category}"
    if known(code) and str(Message(code)) == title:
        return Message(code)
    if title == str(Message("categories.default")):
        return Message("categories.default")
    return written(title)
