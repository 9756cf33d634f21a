"""Plate Recognizer Stream's webhook: JSON and multipart, several plates, zones, repeats, and broken ones."""

import json
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from telemetry.dialects.values import Arrival
from telemetry.errors import BadObservation
from tests.vision.events.messages import JPEG, RECEIVED, changed, plate_recognizer, without
from vision.events.plate_recognizer import parse


def upload(**files: bytes) -> tuple[bytes, str]:
    """A multipart body as a real client writes it, and its content type."""
    request = httpx.Request(
        "POST",
        "http://test/",
        data={"json": json.dumps(plate_recognizer())},
        files={name: ("shot.jpg", content, "image/jpeg") for name, content in files.items()},
    )
    return request.read(), request.headers["content-type"]


def test_a_webhook_is_a_plate_read_of_its_camera() -> None:
    (event,) = parse(plate_recognizer(), Arrival(RECEIVED))
    assert (event.device, event.identity, event.category) == ("camera-1", "9JUB11", "plate_read")
    assert event.started_at == datetime(2026, 5, 1, 12, 0, 0, 606_935, tzinfo=UTC)
    assert event.attributes == {
        "region": "gb",
        "vehicle": "Big Truck",
        "direction_deg": 210,
        "plate_box": [460, 57, 557, 82],
    }


def test_a_multipart_webhook_brings_its_picture() -> None:
    body, content_type = upload(upload=JPEG)
    (event,) = parse(body, Arrival(RECEIVED, content_type))
    assert (event.identity, event.image) == ("9JUB11", JPEG)


def test_a_multipart_webhook_without_a_picture_is_taken_too() -> None:
    body, content_type = upload(other=b"x")
    (event,) = parse(body, Arrival(RECEIVED, content_type))
    assert event.image is None


def test_the_same_moment_in_another_zone_is_the_same_event() -> None:
    there = changed(plate_recognizer(), "data.timestamp", "2026-05-01T15:00:00.606935+03:00")
    (event,), (again,) = parse(plate_recognizer(), Arrival(RECEIVED)), parse(there, Arrival(RECEIVED))
    assert (event.ref, event.started_at) == (again.ref, again.started_at)


def test_another_place_time_or_camera_is_another_event() -> None:
    others = [
        changed(plate_recognizer(), "data.results.0.box.xmin", 461),
        changed(plate_recognizer(), "data.timestamp", "2026-05-01T12:00:00.606936Z"),
        changed(plate_recognizer(), "data.camera_id", "camera-2"),
    ]
    refs = {parse(message, Arrival(RECEIVED))[0].ref for message in [plate_recognizer(), *others]}
    assert len(refs) == 4


def test_an_events_name_does_not_follow_from_its_plate() -> None:
    other = changed(plate_recognizer(), "data.results.0.plate", "9jub12")
    assert len({parse(message, Arrival(RECEIVED))[0].ref for message in (plate_recognizer(), other)}) == 1


def test_two_plates_are_two_events_and_a_plate_read_twice_is_its_better_read() -> None:
    first = plate_recognizer()["data"]["results"][0]
    beside = {**first["box"], "xmin": 700, "xmax": 790}
    message = changed(
        plate_recognizer(),
        "data.results",
        [first, {**first, "plate": "AAA 123", "box": beside}, {**first, "plate": "9JUB11", "score": 0.9}],
    )
    events = parse(message, Arrival(RECEIVED))
    assert [(e.identity, e.confidence) for e in events] == [("9JUB11", 0.9), ("AAA123", 0.839)]


def test_a_vehicle_without_a_read_plate_is_a_vehicle() -> None:
    (event,) = parse(changed(plate_recognizer(), "data.results.0.plate", ""), Arrival(RECEIVED))
    assert (event.label, event.identity, event.category) == ("vehicle", None, None)


def test_no_results_are_no_events() -> None:
    assert parse(changed(plate_recognizer(), "data.results", []), Arrival(RECEIVED)) == []


def test_an_unknown_direction_is_left_out() -> None:
    (event,) = parse(changed(plate_recognizer(), "data.results.0.direction", ""), Arrival(RECEIVED))
    assert "direction_deg" not in event.attributes


