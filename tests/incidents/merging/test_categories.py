"""The category file."""

from pathlib import Path

import pytest

from incidents.merging.categories import default_rules, load_rules, read_rules
from telemetry.errors import Misconfigured

DEFAULT = '[default]\ntitle = "Other"\nseverity = 2\nwindow = 60\nspread = 10\ndensity = 1\n'


def test_an_unknown_category_behaves_as_the_default_under_its_own_name() -> None:
    rule = default_rules()["wild_boar"]
    assert (rule.title, rule.opens) == ("Wild boar", True)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "no [default] table"),
        ("[default", "not TOML"),
        (DEFAULT + "[fight]\ntitle = 'Fight'\n", "density is missing"),
        (DEFAULT.replace("window = 60", "window = -1"), "window must be a number above 0"),
        (DEFAULT + "colour = 'red'\n", "colour is not a setting"),
    ],
)
def test_a_faulty_file_is_refused_with_the_place_and_the_reason(text: str, fault: str) -> None:
    with pytest.raises(Misconfigured, match=r"own\.toml") as refusal:
        read_rules(text, "own.toml")
    assert fault in refusal.value.message


def test_a_file_that_is_no_text_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "categories.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(Misconfigured, match=r"categories\.toml is not UTF-8 text"):
        load_rules(path)
