"""What plates can say: the table holds together, and a text has the countries that could have issued it."""

import random

import pytest

from benchmarks._rendered_plates import invent
from telemetry.errors import BadInput
from vision.plates.syntax import countries_of, formats, graph, lay_out


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("ABC123", "LT"),
        ("EA1234", "LT"),
        ("AB1234", "LV"),
        ("A1234", "LV"),
        ("123ABC", "EE"),
        ("WA12345", "PL"),
        ("RK115AN", "SK"),
        ("1T43213", "CZ"),
        ("ZG1234AB", "HR"),
        ("1234BCD", "ES"),
        ("1ABC234", "BE"),
    ],
)
def test_a_text_has_the_likeliest_country(text: str, country: str) -> None:
    (first, probability), *others = countries_of(text)
    assert (first, abs(probability + sum(p for _, p in others) - 1) < 1e-9) == (country, True)


def test_a_text_of_no_syntax_has_no_country() -> None:
    assert countries_of("1A1A1A1A") == []


def test_a_latvian_number_has_no_zero_in_front() -> None:
    assert "LV" not in dict(countries_of("AB0123"))


def test_every_format_takes_what_is_invented_of_it() -> None:
    rng = random.Random(1)
    for one in formats():
        if one.country is not None:
            _, text = invent(one, rng)
            assert one.takes(text), (one, text)
            assert not one.takes(text + "0"), (one, text)


def test_a_format_has_room_for_as_many_plates_as_its_places_allow() -> None:
    (cars, *_) = formats(frozenset({"LT"}))
    assert cars.size == 23**3 * 1000


def test_beginnings_that_are_alike_are_one_in_the_graph() -> None:
    known = formats(frozenset({"LV"}))
    places = sum(len(one.tail) for one in known)
    assert len(lay_out(known).first) < places


def test_places_of_registration_branch_by_their_first_letter_and_meet_again() -> None:
    slovak = graph(frozenset({"SK"}))
    meets = max(range(len(slovak.first)), key=lambda node: len(slovak.before(node)))
    assert len(slovak.before(meets)) > 10


def test_a_country_that_is_not_in_the_table_is_named_in_the_refusal() -> None:
    with pytest.raises(BadInput, match="the plates of XX are not known; there are AL, AT, BA, BE"):
        formats(frozenset({"XX"}))
