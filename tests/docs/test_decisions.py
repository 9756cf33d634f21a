"""Each decision says when it was taken and whether it holds, and the index has all of them."""

import re
from pathlib import Path

import pytest

from build_assets import ROOT

FOLDER = ROOT / "docs/decisions"
PAGES = sorted(FOLDER.glob("[0-9]*.md"))
INDEX = (FOLDER / "README.md").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_decision_has_number_date_and_status_and_stands_in_the_index(page: Path) -> None:
    title, blank, status, *_ = page.read_text("utf-8").split("\n")
    told = re.fullmatch(r"# (\d+)\. (.+)", title)
    assert told is not None
    assert (int(told[1]), blank) == (int(page.stem[:4]), "")
    assert re.fullmatch(r"\*(Accepted|Replaced by \[\d+\]\(\d{4}-[a-z0-9-]+\.md\)) \d{4}-\d\d-\d\d\.\*", status)
    assert f"| {told[1]} | [{told[2]}]({page.name}) | {status.strip('*.')} |" in INDEX


def test_no_number_is_given_twice() -> None:
    numbers = [page.stem[:4] for page in PAGES]
    assert len(set(numbers)) == len(numbers)
