"""Which language an answer is in: what was asked for, what the user chose, what the browser says, the town's."""

import os
from collections.abc import Mapping

from telemetry.messages.languages import ENGLISH, LANGUAGES


def known_language(code: str | None) -> str | None:
    """The language that a tag (BCP 47, such as `lt-LT`) or a locale (such as `lt_LT.UTF-8`) names; None for others."""
    if not code:
        return None
    primary = code.replace("_", "-").split("-")[0].split(".")[0].strip().lower()
    if primary not in LANGUAGES:
        return None
    return primary


def accepted_language(header: str | None) -> str | None:
    """The first language of the header `Accept-Language` that the system speaks; None when it has none.

    Format: RFC 9110, section 12.5.4; a quality that is no number counts as 0.
    """
    best: str | None = None
    best_quality = 0.0
    for entry in (header or "").split(","):
        tag, _, rest = entry.partition(";")
        quality = _quality(rest)
        code = known_language(tag.strip())
        if code is not None and quality > best_quality:
            best = code
            best_quality = quality
    return best


def choose_language(
    *, asked: str | None, own: str | None, accepted: str | None, town: str | None, by_token: bool = False
) -> str:
    """The language of an answer.

    `asked` is `?lang=`, `own` what the user chose, `accepted` the header `Accept-Language`, `town` the town's language.
    A program that sends a token (`by_token`) says by its header what it wants; a browser's header is its maker's.
    """
    header = accepted_language(accepted)
    order = (asked, own, header, town)
    if by_token:
        order = (asked, header, own, town)
    return next((code for code in map(known_language, order) if code is not None), ENGLISH.code)


def language_of_command(option: str | None, environment: Mapping[str, str] = os.environ) -> str:
    """The language of a command: `--lang`, else the first of LC_ALL, LC_MESSAGES and LANG that is set."""
    asked = known_language(option)
    if asked is not None:
        return asked
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), None)
    return known_language(locale) or ENGLISH.code


def _quality(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        if name.strip().lower() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
