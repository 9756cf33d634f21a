"""Procedures out of TOML: what ships, and a town's own file with its faults."""

from pathlib import Path

import pytest

from incidents.merging import default_rules
from incidents.procedures.reading import default_procedures, load_procedures, read_procedures
from incidents.procedures.values import procedure_for
from telemetry.errors import Misconfigured

GOOD = """
[flood]
title = "Flood"
categories = ["flooding"]
[[flood.steps]]
id = "deep"
text = "Is it deep?"
mandatory = true
answers = { yes = "Yes", no = "No" }
[[flood.steps]]
id = "close"
text = { lt = "Uždaryti gatvę", lv = "Slēgt ielu" }
when = { deep = "yes" }
call = { who = "Road service", phone = "1855" }
"""


def test_what_ships_is_for_known_categories_and_speaks_three_languages() -> None:
    procedures = default_procedures()
    assert {one for procedure in procedures.values() for one in procedure.categories} <= set(default_rules().by_name)
    texts = [step.text for procedure in procedures.values() for step in procedure.steps]
    assert all(len({text.text(language) for language in ("en", "lt", "lv")}) == 3 for text in texts)


def test_a_category_finds_its_procedure_or_none() -> None:
    assert getattr(procedure_for(default_procedures(), "smoke"), "name", None) == "fire"
    assert procedure_for(default_procedures(), "graffiti") is None


def test_a_step_is_done_only_with_the_answers_that_it_names() -> None:
    flood = read_procedures(GOOD, "town.toml")["flood"]
    assert [step.id for step in flood.applying({})] == ["deep"]
    assert [step.id for step in flood.applying({"deep": "no"})] == ["deep"]
    assert [step.id for step in flood.applying({"deep": "yes"})] == ["deep", "close"]
    assert flood.steps[1].text.text("en") == "Uždaryti gatvę"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("[flood]", "[flood"), "is not TOML"),
        (('title = "Flood"', ""), r"\[flood\] needs categories, steps, title"),
        (('categories = ["flooding"]', 'categories = "flooding"'), "categories, steps are lists"),
        (('id = "close"', 'id = "deep"'), "there is a step deep before it"),
        (('when = { deep = "yes" }', 'when = { deep = "perhaps" }'), "no earlier step deep has the answer perhaps"),
        (('phone = "1855"', 'telephone = "1855"'), r"\[flood.steps 2.call\] needs phone, who"),
        (("mandatory = true", 'mandatory = "yes"'), "mandatory is true or false"),
        (('text = "Is it deep?"', "text = 3"), "text is a text, or a table of texts"),
        (('{ yes = "Yes", no = "No" }', '"yes"'), "answers, when are tables"),
    ],
)
def test_a_faulty_file_is_refused_with_its_fault(change: tuple[str, str], fault: str) -> None:
    with pytest.raises(Misconfigured, match=fault):
        read_procedures(GOOD.replace(*change), "town.toml")


def test_two_procedures_for_one_category_are_refused() -> None:
    with pytest.raises(Misconfigured, match="two procedures are for the category flooding"):
        read_procedures(GOOD + GOOD.replace("flood.", "again.").replace("[flood]", "[again]"), "town.toml")


def test_a_file_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "procedures.toml"
    with pytest.raises(Misconfigured, match="cannot be read"):
        load_procedures(path)
    path.write_text(GOOD, "utf-8")
    assert list(load_procedures(path)) == ["flood"]
