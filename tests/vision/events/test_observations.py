"""An event as an observation: whose it is, what it means there, where it was."""

from dataclasses import replace
from typing import Any

import pytest

from telemetry.clock import iso
from telemetry.dialects.values import Arrival, DeviceEvent
from telemetry.errors import BadObservation
from telemetry.observations import Media
from telemetry.scopes import DEMO
from tests.vision.cameras.test_service import camera
from tests.vision.events.messages import RECEIVED, axis, frigate, frigate_plate
from vision.cameras.service import aim
from vision.events import axis_lpr
from vision.events import frigate as frigate_dialect
from vision.events.observations import to_observation, viewpoint


def event(message: dict[str, Any], name: str = "frigate") -> DeviceEvent:
    parse = {"frigate": frigate_dialect.parse, "axis_lpr": axis_lpr.parse}[name]
    (parsed,) = parse(message, Arrival(RECEIVED))
    return parsed


def test_it_belongs_to_our_camera_and_stands_where_the_camera_looks() -> None:
    seen = to_observation(event(frigate()), viewpoint(camera()), RECEIVED)
    assert seen.key == ("fixed_camera", "sia-01", "1777636800.25-mxklsc")
    assert seen.position == aim(camera())
    assert (seen.city, iso(seen.started_at)) == ("siauliai", "2026-05-01T12:00:00.250Z")
    assert (seen.received_at, seen.summary) == (RECEIVED, "person at Tilžės street")


@pytest.mark.parametrize(
    ("label", "category"),
    [
        ("person", "person_seen"),
        ("car", "vehicle_seen"),
        ("truck", "vehicle_seen"),
        ("bus", "vehicle_seen"),
        ("motorcycle", "vehicle_seen"),
        ("bicycle", "vehicle_seen"),
        ("dog", "dog_seen"),
        ("Fire Hydrant", "fire_hydrant_seen"),
        ("犬", "object_seen"),
    ],
)
def test_a_label_has_its_usual_category(label: str, category: str) -> None:
    assert to_observation(event(frigate(label=label)), viewpoint(camera()), RECEIVED).category == category


def test_a_camera_over_a_closed_area_says_what_a_label_means_there() -> None:
    closed = viewpoint(camera(categories={"person": "person_in_closed_area"}))
    assert to_observation(event(frigate()), closed, RECEIVED).category == "person_in_closed_area"
    assert to_observation(event(frigate(label="car")), closed, RECEIVED).category == "vehicle_seen"


def test_a_plate_is_of_a_plate_reader_and_only_its_attribute_says_it() -> None:
    for message, name in ((frigate_plate(), "frigate"), (axis(), "axis_lpr")):
        seen = to_observation(event(message, name), viewpoint(camera()), RECEIVED)
        assert (seen.source.kind, seen.category) == ("plate_reader", "plate_read")
    assert seen.attributes["plate"] == "RLE11684"
    assert seen.summary == "number plate at Tilžės street"


def test_a_simulated_event_or_camera_makes_a_simulated_observation() -> None:
    assert not to_observation(event(frigate()), viewpoint(camera()), RECEIVED).simulated
    assert to_observation(event(frigate(data={"simulated": True})), viewpoint(camera()), RECEIVED).simulated
    assert to_observation(event(frigate()), viewpoint(camera(scope=DEMO)), RECEIVED).simulated


def test_a_kept_picture_goes_with_it() -> None:
    kept = Media(kind="snapshot", sha256="0" * 64, content_type="image/jpeg")
    assert to_observation(event(frigate()), viewpoint(camera()), RECEIVED, [kept]).media == (kept,)


def test_a_false_positive_becomes_no_observation() -> None:
    with pytest.raises(BadObservation, match=r"itself marks .* as a false positive"):
        to_observation(event(frigate(false_positive=True)), viewpoint(camera()), RECEIVED)


def test_a_camera_whose_category_is_no_category_is_named_in_the_refusal() -> None:
    wrong = viewpoint(camera(categories={"person": "Person!"}))
    with pytest.raises(BadObservation, match=r"frigate: event .* cannot be taken: category: string should match"):
        to_observation(event(frigate()), wrong, RECEIVED)


def test_an_event_that_ends_before_it_starts_is_refused() -> None:
    backwards = replace(event(frigate()), ended_at=RECEIVED.replace(year=2025))
    with pytest.raises(BadObservation, match="is before started_at"):
        to_observation(backwards, viewpoint(camera()), RECEIVED)