def test_a_simulated_webhook_says_so() -> None:
    (event,) = parse(plate_recognizer() | {"simulated": True}, Arrival(RECEIVED))
    assert event.attributes["simulated"] is True


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("data", [], "data: input should be a valid dictionary"),
        ("data.camera_id", None, "data.camera_id: input should be a valid string"),
        ("data.timestamp", 1777636800, "data.timestamp: must be a time in ISO 8601"),
        ("data.timestamp", "yesterday", "data.timestamp: is not a time in ISO 8601"),
        ("data.timestamp", "2026-05-01T12:00:00", "has no time zone"),
        ("data.timestamp", "0001-01-01T00:00:00+14:00", "is outside the years"),
        ("data.timestamp", "1999-12-31T23:59:59Z", "is before the year 2000"),
        ("data.timestamp", "2026-05-03T12:00:00Z", "is more than a day ahead"),
        ("data.results", {}, "data.results: input should be a valid list"),
        ("data.results", [None], "data.results.0: input should be a valid dictionary"),
        ("data.results.0.plate", 911, "data.results.0.plate: input should be a valid string"),
        ("data.results.0.score", "0.8", "data.results.0.score: input should be a valid number"),
        ("data.results.0.score", -0.1, "data.results.0.score: input should be greater than or equal to 0"),
        ("data.results.0.box", {"xmin": 1}, "data.results.0.box.ymin: field required"),
    ],
)
def test_a_broken_webhook_names_the_field_and_the_reason(path: str, value: object, says: str) -> None:
    with pytest.raises(BadObservation) as refused:
        parse(changed(plate_recognizer(), path, value), Arrival(RECEIVED))
    assert refused.value.message.startswith("plate_recognizer: ")
    assert says in refused.value.message


COMPOSED = Path(__file__).parents[4] / "shared" / "samples" / "events" / "plate_recognizer"


@pytest.mark.skipif(not COMPOSED.exists(), reason="the samples are not on this machine")
def test_vehicle_mode_gives_its_plate_as_an_object_or_none() -> None:
    body = (COMPOSED / "stream_vehicle_mode_composed.json").read_bytes()
    read, unread = parse(body, Arrival(datetime(2026, 11, 30, 6, tzinfo=UTC)))
    assert (read.identity, read.confidence, read.attributes["region"]) == ("CCC333", 0.88, "lt")
    assert (unread.label, unread.identity, unread.confidence) == ("vehicle", None, 0.7)
    assert unread.attributes["plate_box"] == [1, 2, 300, 200]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"plate": {"text": "9jub11"}}, "data.results.1.plate.score: field required"),
        ({"plate": 911}, "data.results.1.plate: input should be a valid string"),
        ({"score": None, "plate": None, "vehicle": None}, "data.results.1.score: field required"),
    ],
)
def test_one_result_that_cannot_be_read_does_not_lose_the_others(change: dict[str, object], says: str) -> None:
    good = plate_recognizer()["data"]["results"][0]
    message = changed(plate_recognizer(), "data.results", [good, {**good, **change}])
    read, refused = parse(message, Arrival(RECEIVED))
    assert (read.identity, read.refused) == ("9JUB11", None)
    assert says in str(refused.refused)


@pytest.mark.parametrize("plate", [None, "", " - "])
def test_a_result_without_a_plate_is_a_vehicle_beside_the_others(plate: str | None) -> None:
    good = plate_recognizer()["data"]["results"][0]
    bare = {"plate": plate, "vehicle": {"type": "Van", "score": 0.6, "box": good["vehicle"]["box"]}}
    read, vehicle = parse(changed(plate_recognizer(), "data.results", [good, bare]), Arrival(RECEIVED))
    assert (read.identity, vehicle.identity, vehicle.confidence) == ("9JUB11", None, 0.6)


def test_a_missing_result_list_is_named() -> None:
    with pytest.raises(BadObservation, match=r"data\.results: field required"):
        parse(without(plate_recognizer(), "data.results"), Arrival(RECEIVED))


@pytest.mark.parametrize(
    ("body", "content_type", "says"),
    [
        (b"", "multipart/form-data; boundary=x", "no field named json"),
        (b"nonsense", "multipart/form-data; boundary=x", "not multipart/form-data that can be read"),
        (b"nonsense", "multipart/form-data", "not multipart/form-data that can be read"),
        (b"nonsense", "multipart/mixed; boundary=\u20ac", "not multipart/form-data that can be read"),
        (
            b'--x\r\nContent-Disposition: form-data; name="json"\r\n\r\n{\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            "JSON",
        ),
        (b"x" * 11_000_001, "multipart/form-data; boundary=x", "at most 11000000 are read"),
        (b"{", "application/json", "the message is not JSON"),
    ],
)
def test_a_broken_upload_says_what_is_wrong_with_it(body: bytes, content_type: str, says: str) -> None:
    with pytest.raises(BadObservation) as refused:
        parse(body, Arrival(RECEIVED, content_type))
    assert says in refused.value.message


def test_a_picture_that_is_too_big_is_refused() -> None:
    body, content_type = upload(upload=JPEG + bytes(10_000_000))
    with pytest.raises(BadObservation, match=r"the picture has .* at most 10000000 are read"):
        parse(body, Arrival(RECEIVED, content_type))
