"""What holds for every dialect: any bytes give an answer, what is written here is read as it should be."""

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapserver.intake.dialects import DIALECTS, dialect, recognised
from telemetry.clock import iso
from telemetry.dialects.values import TIME_NOTE, Arrival, DeviceEvent, Quarantined, Told
from telemetry.errors import BadInput, BadObservation
from tests.mapserver.intake.device_messages import EXAMPLES, RECEIVED, Example, hikvision, onvif, protect
from tests.vision.cameras.test_service import camera
from tests.vision.events.messages import AT, axis, frigate, frigate_plate, plate_recognizer
from vision.events.observations import to_observation, viewpoint

ARRIVAL = Arrival(RECEIVED, zone=ZoneInfo("Europe/Vilnius"))
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["new", "lpr", AT, "\ud800"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
OLDER = [
    Example("new", "frigate", json.dumps(frigate()).encode()),
    Example("end", "frigate", json.dumps(frigate("end", end_time=AT + 5)).encode()),
    Example("plate", "frigate", json.dumps(frigate_plate()).encode()),
    Example("webhook", "plate_recognizer", json.dumps(plate_recognizer()).encode()),
    Example("push", "axis_lpr", json.dumps(axis()).encode()),
]
GOOD = [*OLDER, *EXAMPLES]


def told(name: str, payload: bytes, content_type: str = "") -> tuple[Told, ...]:
    """What a message tells; whatever it is, each reason is a sentence."""
    arrival = Arrival(RECEIVED, content_type, zone=ZoneInfo("Europe/Vilnius"))
    answers = DIALECTS[name].read(payload, arrival)
    assert answers
    for answer in answers:
        if isinstance(answer, Quarantined):
            assert str(answer.reason).startswith(f"{name}: "), answer.reason
            assert answer.reason.params.get("why") is None or "parser_failed" not in repr(answer.reason)
    return answers


def events_of(answers: tuple[Told, ...]) -> list[DeviceEvent]:
    return [one for one in answers if isinstance(one, DeviceEvent)]


def storable(event: DeviceEvent) -> None:
    """An event is an observation that can be kept, or says why not."""
    seen = viewpoint(camera(categories={event.label: "vehicle_seen"}))
    try:
        observation = to_observation(event, seen, RECEIVED)
    except BadObservation:
        return
    json.dumps(observation.model_dump(mode="json"), allow_nan=False).encode()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: f"{one.dialect}: {one.name}")
def test_a_message_is_read_as_its_vendor_means_it(example: Example) -> None:
    answers = told(example.dialect, example.payload)
    found = events_of(answers)
    assert [(one.label, one.category, one.identity, one.confidence) for one in found] == list(example.events)
    assert [type(one).__name__ for one in answers if not isinstance(one, DeviceEvent)] == list(example.others)
    assert [note for one in found for note in [one.attributes.get(TIME_NOTE)] if note] == list(example.notes)
    if found:
        assert iso(found[0].started_at) == example.started_at
        assert (found[0].ended_at is not None, found[0].is_bare) == (example.ended, example.bare)


@pytest.mark.parametrize("example", GOOD, ids=lambda one: f"{one.dialect}: {one.name}")
def test_a_message_is_recognised_without_being_told_whose_it_is(example: Example) -> None:
    found = recognised(example.payload)
    if example.payload and b"schema" not in example.payload[:12]:
        assert found is DIALECTS[example.dialect]


@pytest.mark.parametrize("example", GOOD, ids=lambda one: f"{one.dialect}: {one.name}")
def test_a_message_said_again_later_keeps_its_name_and_its_time(example: Example) -> None:
    later = Arrival(RECEIVED.replace(second=40), zone=ZoneInfo("Europe/Vilnius"))
    first, second = (events_of(DIALECTS[example.dialect].read(example.payload, way)) for way in (ARRIVAL, later))
    assert [one.ref for one in first] == [one.ref for one in second]
    if not example.notes:
        assert [one.started_at for one in first] == [one.started_at for one in second]


@pytest.mark.parametrize("example", GOOD, ids=lambda one: f"{one.dialect}: {one.name}")
def test_a_message_cut_off_anywhere_gives_an_answer(example: Example) -> None:
    whole = {one.ref for one in events_of(told(example.dialect, example.payload))}
    for length in range(len(example.payload)):
        for event in events_of(told(example.dialect, example.payload[:length])):
            storable(event)
            if example.dialect not in ("osmand", "owntracks"):
                assert event.ref in whole, (length, event.ref)


@given(name=st.sampled_from(list(DIALECTS)), value=JSON_VALUES)
def test_any_json_gives_an_answer(name: str, value: Any) -> None:
    for event in events_of(told(name, json.dumps(value).encode())):
        storable(event)


@given(name=st.sampled_from(list(DIALECTS)), body=st.binary(max_size=200), multipart=st.booleans())
def test_any_bytes_give_an_answer(name: str, body: bytes, multipart: bool) -> None:
    told(name, body, "multipart/form-data; boundary=a" if multipart else "application/json")


@given(
    example=st.sampled_from(GOOD), at=st.floats(0, 1), length=st.integers(0, 12), new=st.binary(max_size=12),
    other=st.sampled_from(list(DIALECTS)), own=st.booleans(),
)  # fmt: skip
def test_a_good_message_with_any_part_replaced_gives_an_answer_in_any_dialect(
    example: Example, at: float, length: int, new: bytes, other: str, own: bool
) -> None:
    start = int(at * len(example.payload))
    spoilt = example.payload[:start] + new + example.payload[start + length :]
    for event in events_of(told(example.dialect if own else other, spoilt)):
        storable(event)


