"""Custody events out of a file: every field by each of its names, and no line that ends in anything but an answer."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile_units.custody.reading import BadCustodyLine, read_event
from mobile_units.custody.replay import replay
from mobile_units.custody.values import GIB, CustodyEvent, CustodyEventKind

HASH = "0123456789abcdef" * 4
ROUND: list[dict[str, Any]] = [
    {"event": "issue", "by": "ilze", "to": "anna", "battery": 85, "free_gib": 50},
    {"event": "start", "by": "anna"},
    {"event": "stop", "by": "anna"},
    {"event": "hand_over", "by": "anna", "to": "janis", "confirmed_by": ["anna", "janis"]},
    {"event": "return", "by": "janis"},
    {"event": "offload_begin", "by": "dock"},
    {"event": "offload_done", "by": "dock", "sha256": HASH},
    {"event": "verify", "by": "dock", "sha256": HASH},
    {"event": "clear", "by": "ilze"},
]


def lines(*events: dict[str, Any], camera: str = "BODY-1") -> list[bytes]:
    """Events a minute apart."""
    return [
        json.dumps({"at": f"2026-12-01T08:{minute:02}:00Z", "camera": camera, **event}).encode() + b"\n"
        for minute, event in enumerate(events)
    ]


def event(**raw: Any) -> CustodyEvent:
    return read_event({"at": "2026-12-01T08:00:00Z", "camera": "BODY-1", "event": "issue", "by": "ilze", **raw})


def test_a_whole_round_ends_cleared_with_its_footage_verified() -> None:
    done = replay(lines(*ROUND)).public()
    assert done == {
        "BODY-1": {
            "state": "cleared",
            "holder": None,
            "since": "2026-12-01T08:08:00.000Z",
            "footage": [{"sha256": HASH, "verified": True}],
        },
        "refused": [],
    }


def test_events_count_in_the_order_of_their_times() -> None:
    told = lines(*ROUND)
    expected = replay(told).public()
    random.Random(7).shuffle(told)
    assert replay(told).public() == expected


def test_four_cameras_do_not_touch_each_other() -> None:
    names = ["BODY-1", "BODY-2", "BODY-3", "BODY-4"]
    told = [line for count, name in enumerate(names) for line in lines(*ROUND[: 2 * count + 1], camera=name)]
    done = replay(told).public()
    assert [done[name]["state"] for name in names] == ["issued", "issued", "returned", "offloading"]
    assert done["refused"] == []


def test_what_is_refused_is_named_by_line_event_and_reason_and_the_rest_counts() -> None:
    told = [*lines(ROUND[0]), b"\n", b"{\n", *lines(ROUND[0]), b"[]\n", b"\xff\n", b'{"event": "eat"}\n']
    done = replay(told).public()
    assert done["BODY-1"]["state"] == "issued"
    assert [(one["line"], one["event"], one["code"]) for one in done["refused"]] == [
        (3, None, "custody.no_json"),
        (4, "issue", "custody.held"),
        (5, None, "custody.no_object"),
        (6, None, "custody.no_utf8"),
        (7, "eat", "custody.unknown_event"),
    ]


@pytest.mark.parametrize(
    ("raw", "battery", "free"),
    [
        ({"battery": 40}, 0.4, None),
        ({"battery": 0.4}, 0.4, None),
        ({"battery": 1.0}, 1.0, None),
        ({"battery": 1}, 0.01, None),
        ({"battery": "85 %"}, 0.85, None),
        ({"battery_percent": 0.5}, 0.005, None),
        ({"free_gib": 7.5}, None, int(7.5 * GIB)),
        ({"free_bytes": 123}, None, 123),
        ({"free_gb": 9}, None, 9 * 10**9),
        ({"free": 9}, None, 9 * GIB),
        ({"free": 9 * GIB}, None, 9 * GIB),
    ],
)
def test_charge_and_free_storage_are_read_in_every_unit(
    raw: dict[str, Any], battery: float | None, free: int | None
) -> None:
    read = event(**raw)
    assert (read.battery, read.free_bytes) == (pytest.approx(battery) if battery else None, free)


@pytest.mark.parametrize("name", ["hand_over", "hand-over", "Handover", "hand over", "HAND_OVER"])
def test_a_hand_over_is_one_however_it_is_spelt(name: str) -> None:
    read = event(event=name, by="janis", **{"from": "anna"}, confirmed=True)
    assert (read.kind, read.to, read.giver) == (CustodyEventKind.HAND_OVER, "janis", "anna")
    assert read.both_confirmed


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"at": None}, "custody.field_missing"),
        ({"by": None}, "custody.field_missing"),
        ({"camera": None}, "custody.field_missing"),
        ({"event": None}, "custody.field_missing"),
        ({"at": "2026-12-01T08:00:00"}, "custody.not_a_time"),
        ({"at": 1764576000}, "custody.not_a_time"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "custody.not_a_time"),
        ({"by": ""}, "custody.not_a_name"),
        ({"to": ["anna"]}, "custody.not_a_name"),
        ({"camera": "\ud800"}, "custody.not_a_name"),
        ({"event": "eat"}, "custody.unknown_event"),
        ({"event": 7}, "custody.unknown_event"),
        ({"battery": True}, "custody.not_a_number"),
        ({"battery": "full"}, "custody.not_a_number"),
        ({"battery": 101}, "custody.not_a_charge"),
        ({"battery": float("nan")}, "custody.not_a_number"),
        ({"free_gib": 10**400}, "custody.not_a_number"),
        ({"free_bytes": -1}, "custody.not_a_number"),
        ({"free": 100_000}, "custody.unclear_free"),
        ({"sha256": "abc"}, "custody.not_a_hash"),
        ({"sha256": [HASH, 7]}, "custody.not_a_hash"),
        ({"confirmed_by": {"anna": True}}, "custody.not_names"),
        ({"empty": "yes"}, "custody.not_yes_or_no"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_reason(raw: dict[str, Any], code: str) -> None:
    with pytest.raises(BadCustodyLine) as refused:
        event(**raw)
    assert refused.value.told.code == code
    assert refused.value.told.text("lv")


def test_no_camera_is_called_like_the_list_of_what_is_refused() -> None:
    assert replay(lines(ROUND[0], camera="refused")).public()["refused"][0]["code"] == "custody.not_that_name"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(["at", "camera", "event", "by", "to", "battery", "free", "sha256", "confirmed_by", "empty"])


@given(st.lists(st.tuples(st.integers(0, len(ROUND) - 1), FIELDS, VALUES), max_size=4), st.binary(max_size=30))
def test_any_line_gives_an_answer(spoilt: list[tuple[int, str, Any]], noise: bytes) -> None:
    events = [dict(one) for one in ROUND]
    for number, field, value in spoilt:
        events[number][field] = value
    done = replay([*lines(*events), noise]).public()
    json.dumps(done, ensure_ascii=False).encode()
    assert all(one["reason"] for one in done["refused"])
