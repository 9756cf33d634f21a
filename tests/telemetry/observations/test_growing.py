"""An observation said again: it grows in whatever order its messages come, or it is another one."""

import itertools
from datetime import timedelta
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.observations import Media, Observation
from telemetry.observations.contradictions import BEGAN_S, NAMES_RESTART, contradiction
from telemetry.observations.growing import PLATE_FORGOTTEN, Contradiction, Grown, Same, grow
from tests.builders import NOON, observation, place

FRACTIONS = st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0])
DETAILS = st.fixed_dictionaries(
    {},
    optional={
        "label": st.sampled_from(["car", "truck"]),
        "zones": st.lists(st.sampled_from(["yard", "drive", "gate"]), max_size=3),
        "phase": st.sampled_from(["new", "update", "end"]),
        "identity": st.sampled_from(["plate a", "plate b"]),
        "plate_score": FRACTIONS,
        "speed": st.one_of(st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False)),
        "direction": st.sampled_from(["in", "out"]),
        PLATE_FORGOTTEN: st.just(True),
    },
)


@st.composite
def messages(draw: st.DrawFn) -> Observation:
    """One message about one event, as a camera might send it."""
    begins = draw(st.integers(0, 60))
    lasts = draw(st.none() | st.integers(0, 600))
    attributes = draw(DETAILS)
    if PLATE_FORGOTTEN in attributes:
        attributes.pop("identity", None)
        attributes.pop("plate_score", None)
    pictures = draw(st.lists(st.sampled_from("ab"), max_size=2, unique=True))
    return observation(
        after_s=begins,
        ended_at=None if lasts is None else NOON + timedelta(seconds=begins + lasts),
        category=draw(st.sampled_from(["vehicle_in_closed_area", "vehicle_seen"])),
        position=place(east_m=draw(st.integers(0, 100)), accuracy_m=draw(st.sampled_from([5, 20, 80]))),
        confidence=draw(FRACTIONS),
        summary=draw(st.sampled_from(["", "a car", "a truck"])),
        attributes=attributes,
        media=tuple(Media(kind="snapshot", sha256=name * 64, content_type="image/jpeg") for name in pictures),
        received_at=NOON,
    )


def content(seen: Observation) -> dict[str, Any]:
    """What it says, the order in lists left out."""
    said = seen.model_dump(mode="json")
    said["media"] = sorted(medium["sha256"] for medium in said["media"])
    if "zones" in said["attributes"]:
        said["attributes"]["zones"] = sorted(set(said["attributes"]["zones"]))
    return said


def both(old: Observation, new: Observation) -> Observation:
    """What is known after both messages."""
    result = grow(old, new)
    assert not isinstance(result, Contradiction)
    return result.observation if isinstance(result, Grown) else old


@given(messages(), messages())
def test_growing_is_commutative_up_to_the_order_of_lists(one: Observation, other: Observation) -> None:
    assert content(both(one, other)) == content(both(other, one))


@given(st.lists(messages(), min_size=3, max_size=3))
def test_the_messages_of_an_event_may_come_in_any_order(said: list[Observation]) -> None:
    outcomes = [content(reduce(both, order)) for order in itertools.permutations(said)]
    assert all(outcome == outcomes[0] for outcome in outcomes)


@given(messages(), messages())
def test_growing_is_idempotent(one: Observation, other: Observation) -> None:
    grown = both(one, other)
    assert isinstance(grow(grown, other), Same)
    assert isinstance(grow(grown, one), Same)
    assert grow(one, one) == Same(word_for_word=True)


@given(messages(), messages())
def test_growing_never_takes_anything_back(one: Observation, other: Observation) -> None:
    grown = both(one, other)
    assert grown.confidence >= one.confidence
    assert grown.started_at <= one.started_at
    assert one.ended_at is None or (grown.ended_at is not None and grown.ended_at >= one.ended_at)
    assert one.position is not None and grown.position is not None
    assert grown.position.accuracy_m <= one.position.accuracy_m
    assert set(one.media) <= set(grown.media)
    assert set(one.attributes.get("zones", [])) <= set(grown.attributes.get("zones", []))
    gone = set(one.attributes) - set(grown.attributes) - {"plate_score"}
    assert not gone or PLATE_FORGOTTEN in grown.attributes


