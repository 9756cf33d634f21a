"""The catalogue as a JavaScript module, one for each language: what differs between languages, and the texts in use.

`static/js/messages.js` loads the module of the page's language and fills placeholders as `formatting.py` does.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from telemetry.messages.catalogue import texts_of
from telemetry.messages.checking import prefixes_of
from telemetry.messages.languages import ENGLISH, LANGUAGES
from telemetry.messages.usage import usage_of


def catalogue_module(language: str, scripts: Iterable[Path], root: Path) -> bytes:
    """The ES module of `language` with every text that `scripts`, files below `root`, use."""
    spoken = asdict(LANGUAGES[language])
    del spoken["plural_of"]
    codes = _used_by(scripts, root)
    texts = texts_of(language)
    content = {"language": spoken, "texts": {code: texts[code] for code in sorted(codes) if code in texts}}
    return f"export default {json.dumps(content, ensure_ascii=False, separators=(',', ':'))};\n".encode()


def _used_by(scripts: Iterable[Path], root: Path) -> set[str]:
    english = texts_of(ENGLISH.code)
    usage = usage_of(scripts, root)
    codes: set[str] = set()
    while True:
        found = {code for code in english if usage.uses(code)}
        if found == codes:
            return codes
        codes = found
        usage.prefixes |= {f"{prefix}." for prefix in prefixes_of({code: english[code] for code in codes})}
