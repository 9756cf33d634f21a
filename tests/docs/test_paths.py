"""Whoever follows a path of the documents finds the file."""

import re
from pathlib import Path

import pytest

from tests.test_house import ROOT, tracked

DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/glossary.md")
NAMED = re.compile(r"`([\w./-]+\.(?:py|js|html|css|toml|md|json|sql)|[\w./-]+/)(?:[:`])")
STANDING_FOR = re.compile(r"\b(NAME|NOUN|FORMAT|NUMBER|DATA)\b|_NAME|NUMBER_")
MADE_LATER = frozenset({"plate_key.json"})
"""Files of the data folder."""


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Every tracked file and folder, with all the shorter ways to name it."""
    found = set()
    for path in tracked("*"):
        parts = path.relative_to(ROOT).parts
        for end in range(1, len(parts) + 1):
            found |= {"/".join(parts[begin:end]) for begin in range(end)}
    return found


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_that_a_document_names_is_in_the_tree(document: str, known: set[str]) -> None:
    text = Path(ROOT / document).read_text("utf-8")
    named = {name.rstrip("/") for name in NAMED.findall(text) if not STANDING_FOR.search(name)}
    assert named - known - MADE_LATER == set()
