"""What a dispatcher types, and the place that is found first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.cities import City, known_towns
from telemetry.gazetteer.search import Gazetteer, slips_between
from telemetry.gazetteer.values import NamedPlace, folded


def place(name: str, city: City = City("siauliai"), *aliases: str) -> NamedPlace:
    return NamedPlace(name, city.facts.lat, city.facts.lon, city, aliases)


GAZETTEER = Gazetteer(
    [
        place("Vilniaus gatvė"),
        place("Vilniaus gatvė 12"),
        place("Vilniaus gatvė 120"),
        place("Žemaitės gatvė"),
        place("Šv. Petro ir Povilo katedra", City("siauliai"), "Katedra", "Cathedral"),
        place("Brīvības iela", City("dobele")),
        place("Brīvības iela 5", City("dobele")),
        place("Tirgus laukums", City("dobele"), "Market square", "Turgaus aikštė"),
        place("Skolas iela", City("dobele")),
        place("Mokyklos gatvė"),
        place("Parks"),
        place("Parks", City("dobele")),
    ]
)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("vilniaus", "Vilniaus gatvė"),
        ("VILNIAUS G. 12", "Vilniaus gatvė 12"),
        ("12 vilniaus", "Vilniaus gatvė 12"),
        ("viln 12", "Vilniaus gatvė 12"),
        ("brivibas 5", "Brīvības iela 5"),
        ("Brīvības iela 5", "Brīvības iela 5"),
        ("zemaites", "Žemaitės gatvė"),
        ("žem", "Žemaitės gatvė"),
        ("vilnaus", "Vilniaus gatvė"),
        ("vilnau", "Vilniaus gatvė"),
        ("brivibsa", "Brīvības iela"),
        ("market", "Tirgus laukums"),
        ("turgaus", "Tirgus laukums"),
        ("petro katedra", "Šv. Petro ir Povilo katedra"),
    ],
)
def test_the_place_that_is_meant_comes_first(query: str, first: str) -> None:
    assert GAZETTEER.search(query)[0].place.name == first


@pytest.mark.parametrize("town", known_towns())
def test_of_two_with_one_name_that_of_the_town_comes_first(town: City) -> None:
    assert GAZETTEER.search("parks", town=town)[0].place.city == town


def test_a_town_that_is_named_leaves_out_the_other() -> None:
    assert [found.place.city for found in GAZETTEER.search("parks, Dobele", town=City("siauliai"))] == [City("dobele")]


def test_what_is_spelt_right_in_the_other_town_goes_before_what_is_misspelt_in_this_one() -> None:
    gazetteer = Gazetteer([place("Skolas iela", City("dobele")), place("Skalas gatvė")])
    found = gazetteer.search("skolas", town=City("siauliai"))
    assert [(one.place.name, one.misspelt) for one in found] == [("Skolas iela", False), ("Skalas gatvė", True)]


def test_house_numbers_are_counted() -> None:
    gazetteer = Gazetteer([place(f"Skolas iela {number}") for number in (10, 9, 100)])
    assert [found.name for found in gazetteer.search("skolas")] == [
        "Skolas iela 9",
        "Skolas iela 10",
        "Skolas iela 100",
    ]


def test_a_house_number_that_no_place_has_leaves_the_street_and_says_so() -> None:
    (found, *_) = GAZETTEER.search("Brīvības iela 77")
    assert (found.place.name, found.without_number) == ("Brīvības iela", True)


def test_the_name_that_was_found_is_told() -> None:
    assert GAZETTEER.search("cathedral")[0].name == "Cathedral"


@pytest.mark.parametrize("query", ["", "  ", "xyzzyx", "!?", "99"])
def test_what_names_nothing_finds_nothing(query: str) -> None:
    assert GAZETTEER.search(query) == []


def test_a_word_that_only_says_street_finds_streets() -> None:
    assert {found.place.name for found in GAZETTEER.search("iela")} >= {"Brīvības iela", "Skolas iela"}


@given(st.sampled_from(GAZETTEER.places), st.sampled_from(known_towns()))
def test_every_place_is_found_by_its_own_name(wanted: NamedPlace, town: City) -> None:
    assert wanted in [found.place for found in GAZETTEER.search(wanted.name, town=town)]


@given(st.text(max_size=60))
def test_any_text_is_searched_for_without_failing(text: str) -> None:
    found = [one.place for one in GAZETTEER.search(text)]
    assert len(found) == len(set(found))


@given(st.text("abc", max_size=6), st.text("abc", max_size=8))
def test_slips_are_those_of_the_best_beginning(word: str, whole: str) -> None:
    beginnings = [whole[:end] for end in range(len(whole) + 1)]
    assert slips_between(word, whole) == min(slips_between_whole(word, beginning) for beginning in beginnings)


def slips_between_whole(word: str, other: str) -> int:
    """Levenshtein's distance as it is defined."""
    if not word or not other:
        return len(word) + len(other)
    if word[0] == other[0]:
        return slips_between_whole(word[1:], other[1:])
    return 1 + min(
        slips_between_whole(word[1:], other),
        slips_between_whole(word, other[1:]),
        slips_between_whole(word[1:], other[1:]),
    )


@pytest.mark.parametrize(("text", "plain"), [("Šiaulių g.", "siauliu g"), ("Ģ-ķ", "g k"), ("Straße", "strasse")])
def test_names_are_compared_without_diacritics(text: str, plain: str) -> None:
    assert folded(text) == plain
