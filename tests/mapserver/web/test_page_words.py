"""Every page in Lithuanian and in Latvian: no word of it stands in the English catalogue."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import mapserver
from mapserver.web.templating import TEMPLATES
from telemetry.messages import speaking
from telemetry.messages.catalogue import texts_of
from telemetry.messages.formatting import Placeholder, parts_of
from tests.mapserver.web.test_templating import PAGES, rendered

MAPSERVER = Path(mapserver.__file__).parent
WORDS_OF_A_SHEET = re.compile(r"content: *\"[^\"\\]*[A-Za-z]{2}[^\"]*\"")
"""A `content` with letters in it: a text that no catalogue has."""
SHOWN_ATTRIBUTES = frozenset({"title", "aria-label", "placeholder", "alt"})
NAMES = frozenset({"Vanagas", "Dobele", "Šiauliai", "English"})
"""What is called the same in every language."""


class Words(HTMLParser):
    """Collects the texts that a page shows."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "code"):
            self._within.append(tag)
        self.found += [value for name, value in attrs if name in SHOWN_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        if self._within[-1:] == [tag]:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if not self._within and data.strip():
            self.found.append(" ".join(data.split()))


def english_patterns(language: str) -> re.Pattern[str]:
    """What fits an English text that is another one in `language`; placeholders stand for anything."""
    translated = texts_of(language)
    patterns = []
    for code, forms in texts_of("en").items():
        for form in forms:
            parts = parts_of(form)
            said = "".join(part for part in parts if isinstance(part, str))
            if form not in translated.get(code, ()) and len(re.findall(r"[A-Za-z]", said)) > 3:
                patterns.append("".join(".+" if isinstance(part, Placeholder) else re.escape(part) for part in parts))
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


WORD = re.compile(r"[^\W\d_]{2,}")


def vocabulary(language: str) -> set[str]:
    """Every word of a language's catalogue, in small letters."""
    texts = (form for forms in texts_of(language).values() for form in forms)
    said = (part for text in texts for part in parts_of(text) if isinstance(part, str))
    return {word.lower() for text in said for word in WORD.findall(text)}


ENGLISH = vocabulary("en")
OWN = {language: vocabulary(language) for language in ("lt", "lv")}


def english_words(text: str, language: str) -> list[str]:
    """The words of a text that only the English catalogue has; a text need not be a whole message to be found."""
    words = [word.lower() for word in WORD.findall(text)]
    return [word for word in words if word in ENGLISH - OWN[language]]


PATTERNS = {language: english_patterns(language) for language in ("lt", "lv")}


@pytest.mark.parametrize("language", PATTERNS)
@pytest.mark.parametrize("name", PAGES)
def test_no_text_of_a_page_stands_in_the_english_catalogue(name: str, language: str) -> None:
    words = Words()
    with speaking(language):
        words.feed(rendered(name, verdicts=[{"check": "energy", "title": "–", "level": "warn", "message": "–"}]))
    assert words.found
    english = PATTERNS[language]
    own = {form for forms in texts_of(language).values() for form in forms}
    foreign = [text for text in words.found if text not in NAMES | own and english.fullmatch(text)]
    assert foreign == []


def test_no_stylesheet_shows_words() -> None:
    sheets = [path for path in MAPSERVER.rglob("*.css") if "vendor" not in path.parts]
    assert sheets
    assert {sheet.name: found for sheet in sheets if (found := WORDS_OF_A_SHEET.findall(sheet.read_text()))} == {}


@pytest.mark.parametrize("name", PAGES)
def test_the_names_that_a_page_takes_from_a_list_are_in_the_catalogue(name: str) -> None:
    source = (TEMPLATES / name).read_text("utf-8")
    asked = {prefix for lists in re.findall(r"named\(([^)]*)\)", source) for prefix in re.findall(r'"([^"]+)"', lists)}
    codes = texts_of("en")
    assert [prefix for prefix in asked if not any(code.startswith(f"{prefix}.") for code in codes)] == []
