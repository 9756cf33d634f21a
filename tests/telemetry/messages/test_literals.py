"""How many sentences still stand outside the catalogues, package by package: a number that only falls.

`python -m telemetry.messages literals PATH` names them, by file and line. What is left is for engineers (the demo,
internal checks of the program, names of formats) or waits to be taken into the catalogue.
"""

from collections import Counter
from pathlib import Path

import pytest

from telemetry.messages.literals import literals_of
from telemetry.messages.usage import source_files

ROOT = Path(__file__).parent.parent.parent.parent
ALLOWED = {"telemetry": 86, "mission": 40, "mobile_units": 0, "vision": 38, "incidents": 1, "mapserver": 177}
"""Lower a number when sentences of its package have become messages."""


@pytest.mark.parametrize("package", ALLOWED)
def test_no_sentence_is_added_outside_the_catalogues(package: str) -> None:
    found = Counter({str(path.relative_to(ROOT)): len(literals_of(path)) for path in source_files(ROOT, [package])})
    worst = found.most_common(5)
    assert found.total() <= ALLOWED[package], f"more sentences than before; most are in {worst}"


def test_no_template_has_words_of_its_own() -> None:
    templates = [path for path in source_files(ROOT, ["mapserver"]) if path.suffix == ".html"]
    assert len(templates) > 30
    assert {str(path.relative_to(ROOT)): said for path in templates if (said := literals_of(path))} == {}
