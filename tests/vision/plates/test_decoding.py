"""Columns of probabilities decoded along the graph of formats."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vision.plates.decoding import decode
from vision.plates.syntax import ALPHABET, Floats, graph

LT = graph(frozenset({"LT"}))
CARS = st.from_regex(r"[ABCDEFGHJKLMNPRSTUVYZ]{3}[0-9]{3}", fullmatch=True)


def columns(text: str, *, doubts: dict[int, dict[str, float]] | None = None, gaps: int = 1) -> Floats:
    """What a network sure of itself says of `text`; at place i the characters of `doubts[i]` instead.

    `.` is none, `-` room.
    """
    rows = []
    for place, char in enumerate(text):
        row = np.full(2 + len(ALPHABET), 1e-6)
        for one, chance in (doubts or {}).get(place, {char: 1.0}).items():
            row[0 if one == "." else -1 if one == "-" else 1 + ALPHABET.index(one)] = chance
        rows += [row / row.sum(), *[np.eye(1, 2 + len(ALPHABET))[0]] * gaps]
    return np.array(rows, np.float32)


def best(seen: Floats) -> str:
    return decode(seen, LT)[0].text


@given(CARS, st.integers(1, 3))
def test_what_is_seen_beyond_doubt_is_read(text: str, gaps: int) -> None:
    assert best(columns(text, gaps=gaps)) == text


@given(CARS)
def test_candidates_come_best_first_and_each_once(text: str) -> None:
    found = decode(columns(text, doubts={1: {text[1]: 0.6, "Y": 0.4}}), LT)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert len({one.text for one in found}) == len(found)
    assert all(0 <= one.certainty <= 1 for one in found)


def test_a_place_for_letters_takes_the_letter_that_looks_like_the_digit_seen() -> None:
    assert best(columns("ABO123", doubts={2: {"0": 0.7, "O": 0.3}})) == "ABO123"
    assert best(columns("ABC120", doubts={5: {"O": 0.7, "0": 0.3}})) == "ABC120"


def test_a_seal_read_as_a_character_is_passed_over() -> None:
    assert best(columns("ABC8123")) == "ABC123"


def test_what_is_left_of_the_plate_is_passed_over_at_a_price() -> None:
    assert best(columns("1ABC123")) == "ABC123"


def test_the_same_character_twice_needs_a_gap_between() -> None:
    assert best(columns("AAA111", gaps=1)) == "AAA111"


def test_an_empty_picture_holds_no_plate() -> None:
    assert decode(np.eye(1, 2 + len(ALPHABET), dtype=np.float32).repeat(12, axis=0), LT) == []


def test_a_hyphen_tells_which_of_two_formats_it_is() -> None:
    doubts = {2: {"I": 0.6, "1": 0.6}}
    assert best(columns("37IAO", doubts=doubts)) == "371AO"
    assert best(columns("37-IAO", doubts={3: doubts[2]})) == "37IAO"
    assert best(columns("37I-AO", doubts=doubts)) == "371AO"
