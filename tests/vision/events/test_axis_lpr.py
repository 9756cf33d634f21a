"""Axis LPR's push: numbers as strings, one car told of three times, local time left alone, and broken ones."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from telemetry.dialects.values import Arrival
from telemetry.errors import BadObservation
from tests.vision.events.messages import RECEIVED, axis, changed, without
from vision.events.axis_lpr import parse

RECORDED = Path(__file__).parents[4] / "shared" / "samples" / "video" / "events" / "axis_ffgroup_lpr_event.json"


@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded event is not on this machine")
def test_a_recorded_polish_plate_is_read_in_utc() -> None:
    (event,) = parse(RECORDED.read_bytes(), Arrival(RECEIVED))
    assert (event.identity, event.device, event.ref) == ("RLE11684", "ACCC8ED3290D", "ACCC8ED3290D:1144696")
    assert event.started_at == datetime(2021, 6, 11, 10, 5, 38, 252_000, tzinfo=UTC)
    assert event.confidence == pytest.approx(0.719034)
    assert event.ended_at == event.started_at
    assert event.attributes == {
        "names_restart": True,
        "phase": "lost",
        "region": "POL",
        "direction": "in",
        "plate_box": [1185, 532, 140, 28],
        "device_model": "AXIS P1445-LE-3",
    }


def test_the_cameras_local_time_is_never_taken_for_utc() -> None:
    (event,) = parse(changed(axis(), "datetime", "20260501 235959000"), Arrival(RECEIVED))
    assert event.started_at == datetime(2026, 5, 1, 12, 0, 0, 250_000, tzinfo=UTC)


def test_new_update_and_lost_of_one_car_carry_one_name() -> None:
    told = [parse(changed(axis(), "carState", state), Arrival(RECEIVED))[0] for state in ("new", "update", "lost")]
    assert {event.ref for event in told} == {"ACCC8ED3290D:1144696"}
    assert [event.attributes["phase"] for event in told] == ["new", "update", "lost"]


def test_an_older_camera_that_has_only_the_ascii_plate_is_read_too() -> None:
    (event,) = parse(without(axis(), "plateUTF8"), Arrival(RECEIVED))
    assert event.identity == "RLE11684"


def test_a_simulated_push_says_so() -> None:
    assert parse(axis() | {"simulated": True}, Arrival(RECEIVED))[0].attributes["simulated"] is True
    assert "simulated" not in parse(axis() | {"simulated": "yes"}, Arrival(RECEIVED))[0].attributes


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("capture_timestamp", "soon", "capture_timestamp: must be a whole number of milliseconds"),
        ("capture_timestamp", None, "capture_timestamp: must be a whole number"),
        ("capture_timestamp", "9" * 5000, "capture_timestamp: must be a whole number"),
        ("capture_timestamp", "0", "1970-01-01T00:00:00.000Z is before the year 2000"),
        ("capture_timestamp", "99999999999999", "is more than a day ahead"),
        ("plateConfidence", "nan", "plateConfidence: input should be a finite number"),
        ("plateConfidence", "71.9", "plateConfidence: input should be less than or equal to 1"),
        ("plateConfidence", [], "plateConfidence: input should be a valid number"),
        ("carState", "parked", "carState: input should be 'new', 'update' or 'lost'"),
        ("carID", 1144696, "carID: input should be a valid string"),
        ("camera_info", "ACCC", "camera_info: input should be a valid dictionary"),
        ("camera_info.SerialNumber", "", "camera_info.SerialNumber: string should have at least 1"),
        ("plateUTF8", " - ", "the plate of carID 1144696 is '-', which holds no letter or digit"),
        ("plateCoordinates", [1, 2, 3, 4, 5], "plateCoordinates: list should have at most 4"),
    ],
)
def test_a_broken_push_names_the_field_and_the_reason(path: str, value: object, says: str) -> None:
    with pytest.raises(BadObservation) as refused:
        parse(changed(axis(), path, value), Arrival(RECEIVED))
    assert refused.value.message.startswith("axis_lpr: ")
    assert says in refused.value.message


@pytest.mark.parametrize("path", ["capture_timestamp", "carID", "carState", "camera_info", "plateConfidence"])
def test_a_missing_field_is_named(path: str) -> None:
    with pytest.raises(BadObservation, match=f"{path}: field required"):
        parse(without(axis(), path), Arrival(RECEIVED))
