"""JSON of the database's columns comes back as it was written, also what only the slower reader takes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.store.json_text import read_json, write_json

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters())
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner))


@given(VALUES)
def test_what_is_written_is_read_again(value: object) -> None:
    assert read_json(write_json(value)) == value


@given(VALUES)
def test_what_earlier_programs_have_written_is_read(value: object) -> None:
    assert read_json(json.dumps(value)) == value


@pytest.mark.parametrize("value", ["\ud800", ["", {"\udfff": 1}]])
def test_a_lone_surrogate_is_kept(value: object) -> None:
    assert read_json(write_json(value)) == value


def test_deep_nesting_is_kept() -> None:
    value: list[object] = []
    for _ in range(400):
        value = [value]
    assert read_json(write_json(value)) == value
