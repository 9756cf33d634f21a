"""Frigate's messages: the life of one event, plates, and what is wrong with a broken one."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from telemetry.dialects.values import Arrival, DeviceEvent
from telemetry.errors import BadObservation
from tests.vision.events.messages import AT, JPEG, RECEIVED, changed, frigate, frigate_plate, without
from vision.events.frigate import parse


def one(message: dict[str, Any]) -> DeviceEvent:
    (event,) = parse(message, Arrival(RECEIVED))
    return event


def test_a_new_event_keeps_camera_label_time_and_best_score() -> None:
    event = one(frigate())
    assert (event.device, event.ref, event.label) == ("gate", "1777636800.25-mxklsc", "person")
    assert event.started_at == datetime(2026, 5, 1, 12, 0, 0, 250_000, tzinfo=UTC)
    assert (event.ended_at, event.confidence, event.category) == (None, 0.958984375, None)
    assert event.attributes == {
        "phase": "new",
        "zones": ["driveway", "yard"],
        "stationary": False,
        "speed": 14.3,
    }


def test_new_update_and_end_of_one_event_carry_one_name() -> None:
    told = [one(frigate("new")), one(frigate("update")), one(frigate("end", end_time=AT + 9))]
    assert len({(event.device, event.ref) for event in told}) == 1
    assert told[-1].ended_at == datetime(2026, 5, 1, 12, 0, 9, 250_000, tzinfo=UTC)


def test_a_name_that_frigate_put_to_a_face_is_not_read() -> None:
    assert "Somebody" not in repr(one(frigate()))


def test_a_face_update_tells_nothing_that_is_kept() -> None:
    for kind in ("face", "description", "classification", "something_newer"):
        assert parse({"type": kind, "id": "1-a", "name": "Somebody"}, Arrival(RECEIVED)) == []


def test_a_false_positive_is_flagged_and_says_why_it_is_dropped() -> None:
    event = one(frigate(false_positive=True))
    assert str(event.dropped_because) == "frigate: gate itself marks 1777636800.25-mxklsc (person) as a false positive"
    assert one(frigate()).dropped_because is None


def test_a_plate_update_is_a_plate_read_with_the_plate_as_identity() -> None:
    event = one(frigate_plate())
    assert (event.category, event.label, event.identity) == ("plate_read", "license_plate", "ABC123")
    assert (event.confidence, event.ref) == (0.95, "1777636800.25-mxklsc")


def test_a_car_whose_plate_was_recognised_carries_it_as_identity() -> None:
    event = one(frigate(label="car", recognized_license_plate="AA-1234", recognized_license_plate_score=0.9))
    assert (event.identity, event.attributes["plate_score"]) == ("AA1234", 0.9)


def test_the_thumbnail_becomes_the_picture() -> None:
    assert one(frigate(thumbnail=base64.b64encode(JPEG).decode())).image == JPEG


@pytest.mark.parametrize("place", ["", "after.", "after.data."])
def test_a_simulated_event_says_so_wherever_the_mark_stands(place: str) -> None:
    message = changed(frigate(data={}), f"{place}simulated", True)
    assert one(message).attributes["simulated"] is True


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("type", "finished", "type: input should be 'new', 'update' or 'end'"),
        ("after", None, "after: input should be a valid dictionary"),
        ("after.id", "", "after.id: string should have at least 1 character"),
        ("after.id", "a\nb", "after.id: string should match pattern"),
        ("after.camera", 7, "after.camera: input should be a valid string"),
        ("after.label", None, "after.label: input should be a valid string"),
        ("after.start_time", "1777636800.25", "after.start_time: must be a number of seconds since 1970"),
        ("after.start_time", True, "after.start_time: must be a number of seconds"),
        ("after.start_time", float("nan"), "after.start_time: nan is not a time"),
        ("after.start_time", 1e300, "after.start_time: 1e+300 is not a time"),
        ("after.start_time", 10**400, "is not a time in seconds"),
        ("after.start_time", 5.0, "after.start_time: 1970-01-01T00:00:05.000Z is before the year 2000"),
        ("after.start_time", AT + 2 * 86400, "is more than a day ahead of 2026-05-01T12:00:05.000Z"),
        ("after.end_time", AT - 1, "after.end_time of 1777636800.25-mxklsc is before its start_time"),
        ("after.top_score", 1.5, "after.top_score: input should be less than or equal to 1"),
        ("after.top_score", float("nan"), "after.top_score: input should be a finite number"),
        ("after.top_score", "0.9", "after.top_score: input should be a valid number"),
        ("after.entered_zones", "yard", "after.entered_zones: input should be a valid list"),
        ("after.entered_zones", [["yard"]], "after.entered_zones.0: input should be a valid string"),
        ("after.false_positive", "no", "after.false_positive: input should be a valid boolean"),
        ("after.thumbnail", "%%%", "after.thumbnail of 1777636800.25-mxklsc is not a JPEG"),
        ("after.thumbnail", "aGVsbG8=", "is not a JPEG picture in base64"),
    ],
)
def test_a_broken_event_names_the_field_and_the_reason(path: str, value: object, says: str) -> None:
    with pytest.raises(BadObservation) as refused:
        parse(changed(frigate(), path, value), Arrival(RECEIVED))
    assert refused.value.message.startswith("frigate: ")
    assert says in refused.value.message


@pytest.mark.parametrize("path", ["type", "after", "after.id", "after.camera", "after.label", "after.start_time"])
def test_a_missing_field_is_named(path: str) -> None:
    with pytest.raises(BadObservation, match=rf"{path}: field required"):
        parse(without(frigate(), path), Arrival(RECEIVED))


def test_an_event_without_any_score_is_refused() -> None:
    with pytest.raises(BadObservation, match=r"after\.top_score and after\.score of .* are both missing"):
        parse(frigate(score=None, top_score=None), Arrival(RECEIVED))


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("plate", "", "plate: string"),
        ("plate", "--", "holds no letter or digit"),
        ("timestamp", None, "timestamp: must be"),
    ],
)
def test_a_broken_plate_update_names_the_field_and_the_reason(field: str, value: object, says: str) -> None:
    with pytest.raises(BadObservation, match=f"^frigate: .*{says}"):
        parse(frigate_plate(**{field: value}), Arrival(RECEIVED))


def review(kind: str = "new", **data: object) -> dict[str, object]:
    """A message on frigate/reviews."""
    seen = {
        "id": "1777636800.25-rvwxyz",
        "camera": "gate",
        "start_time": AT,
        "end_time": AT + 20 if kind == "end" else None,
        "severity": "alert",
        "thumb_path": "/media/frigate/clips/review/thumb-gate.webp",
        "data": {"detections": ["1777636800.25-mxklsc"], "objects": ["person"], "sub_labels": ["Somebody"],
                 "zones": ["yard"], "audio": [], **data},
    }  # fmt: skip
    return {"type": kind, "before": seen, "after": seen}


def test_a_review_is_an_event_for_each_kind_of_thing_in_it() -> None:
    events = parse(review("end", objects=["person-verified", "car"], audio=["scream"]), Arrival(RECEIVED))
    assert [(event.label, event.ref) for event in events] == [
        ("person", "1777636800.25-rvwxyz/person"),
        ("car", "1777636800.25-rvwxyz/car"),
        ("scream", "1777636800.25-rvwxyz/scream"),
    ]
    assert {event.ended_at for event in events} == {datetime(2026, 5, 1, 12, 0, 20, 250_000, tzinfo=UTC)}
    assert events[0].attributes == {
        "phase": "end", "severity": "alert", "zones": ["yard"], "detections": ["1777636800.25-mxklsc"]
    }  # fmt: skip


def test_a_name_in_a_review_is_not_read() -> None:
    assert "Somebody" not in repr(parse(review(), Arrival(RECEIVED)))


def test_a_review_that_is_about_nothing_yet_is_no_event() -> None:
    assert parse(review(objects=[]), Arrival(RECEIVED)) == []


def test_a_broken_review_names_the_field_and_the_reason() -> None:
    with pytest.raises(BadObservation, match=r"after\.data\.objects: input should be a valid list"):
        parse(review(objects="person"), Arrival(RECEIVED))
