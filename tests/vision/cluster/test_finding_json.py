"""A finding as JSON: nothing is lost on the way, and what is no finding is refused with the field."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.errors import BadInput
from telemetry.messages import written
from telemetry.positions import Ellipse, Position
from tests.vision.cluster.findings import JPEG, finding
from vision.cluster.finding_json import LARGEST_SNAPSHOT, from_json, to_json
from vision.findings import Finding

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=200)
SHARES = st.floats(0, 1)
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
DETAILS = st.dictionaries(NAMES, st.none() | st.booleans() | st.integers(-(2**53), 2**53) | SHARES | NAMES, max_size=5)
ELLIPSES = st.builds(Ellipse, major_m=st.floats(1, 9), minor_m=st.floats(1, 9), azimuth_deg=st.floats(0, 359))
POSITIONS = st.builds(
    Position, lat=st.floats(-90, 90), lon=st.floats(-180, 180), accuracy_m=st.floats(1, 99),
    ellipse=st.none() | ELLIPSES,
)  # fmt: skip


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    at, ended = sorted((draw(TIMES), draw(TIMES)))
    return Finding(
        camera_id=draw(NAMES), ref=draw(NAMES), rule=draw(NAMES),
        category=draw(st.from_regex(r"[a-z][a-z0-9_]{0,59}", fullmatch=True)),
        label=draw(NAMES), at=at, ended=ended, confidence=draw(SHARES),
        box=draw(st.tuples(SHARES, SHARES, SHARES, SHARES)), summary=written(draw(st.just("") | NAMES)),
        attributes=draw(DETAILS), snapshot=JPEG, position=draw(st.none() | POSITIONS), quiet_s=draw(st.floats(0, 99)),
    )  # fmt: skip


@given(findings())
def test_what_comes_home_is_what_was_found(found: Finding) -> None:
    assert from_json(json.loads(to_json(found))) == found


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"camera_id": ""}, "camera_id"),
        ({"at": "2026-03-01T12:00:00"}, "time zone"),
        ({"ended": "2026-03-01T11:00:00Z"}, "before"),
        ({"confidence": 1.5}, "confidence"),
        ({"box": [0, 0, 1]}, "box"),
        ({"category": "Person!"}, "category"),
        ({"position": {"lat": 99, "lon": 0}}, "position.lat"),
        ({"quiet_s": -1}, "quiet_s"),
        ({"plate": "KV2417"}, "plate"),
        ({"snapshot": "abc"}, "snapshot"),
        ({"snapshot": "UE5HIQ=="}, "no whole JPEG"),
    ],
)
def test_a_field_that_cannot_be_taken_is_named(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        from_json({**json.loads(to_json(finding())), **changed})


@pytest.mark.parametrize(
    ("snapshot", "words"), [(JPEG[:-40], "no whole JPEG"), (JPEG + bytes(LARGEST_SNAPSHOT), "at most")]
)
def test_a_picture_that_is_cut_short_or_too_large_is_refused(snapshot: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        from_json(json.loads(to_json(finding(snapshot=snapshot))))


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(BadInput, match="one finding"):
        from_json([])
