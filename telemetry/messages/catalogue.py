"""The one catalogue: texts by language and code, read from the .po files when a code of their domain is first shown.

A code's first segment is its domain: `checks.height.above_limit` stands in `locale/LANGUAGE/LC_MESSAGES/checks.po`.
A missing text is shown in English, an unknown code as itself: showing a message never fails.
"""

from collections.abc import Mapping
from datetime import tzinfo
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from telemetry.messages.current import current_zone
from telemetry.messages.formatting import fill, format_value
from telemetry.messages.languages import ENGLISH, LANGUAGES
from telemetry.messages.po import Texts, read_po

LOCALE = Path(__file__).parent / "locale"
COUNT = "count"
"""The parameter that decides which plural form is taken."""
TIME_ZONE = "time_zone"
"""The parameter with the IANA name of the zone in which a message shows its times, whoever reads it."""


def path_of(language: str, domain: str, locale: Path = LOCALE) -> Path:
    """The .po file of a language's domain."""
    return locale / language / "LC_MESSAGES" / f"{domain}.po"


def domains(locale: Path = LOCALE) -> list[str]:
    """Every domain that some language has, sorted."""
    return sorted({path.stem for path in locale.glob("*/LC_MESSAGES/*.po")})


@cache
def domain_texts(language: str, domain: str) -> dict[str, Texts]:
    """The texts of one domain in one language, by code; read once."""
    return read_po(path_of(language, domain))


def texts_of(language: str) -> dict[str, Texts]:
    """All texts of a language, by code."""
    return {code: texts for domain in domains() for code, texts in domain_texts(language, domain).items()}


def known(code: str) -> bool:
    """Whether the catalogue has the code."""
    return code in domain_texts(ENGLISH.code, code.partition(".")[0])


def text_of(code: str, params: Mapping[str, Any], language: str, zone: tzinfo | None = None) -> str:
    """The words of a code with its parameters; times are shown in `zone` or that of the present request.

    A parameter `time_zone` is stronger than both: the times are a town's, and are told as its people read them.
    """
    domain = code.partition(".")[0]
    texts = domain_texts(language, domain).get(code)
    if texts is None:
        language = ENGLISH.code
        texts = domain_texts(language, domain).get(code)
        if texts is None:
            return code
    spoken = LANGUAGES[language]
    form = 0
    if len(texts) > 1:
        count = params.get(COUNT)
        number = 0.0
        if isinstance(count, int | float):
            number = abs(count)
        form = min(spoken.plural_of(number), len(texts) - 1)
    own = params.get(TIME_ZONE)
    shown_in = ZoneInfo(own) if isinstance(own, str) else zone or current_zone()
    return fill(texts[form], params, spoken, shown_in, text_of)


def show(value: Any, form: str, language: str, zone: tzinfo | None = None) -> str:
    """One value as a placeholder `{value:form}` shows it."""
    formats = tuple(part for part in form.split(",") if part)
    return format_value(value, formats, LANGUAGES[language], zone or current_zone(), text_of)