@given(example=st.sampled_from(GOOD), data=st.data(), value=JSON_VALUES)
def test_a_good_message_with_any_one_value_replaced_gives_an_answer(
    example: Example, data: st.DataObject, value: Any
) -> None:
    try:
        message = json.loads(example.payload)
    except ValueError:
        return
    spoilt = put(message, data.draw(st.sampled_from(paths(message))), value)
    for event in events_of(told(example.dialect, json.dumps(spoilt).encode())):
        storable(event)


def paths(value: Any) -> list[list[Any]]:
    """The way to every value inside `value`."""
    inside: Any = ()
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    return [[]] + [[key, *rest] for key, child in inside for rest in paths(child)]


def put(value: Any, path: list[Any], new: Any) -> Any:
    """A copy of `value` with `new` at `path`."""
    if not path:
        return new
    copy = list(value) if isinstance(value, list) else dict(value)
    copy[path[0]] = put(value[path[0]], path[1:], new)
    return copy


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe\x00", b"[" * 100_000, b'{"a":' * 100_000, b"9" * 6000, b"[]", b'"text"', b"{}", b"<a/>",
     b"<a>" * 50_000, b"<" * 200_000, b" " * 1_000_001, b"=" * 100_000, b"\n{" * 50_000],
    ids=lambda body: repr(body[:6]),
)  # fmt: skip
def test_what_is_no_message_at_all_is_quarantined_or_tells_nothing(name: str, body: bytes) -> None:
    assert events_of(told(name, body)) == []


@pytest.mark.parametrize("name", DIALECTS)
def test_entities_are_never_expanded(name: str) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "%s">]><Msg><PLATE_STRING>&b;</PLATE_STRING><DEVICE_SN>1</DEVICE_SN></Msg>'
    assert events_of(told(name, bomb % (b"x" * 1000))) == []


def test_several_messages_come_in_an_array_or_one_on_each_line() -> None:
    messages = [json.loads(protect("add", id=f"e{number}", start=1777636800250)) for number in range(3)]
    array = json.dumps(messages).encode()
    lines = b"\n".join(json.dumps(one).encode() for one in messages)
    for payload in (array, lines):
        assert [one.ref for one in events_of(told("unifi_protect", payload))] == ["e0", "e1", "e2"]


def test_a_broken_alert_is_quarantined_beside_the_good_one() -> None:
    payload = hikvision("linedetection") + hikvision("quux") + hikvision("linedetection")[:-9]
    answers = told("hikvision", payload)
    assert [type(one).__name__ for one in answers] == ["DeviceEvent", "Quarantined", "Quarantined"]
    assert [one.is_well_formed for one in answers if isinstance(one, Quarantined)] == [True, False]


def test_a_line_that_is_no_frame_is_quarantined_beside_the_frames() -> None:
    frame = next(one.payload for one in EXAMPLES if one.dialect == "sia_dc09" and one.payload)
    answers = told("sia_dc09", b"line noise\r" + frame)
    assert isinstance(answers[0], Quarantined)
    assert answers[0].payload == b"line noise"
    assert answers[1:] == told("sia_dc09", frame)


def test_more_events_than_are_taken_from_one_message_are_quarantined() -> None:
    part = b"--myboundary\r\nCode=CrossLineDetection;action=Pulse;index=0\r\n\r\n"
    answers = told("dahua", part * 2_003)
    assert len(answers) == 2_001
    assert isinstance(answers[-1], Quarantined)
    assert answers[-1].payload.count(b"Code=") == 3


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("dahua", json.dumps({"params": {"eventList": [{"Code": "VideoMotion"}] * 2_001}}).encode()),
        ("sia_dc09", b"noise\r" * 2_001),
        ("osmand", b"id=1&lat=56&lon=23\n" * 1_001),
    ],
)
def test_a_message_of_too_many_parts_is_quarantined_whole(name: str, body: bytes) -> None:
    (answer,) = told(name, body)
    assert isinstance(answer, Quarantined)
    assert answer.payload == body
    assert "send it in parts" in str(answer.reason)


def test_a_dialect_answers_to_its_other_names() -> None:
    assert dialect("hikvision_isapi") is dialect("ISAPI") is DIALECTS["hikvision"]
    with pytest.raises(BadInput, match="'telex' is no known format"):
        dialect("telex")


def test_who_hands_in_names_the_camera_of_a_message_that_does_not() -> None:
    arrival = Arrival(RECEIVED, sender="SIA-C07")
    (event,) = events_of(DIALECTS["onvif"].read(onvif("tns1:RuleEngine/LineDetector/Crossed", "ObjectId=1"), arrival))
    assert (event.device, event.is_unnamed) == ("SIA-C07", False)


def test_an_mqtt_topic_says_what_an_onvif_message_without_one_is_about() -> None:
    topic = "town/onvif-ej/RuleEngine/LineDetector/Crossed/&1/2/Fence"
    arrival = Arrival(RECEIVED, topic=topic)
    payload = b'{"UtcTime":"2026-05-01T12:00:00Z","Source":{"Rule":"Fence"},"Data":{"ObjectId":"15"}}'
    (event,) = events_of(DIALECTS["onvif"].read(payload, arrival))
    assert (event.label, event.rule) == ("line_crossing", "Fence")
