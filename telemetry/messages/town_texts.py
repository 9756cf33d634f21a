"""Texts of a town's own files, in as many languages as the town wrote them. The program's own are in the catalogues."""

from collections.abc import Mapping

from telemetry.messages.languages import LANGUAGES
from telemetry.messages.message import Message, written


def town_text(value: object) -> Message:
    """The message of a text of a file: one text for all languages, or a table of texts by language code.

    A language that the table leaves out is shown the first text of it. Raises ValueError for anything else.
    """
    if isinstance(value, str) and value.strip():
        return written(value.strip())
    if not isinstance(value, Mapping) or not value or not set(value) <= set(LANGUAGES):
        raise ValueError(value)
    texts = {language: text.strip() for language, text in value.items() if isinstance(text, str) and text.strip()}
    if len(texts) != len(value):
        raise ValueError(value)
    first = next(iter(texts.values()))
    return Message("written.by_language", **{language: texts.get(language, first) for language in LANGUAGES})
