"""Meaning apart from words: messages are a code with typed parameters; words are made at the edge, in three languages.

Pure code and stored rows hold a `Message`; `text()` and `Message.text()` make words of it in the language of the
present request or command. The catalogue is `locale/LANGUAGE/LC_MESSAGES/DOMAIN.po`, one for Python, templates and
JavaScript. Log lines for engineers and help texts of the command line are not messages: they stay English.
"""

from telemetry.messages.current import current_language, current_zone, speaking, use_language, use_zone
from telemetry.messages.languages import ENGLISH, LANGUAGES, sort_key
from telemetry.messages.message import Message, Param, as_message, kept, text, written

__all__ = [
    "ENGLISH",
    "LANGUAGES",
    "Message",
    "Param",
    "as_message",
    "current_language",
    "current_zone",
    "kept",
    "sort_key",
    "speaking",
    "text",
    "use_language",
    "use_zone",
    "written",
]
