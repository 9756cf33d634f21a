"""Every page of the demo in Lithuanian and in Latvian: nothing on it stands in the English catalogue."""

import re

import pytest

from tests.browser.demo.conftest import Visit
from tests.mapserver.web.test_page_words import PATTERNS

PAGES = {
    "coordinator.dobele": (
        "map", "incidents", "wall", "planner", "calendar", "deployments", "plates", "account", "report",
    ),
    "pilot.siauliai": ("flights", "papers", "permits", "weather", "planner", "flights/logbook"),
    "admin": ("people", "units", "cameras"),
}  # fmt: skip
NAMES = frozenset(
    {"Vanagas", "English", "Watch the closed square during the fair", "Synthetic: lakeside bathing place"}
)
"""Names, and what people of the demo have written; the same in every language."""
TOKEN_LABEL = re.compile(r"command line( [0-9a-f]+)?")
"""What a token made on the command line is called, and its beginning."""
SHOWN = """() => {
  const found = [document.title];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    if (!texts.currentNode.parentElement.closest("script, style, code")) found.push(texts.currentNode.textContent);
  }
  for (const name of ["title", "aria-label", "placeholder", "alt"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) found.push(element.getAttribute(name));
  }
  return [...new Set(found.map((text) => text.trim().replace(/\\s+/g, " ")).filter(Boolean))];
}"""


@pytest.mark.parametrize("language", ["lv", pytest.param("lt", marks=pytest.mark.whole)])
@pytest.mark.parametrize("who", PAGES)
def test_no_page_shows_an_english_text(visit: Visit, who: str, language: str) -> None:
    visit.sign_in(who)
    english = {}
    for page in PAGES[who]:
        visit.page.goto(f"{visit.demo.url}/{page}?lang={language}")
        visit.page.wait_for_function("() => document.body.dataset.live !== 'connecting'")
        shown = visit.page.evaluate(SHOWN)
        assert len(shown) > 10
        words = [text for text in shown if text not in NAMES and not TOKEN_LABEL.fullmatch(text)]
        english[page] = [text for text in words if PATTERNS[language].fullmatch(text)]
    assert english == {page: [] for page in PAGES[who]}
