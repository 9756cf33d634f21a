"""Texts become words that are compared without accents and capitals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.fulltext.words import (
    LONGEST_WORD,
    MARK,
    MOST_CELLS,
    cell_of,
    cells_of,
    facet,
    fold,
    joined,
    without,
    words_of,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Šiauliai, Vilniaus g. 12-4", ["siauliai", "vilniaus", "g", "12", "4"]),
        ("ĢĪMENES ķēde", ["gimenes", "kede"]),
        ("Łódź øre ßtraße", ["lodz", "ore", "sstrasse"]),
        ("Пожар у Дома", ["пожар", "у", "дома"]),
        ("a_b\x00c\ud800d", ["a", "b", "c", "d"]),
        ("… — !", []),
    ],
)
def test_words_are_folded_and_parted_at_what_is_no_letter(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@given(st.text(max_size=200))
def test_any_text_gives_words_that_both_databases_take(text: str) -> None:
    for word in words_of(text):
        assert 0 < len(word) <= LONGEST_WORD
        assert words_of(word) == [word]
        assert MARK not in word
        word.encode()


@given(st.text(max_size=50))
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_a_plate_is_taken_out_however_it_is_spelled() -> None:
    said = without("wanted KV-24 17, seen with KV2418", "KV2417")
    assert words_of(said) == ["wanted", "seen", "with", "kv2418"]


def test_nobody_can_type_a_facet() -> None:
    assert words_of(facet("n", "plate ab12")) == ["nplate", "ab12"]
    assert facet("c", "a_b") != facet("c", "ab")
    assert joined(["b", "a", "b"]) == "b a"


@given(lat=st.floats(-90, 90), lon=st.floats(-180, 180))
def test_a_place_is_in_a_cell_of_every_box_round_it(lat: float, lon: float) -> None:
    cells = cells_of((lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01))
    assert cells is not None
    assert len(cells) <= MOST_CELLS
    assert cell_of(lat, lon) in cells


def test_a_large_box_names_no_cells() -> None:
    assert cells_of((20.0, 55.0, 25.0, 57.0)) is None
