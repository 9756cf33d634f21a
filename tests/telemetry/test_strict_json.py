"""JSON from strangers: what is kept to the letter, and what is refused with its place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.errors import BadInput, BadPlan
from telemetry.strict_json import parse_json

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**300), 10**300)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_every_value_comes_back(value: object) -> None:
    assert parse_json(json.dumps(value).encode(), "x.json") == value


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[1,", "x.json is not JSON: line 1, column 4"),
        (b'{"a": -Infinity}', "the number -Infinity, which JSON does not have"),
        (b"[1e999]", "1e999, which is larger than any number"),
        (b"[" + b"9" * 400 + b".5]", "larger than any number"),
        (b"9" * 5_000, "too many digits"),
        (b"[" * 100_000, "nested too deeply"),
        (b"\xff\xfe", "it is not UTF-8 text (byte 0)"),
    ],
)
def test_what_is_not_json_is_refused_with_its_place(content: bytes, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_json(content, "x.json")
    assert words in refused.value.message


def test_the_refusal_is_of_the_kind_that_is_asked_for() -> None:
    with pytest.raises(BadPlan):
        parse_json(b"{", "x.plan", BadPlan)


def test_a_byte_order_mark_is_taken_off() -> None:
    assert parse_json(b"\xef\xbb\xbf[]", "x.json") == []
