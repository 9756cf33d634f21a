"""The shape of an observation, and reading it from outside."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.errors import BadObservation
from telemetry.observations import Observation, Source, SourceKind, read_jsonl
from telemetry.observations.values import observation_id, parse_observation
from tests.builders import observation

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(SourceKind), st.text(min_size=1), st.text(min_size=1), st.text(min_size=1), st.text(min_size=1))
def test_the_id_follows_from_the_key_and_from_nothing_else(
    kind: SourceKind, source: str, ref: str, other_source: str, other_ref: str
) -> None:
    def make(s: str, r: str) -> str:
        return observation_id(Source.model_construct(kind=kind, id=s), r)

    assert make(source, ref) == make(source, ref)
    assert (make(source, ref) == make(other_source, other_ref)) == ((source, ref) == (other_source, other_ref))


def test_json_and_back_is_the_same_observation() -> None:
    seen = observation(attributes={"identity": "KLR123"}, summary="a car")
    assert Observation.model_validate_json(seen.model_dump_json()) == seen


@given(JSON)
def test_no_json_whatever_raises_anything_but_a_sentence(raw: Any) -> None:
    with pytest.raises(BadObservation):
        parse_observation(raw)


@given(st.dictionaries(st.sampled_from(list(Observation.model_fields)), JSON))
def test_no_value_in_any_field_raises_anything_but_a_sentence(change: dict[str, Any]) -> None:
    good = observation().model_dump(mode="json")
    try:
        parse_observation({**good, **change})
    except BadObservation as refusal:
        assert refusal.message.startswith("the observation")


def test_a_bad_line_is_named_with_its_file_and_number() -> None:
    lines = [observation().model_dump_json(), "", "{broken"]
    with pytest.raises(BadObservation, match=r"seen\.jsonl line 3 is not JSON"):
        list(read_jsonl(lines, name="seen.jsonl"))


def test_a_time_with_another_zone_becomes_utc() -> None:
    raw = {**observation().model_dump(mode="json"), "started_at": "2026-11-22T14:00:00+02:00"}
    assert json.loads(parse_observation(raw).model_dump_json())["started_at"] == "2026-11-22T12:00:00.000Z"