@given(messages(), messages())
def test_what_has_grown_can_be_read_back(one: Observation, other: Observation) -> None:
    grown = both(one, other)
    assert Observation.model_validate(grown.model_dump(mode="json")) == grown


def test_what_is_added_is_told_in_words() -> None:
    first = observation(summary="a car", confidence=0.6, position=place(accuracy_m=40), attributes={"zones": ["yard"]})
    better = observation(
        summary="a truck",
        confidence=0.9,
        position=place(accuracy_m=8),
        ended_at=NOON + timedelta(seconds=9),
        attributes={"zones": ["gate"], "identity": "plate x", "speed": 3},
    )
    grown = grow(first, better)
    assert isinstance(grown, Grown)
    assert grown.observation.summary == "a truck"
    assert tuple(map(str, grown.added)) == (
        "pin ±40 m → ±8 m",
        "ended after 9 s",
        "confidence 60 % → 90 %",
        "also called “a truck” (90 %)",
        "entered gate",
        "a plate or identity",
        "also speed",
    )


def test_a_label_that_is_less_sure_is_not_lost() -> None:
    first = observation(summary="a car", confidence=0.9)
    grown = grow(first, observation(summary="a truck", confidence=0.4))
    assert isinstance(grown, Grown)
    assert (grown.observation.summary, tuple(map(str, grown.added))) == (
        "a car",
        ("also called “a truck” (40 %)",),
    )


def test_what_is_said_again_less_surely_is_known_but_not_the_same_word_for_word() -> None:
    assert grow(observation(confidence=0.9), observation(confidence=0.4)) == Same(word_for_word=False)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"after_s": 13 * 3600}, "13 h lie between"),
        ({"after_s": -13 * 3600}, "13 h lie between"),
        ({"category": "fight", "position": place(east_m=600)}, "another category, 598 m away"),
        ({"attributes": {"simulated": True}}, "simulated"),
    ],
)
def test_what_contradicts_is_no_growth(change: dict[str, Any], why: str) -> None:
    result = grow(observation(), observation(**change))
    assert isinstance(result, Contradiction)
    assert why in str(result.why)


def test_what_would_hold_too_much_detail_is_no_growth() -> None:
    result = grow(observation(attributes={"a": "x" * 200_000}), observation(attributes={"b": "y" * 100_000}))
    assert isinstance(result, Contradiction)
    assert "bytes of detail" in str(result.why)


@pytest.mark.parametrize("change", [{"category": "fight"}, {"position": place(east_m=600)}, {"after_s": 11 * 3600}])
def test_a_small_difference_is_growth(change: dict[str, Any]) -> None:
    assert isinstance(grow(observation(), observation(**change)), Grown)


def passage(phase: str, after_s: float) -> Observation:
    """A message of a plate reader that counts its names from the start again after a restart."""
    attributes: dict[str, Any] = {NAMES_RESTART: True, "phase": phase}
    ended_at = None
    if phase == "new":
        attributes[BEGAN_S] = NOON.timestamp() + after_s
    if phase == "lost":
        ended_at = NOON + timedelta(seconds=after_s)
    return observation(after_s=after_s, ended_at=ended_at, attributes=attributes)


def test_new_update_and_lost_of_one_passage_are_one_in_any_order() -> None:
    said = [passage("new", 0), passage("update", 3), passage("lost", 8)]
    outcomes = [content(reduce(both, order)) for order in itertools.permutations(said)]
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert outcomes[0]["ended_at"] == "2026-11-22T12:00:08.000Z"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (passage("lost", 0), passage("lost", 90)),
        (passage("new", 0), passage("new", 90)),
        (passage("lost", 0), passage("update", 90)),
        (passage("update", 0), passage("new", 90)),
        (passage("update", 0), passage("update", 2 * 3600)),
    ],
)
def test_a_name_that_starts_again_is_another_passage(first: Observation, second: Observation) -> None:
    assert contradiction(first, second) is not None
    assert contradiction(first, second) == contradiction(second, first)
