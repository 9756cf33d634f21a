"""Every page of the demo in Lithuanian and in Latvian: no word on it stands in the English catalogue alone."""

import re

import pytest
from playwright.sync_api import expect

from mapserver.demo import places
from telemetry.messages.catalogue import texts_of
from tests.browser.demo.conftest import STORY_MS, Visit
from tests.mapserver.web.test_page_words import PATTERNS, english_words

PAGES = {
    "coordinator.dobele": (
        "map", "incidents", "wall", "planner", "calendar", "deployments", "plates", "account", "report",
        "flights/logbook", "procedures",
    ),
    "pilot.siauliai": ("calendar", "flights", "papers", "permits", "weather", "planner", "flights/logbook"),
    "supervisor.dobele": ("unmasking", "incidents", "wall"),
    "inspector.dobele": ("report", "map", "incidents", "account"),
    "admin": ("people", "units", "cameras"),
}  # fmt: skip
LINKED = (
    r"/incidents/[^/?#]+",
    r"/incidents/[^/?#]+/drone",
    r"/flights/[^/?#]+/fly",
    r"/flights/[^/?#]+/debrief",
    r"/footage/[^/?#]+",
    r"/cameras/[^/?#]+",
    r"/cameras/[^/?#]+/setup",
)
"""Pages of one thing, reached from the others; the first of each that is met."""
NAMED = [
    *(zone.name for zone in places.ZONES),
    *(unit.name for unit in places.units()),
    *(camera.name for camera in places.cameras()),
    "Survey of the market square",
    "Watch the closed square during the fair",
    "Watch the car park over the weekend",
    "Evening patrol at the fair",
    "Walk the path by the river",
    "Two mattresses left by the river path",
    "Van driving between the stalls, people jumping aside",
    "the closed street",
    "Generic one-inch camera",
    "Dobele",
    "Šiauliai",
    "English",
]
"""What people of the demo have written, and names; the same in every language."""
NAMES = re.compile(
    "|".join(
        [
            *map(re.escape, sorted(NAMED, key=len, reverse=True)),
            r"Synthetic: .*|\b[Ss]ynthetic\b",
            r"\b[A-Z]+(?:_[A-Z\d]+)+\b",
            r"\b(?:pilot|inspector|coordinator|supervisor|relief|device)\.\w+|\bcoordinator\.night\b|\badmin\b",
            r"\b(?:command line|browser|demo story) [0-9a-f]+",
            r"\b(?:orthophotos|terrains)\.\w+",
            r"\bcommand line\b|\bdemo story\b|^browser$|^simulated(?=,)",
        ]
    )
)
"""Names wherever they stand: users, labels of tokens, settings, parameters, firmware of the demo's drone."""
SHOWN = """() => {
  for (const folded of document.querySelectorAll("details:not([open])")) folded.open = true;
  const found = [document.title];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    if (!texts.currentNode.parentElement.closest("script, style, code, noscript")) {
      found.push(texts.currentNode.textContent);
    }
  }
  for (const name of ["title", "aria-label", "placeholder", "alt"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) found.push(element.getAttribute(name));
  }
  return [...new Set(found.map((text) => text.trim().replace(/\\s+/g, " ")).filter(Boolean))];
}"""
LINKS = "() => [...document.querySelectorAll('a[href^=\"/\"]')].map((link) => new URL(link.href).pathname)"
OWN_TEXTS = {language: {form for forms in texts_of(language).values() for form in forms} for language in ("lt", "lv")}
"""What is said so in a language, be it the same as an English text that says something else."""
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d(?![T\d])")
"""A day as no Latvian writes it; times for programs have their T."""


@pytest.mark.parametrize("language", ["lv", pytest.param("lt", marks=pytest.mark.whole)])
@pytest.mark.parametrize("who", PAGES)
def test_no_page_shows_an_english_word(visit: Visit, who: str, language: str) -> None:
    visit.sign_in(who)
    visit.page.goto(f"{visit.demo.url}/map?lang={language}")
    if who != "admin":  # who sees no incidents
        expect(visit.page.locator("li[data-incident-id]").first).to_be_attached(timeout=STORY_MS)
    waiting = list(PAGES[who])
    wanted = set(LINKED)
    english = {}
    while waiting:
        page = waiting.pop(0)
        visit.page.goto(f"{visit.demo.url}/{page}?lang={language}")
        visit.page.wait_for_function("() => document.body.dataset.live !== 'connecting'")
        shown = visit.page.evaluate(SHOWN)
        assert len(shown) > 10
        english[page] = [text for text in shown if is_foreign(text, language)]
        for link in visit.page.evaluate(LINKS):
            pattern = next((one for one in wanted if re.fullmatch(one, link) and "logbook" not in link), None)
            if pattern is not None:
                wanted.remove(pattern)
                waiting.append(link.removeprefix("/"))
    assert {page: texts for page, texts in english.items() if texts} == {}


def is_foreign(text: str, language: str) -> bool:
    """Whether a text, its names left out, has an English word in it or, in Latvian, a day in ISO 8601."""
    left = NAMES.sub("", text)
    if left in OWN_TEXTS[language]:
        return False
    if language == "lv" and ISO_DAY.search(left):
        return True
    return bool(english_words(left, language)) or bool(PATTERNS[language].fullmatch(left))


@pytest.mark.parametrize(
    ("text", "is_english"),
    [
        ("16 m attālumā · resting", True),
        ("stands there kopš", True),
        ("LVA-DEMO līdz 2027-12-01", True),
        ("LVA-DEMO līdz 01.12.2027.", False),
        ("Market square, closed for the fair · prioritāte 5", False),
    ],
)
def test_an_english_word_is_found_within_a_translated_text(text: str, is_english: bool) -> None:
    assert is_foreign(text, "lv") is is_english
