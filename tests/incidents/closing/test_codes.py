"""How incidents can end: what ships, and a town's own file with its faults."""

from pathlib import Path

import pytest

from incidents.closing.codes import code_for, default_codes, load_codes, read_codes
from incidents.merging import State
from telemetry.errors import BadInput, Misconfigured

GOOD = '[done]\ncloses_as = "resolved"\ntitle = "Done"\n'


def test_what_ships_ends_both_ways_and_speaks_three_languages() -> None:
    codes = default_codes()
    assert {code.closes_as for code in codes.values()} == {State.RESOLVED, State.FALSE_ALARM}
    assert codes["hoax"].title.text("lt") == "Melagingas pranešimas"
    assert codes["hoax"].title.text("lv") == "Apzināti nepatiess ziņojums"


def test_a_text_in_one_language_is_shown_in_all() -> None:
    assert read_codes(GOOD, "town.toml")["done"].title.text("lv") == "Done"


def test_a_language_left_out_is_shown_the_first_that_is_there() -> None:
    text = '[done]\ncloses_as = "resolved"\ntitle = { lt = "Atlikta" }\n'
    assert read_codes(text, "town.toml")["done"].title.text("en") == "Atlikta"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("done =", "is not TOML"),
        ("done = 3", r"\[done\] wants exactly these settings: closes_as, title"),
        ('[done]\ncloses_as = "new"\ntitle = "x"', "closes_as is false_alarm or resolved"),
        ('[done]\ncloses_as = "resolved"\ntitle = ""', "title is a text"),
        ('[done]\ncloses_as = "resolved"\ntitle = { xx = "x" }', "title is a text"),
    ],
)
def test_a_faulty_file_is_refused_with_its_fault(text: str, fault: str) -> None:
    with pytest.raises(Misconfigured, match=fault):
        read_codes(text, "town.toml")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"codes\.toml cannot be read"):
        load_codes(tmp_path / "codes.toml")


def test_a_code_closes_only_as_it_says() -> None:
    assert code_for(default_codes(), "hoax", State.FALSE_ALARM).name == "hoax"
    with pytest.raises(BadInput, match="hoax does not say how an incident ends as resolved; that do: handled_on_site"):
        code_for(default_codes(), "hoax", State.RESOLVED)
