"""Offsets of clocks."""

from datetime import timedelta

from incidents.grouping.clocks import arrival_offsets
from telemetry.observations import Observation, SourceKind
from tests.builders import NOON
from tests.incidents.grouping.builders import camera, grouped, word


def arriving(delays_s: list[float], *, ahead_s: float) -> list[Observation]:
    return [
        camera(
            f"e{n}", "crowd", minutes=10 * n, source="camera-1",
            received_at=NOON + timedelta(minutes=10 * n, seconds=delay - ahead_s),
        )
        for n, delay in enumerate(delays_s)
    ]  # fmt: skip


def test_a_camera_whose_words_come_before_they_were_said_is_ahead() -> None:
    found = arrival_offsets(arriving([1, 3, 2, 5, 1], ahead_s=90))
    assert found["fixed_camera camera-1"].ahead_s == 89


def test_a_camera_that_is_steadily_late_is_behind() -> None:
    assert arrival_offsets(arriving([1, 3, 2, 5, 1], ahead_s=-120))["fixed_camera camera-1"].ahead_s == -121


def test_a_camera_with_a_slow_line_is_not_called_behind() -> None:
    assert arrival_offsets(arriving([30, 3_000, 900, 5_000, 2_000], ahead_s=0)) == {}


def test_a_few_words_say_nothing_of_a_clock() -> None:
    assert arrival_offsets(arriving([1, 2], ahead_s=90)) == {}


def test_a_body_camera_that_is_right_stays_right() -> None:
    """An hour before, something else happened at the same place."""
    seen = [
        word("before", "fight", minutes=-60, accuracy_m=25),
        word("now", "fight", accuracy_m=25),
        word("body", "fight", minutes=6, accuracy_m=9, kind=SourceKind.BODY_CAMERA, source="body-1"),
    ]
    assert grouped(seen).offsets == {}
