"""Prints what the browser's catalogues hold and how Python fills each of their texts, for `messages.test.js`.

`python -m tests.mapserver.web.js.spoken`: JSON, by language the module's source and a list of code, parameters, words.
"""

import json
import sys
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from telemetry.messages import Message, speaking
from telemetry.messages.__main__ import ROOT
from telemetry.messages.catalogue import texts_of
from telemetry.messages.checking import PACKAGES
from telemetry.messages.formatting import TIME_FORMATS, Placeholder, parts_of
from telemetry.messages.languages import LANGUAGES
from telemetry.messages.scripts import catalogue_module
from telemetry.messages.usage import source_files

ZONE = ZoneInfo("Europe/Riga")
AT = datetime(2026, 11, 5, 7, 3, 9, tzinfo=UTC)
NUMBERS = (0.994, 21.26, 1234567.89)
"""None half way between two, which Python rounds to the even one and JavaScript up."""
COUNTS = (1, 12, 21)


def sample(placeholder: Placeholder, turn: int) -> Any:
    """A value that the placeholder can show, another one each turn."""
    if placeholder.name == "count":
        return COUNTS[turn]
    formats = set(placeholder.formats)
    if formats & TIME_FORMATS:
        return AT
    if formats & {"and", "or"}:
        return [f"{placeholder.name} {number}" for number in range(turn + 1)]
    return NUMBERS[turn] if formats else f"{placeholder.name} {turn}"


def spoken(language: str, source: str) -> list[dict[str, Any]]:
    """Each text of the module of `language`, filled three times."""
    found = []
    for code, forms in texts_of(language).items():
        if f'"{code}":' not in source:
            continue
        placeholders = [part for form in forms for part in parts_of(form) if isinstance(part, Placeholder)]
        for turn in range(3):
            params = {placeholder.name: sample(placeholder, turn) for placeholder in placeholders}
            with speaking(language, ZONE):
                said = Message(code, **params).text()
            found.append({"code": code, "params": Message(code, **params).to_json()["params"], "said": said})
    return found


def main() -> None:
    """Print it."""
    told = {}
    for language in LANGUAGES:
        source = catalogue_module(language, list(source_files(ROOT, PACKAGES)), ROOT).decode()
        told[language] = {"module": source, "spoken": spoken(language, source)}
    json.dump(told, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
