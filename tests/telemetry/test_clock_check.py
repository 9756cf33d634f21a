"""How far the clock may be off, by a Date header and by the kernel."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.clock_check import kernel_clock, offset_bounds, offset_from
from telemetry.errors import Unavailable

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@given(off_s=st.floats(-10, 10), way_s=st.floats(0, 1), within_s=st.floats(0, 0.999))
def test_the_truth_is_always_within_the_bounds(off_s: float, way_s: float, within_s: float) -> None:
    theirs = NOON + timedelta(seconds=within_s)
    sent = theirs - timedelta(seconds=way_s) + timedelta(seconds=off_s)
    received = theirs + timedelta(seconds=way_s) + timedelta(seconds=off_s)
    bounds = offset_bounds(sent, received, NOON)
    assert bounds.least_s - 1e-5 <= off_s <= bounds.most_s + 1e-5
    assert not bounds.surely_off(2) or abs(off_s) > 2 - 1e-5


def answering(headers: dict[str, str]) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _: httpx.Response(200, headers=headers))


def test_a_date_header_gives_bounds() -> None:
    transport = answering({"date": "Sun, 22 Nov 2026 11:59:50 GMT"})
    bounds = offset_from("https://weather.example", now=lambda: NOON, transport=transport)
    assert (bounds.least_s, bounds.most_s, bounds.surely_off(2)) == (9, 10, True)


@pytest.mark.parametrize("headers", [{}, {"date": "yesterday"}])
def test_an_answer_without_a_time_is_said(headers: dict[str, str]) -> None:
    with pytest.raises(Unavailable, match=r"weather\.example tells no time"):
        offset_from("https://weather.example", now=lambda: NOON, transport=answering(headers))


def test_the_kernel_is_asked() -> None:
    told = kernel_clock()
    assert told is None or told.most_off_s >= 0
