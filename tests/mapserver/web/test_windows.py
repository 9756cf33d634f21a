"""Counts in windows of time: each key's own, over when they end, and forgotten then."""

import threading

import pytest

from mapserver.core import rate_windows as windows
from mapserver.core.rate_windows import WindowCounts


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds of the monotonic clock."""
    now = [100.0]
    monkeypatch.setattr("mapserver.core.rate_windows.time.monotonic", lambda: now[0])
    return now


def test_a_key_counts_until_its_window_ends(time: list[float]) -> None:
    counts = WindowCounts()
    assert [counts.incr("a", 10), counts.incr("a", 10), counts.incr("b", 10)] == [1, 2, 1]
    assert counts.get_expiry("a") == 110.0
    time[0] = 110.0
    assert counts.get("a") == 0
    assert counts.incr("a", 10) == 1


def test_windows_that_are_over_are_forgotten(time: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "SWEPT_FROM", 4)
    counts = WindowCounts()
    counts._sweep_at = 4
    for number in range(3):
        counts.incr(f"old {number}", 10)
    time[0] = 200.0
    counts.incr("new", 10)
    counts.incr("newer", 10)
    assert counts.reset() == 2


def test_counting_starts_no_thread() -> None:
    before = threading.active_count()
    counts = WindowCounts()
    for number in range(100):
        counts.incr(str(number), 10)
    assert threading.active_count() == before
