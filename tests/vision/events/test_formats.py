"""What holds for every format: nothing but BadObservation comes out of a bad message, and repeats keep their name."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.errors import BadObservation
from tests.vision.cameras.test_service import camera
from tests.vision.events.messages import AT, RECEIVED, axis, frigate, frigate_plate, plate_recognizer
from vision.events import FORMATS, DeviceEvent
from vision.events.observations import to_observation

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["new", "lpr", AT, "\ud800"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
GOOD = [
    ("frigate", frigate()),
    ("frigate", frigate("end", end_time=AT + 5)),
    ("frigate", frigate_plate()),
    ("plate_recognizer", plate_recognizer()),
    ("axis_lpr", axis()),
]


def paths(value: Any) -> list[list[Any]]:
    """The way to every value inside `value`."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [[]] + [[key, *rest] for key, child in inside for rest in paths(child)]


def put(value: Any, path: list[Any], new: Any) -> Any:
    """A copy of `value` with `new` at `path`."""
    if not path:
        return new
    copy = list(value) if isinstance(value, list) else dict(value)
    copy[path[0]] = put(value[path[0]], path[1:], new)
    return copy


def taken(name: str, message: Any, content_type: str = "application/json") -> list[DeviceEvent]:
    """What becomes of a message; BadObservation is the one way to be refused, and has a sentence."""
    try:
        return FORMATS[name](message, received_at=RECEIVED, content_type=content_type)
    except BadObservation as refused:
        assert refused.message.startswith(f"{name}: ")
        assert len(refused.message) > len(name) + 10
        return []


@given(name=st.sampled_from(list(FORMATS)), value=JSON_VALUES)
def test_any_json_is_either_taken_or_refused_with_a_sentence(name: str, value: Any) -> None:
    taken(name, json.dumps(value).encode())


@given(name=st.sampled_from(list(FORMATS)), body=st.binary(max_size=200), multipart=st.booleans())
def test_any_bytes_are_either_taken_or_refused_with_a_sentence(name: str, body: bytes, multipart: bool) -> None:
    taken(name, body, "multipart/form-data; boundary=a" if multipart else "application/json")


@given(good=st.sampled_from(GOOD), data=st.data(), value=JSON_VALUES)
def test_a_good_message_with_any_one_value_replaced_never_breaks_what_follows(
    good: tuple[str, dict[str, Any]], data: st.DataObject, value: Any
) -> None:
    name, message = good
    spoilt = put(message, data.draw(st.sampled_from(paths(message))), value)
    for body in (json.dumps(spoilt).encode(), spoilt):
        if not isinstance(body, bytes | dict):
            continue
        for event in taken(name, body):
            try:
                observation = to_observation(event, camera(), RECEIVED)
            except BadObservation:
                continue
            json.dumps(observation.model_dump(mode="json"), allow_nan=False).encode()


@pytest.mark.parametrize(("name", "message"), GOOD)
def test_the_same_message_twice_is_the_same_observation(name: str, message: dict[str, Any]) -> None:
    (first,), (second,) = taken(name, json.dumps(message).encode()), taken(name, message)
    one, two = (to_observation(event, camera(), RECEIVED) for event in (first, second))
    assert (one.key, one.id) == (two.key, two.id)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "is not JSON"),
        (b"\xff\xfe\x00", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b'{"a":' * 100_000, "is not JSON"),
        (b"9" * 6000, "is not JSON"),
        (b"[]", "is JSON, but not an object"),
        (b'"text"', "is JSON, but not an object"),
        (b" " * 1_000_001, "has 1000001 bytes; at most 1000000 are read"),
        (b"{}", "field required"),
    ],
)
def test_what_is_no_message_at_all_is_refused(name: str, body: bytes, says: str) -> None:
    with pytest.raises(BadObservation) as refused:
        FORMATS[name](body, received_at=RECEIVED)
    assert refused.value.message.startswith(f"{name}: the message ")
    assert says in refused.value.message
