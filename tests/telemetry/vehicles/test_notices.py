"""Texts of a vehicle: put together, told once, never a flood."""

from typing import Any

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.vehicles.notices import AGAIN_S, MOST, WITHIN_S, Notices, Severity

LONG = "PreArm: the compass on the left arm is not healthy, and the one on the right arm was not calibrated here"


def frame(text: str, severity: int = 4, *, id: int = 0, chunk: int = 0, system: int = 1) -> bytes:
    mav: Any = mavlink.MAVLink(None, system, 1)
    packed: bytes = mavlink.MAVLink_statustext_message(severity, text.encode(), id, chunk).pack(mav)
    return packed


def told(*frames: bytes, at: float = 0.0) -> list[str]:
    notices = Notices(system=1)
    for one in frames:
        notices.hear(one, at)
    return [notice.text for notice in notices.taken(at)]


def pieces(text: str, id: int = 7) -> list[bytes]:
    return [frame(text[at : at + 50], 2, id=id, chunk=at // 50) for at in range(0, len(text) + 1, 50)]


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1], [1, 1, 0, 2]])
def test_a_long_text_is_put_together_in_whatever_order_its_pieces_come(order: list[int]) -> None:
    assert told(*[pieces(LONG)[number] for number in order]) == [LONG]


def test_a_text_that_just_fills_its_pieces_ends_with_an_empty_one() -> None:
    assert told(*pieces("x" * 100)) == ["x" * 100]


def test_a_lost_piece_leaves_a_gap_and_does_not_keep_the_rest_back_for_long() -> None:
    notices = Notices(system=1)
    for number in (0, 2):
        notices.hear(pieces(LONG)[number], 0.0)
    assert notices.taken(1.0) == []
    assert [notice.text for notice in notices.taken(2.0)] == [f"{LONG[:50]}…{LONG[100:]}"]


def test_talk_of_another_vehicle_and_what_is_no_warning_are_passed_over() -> None:
    assert told(frame("EKF3 is using GPS", 6), frame("Crash", system=2), frame("\t", 2)) == []


def test_px4s_tab_is_taken_off_and_its_severity_kept() -> None:
    notices = Notices(system=1)
    notices.hear(frame("Failsafe activated\t", 0), 0.0)
    [notice] = notices.taken(0.0)
    assert (notice.text, notice.severity, notice.grave) == ("Failsafe activated", Severity.EMERGENCY, True)


def test_the_same_words_are_told_once_while_they_keep_coming_and_again_after_a_pause() -> None:
    notices, count = Notices(system=1), 0
    for at in (0, 30, 60, 90, 90 + AGAIN_S):
        notices.hear(frame("PreArm: Need Position Estimate", 2), at)
        count += len(notices.taken(at))
    assert count == 2
    assert notices.since(80) == ["PreArm: Need Position Estimate"]


def test_a_flood_is_cut_off_and_what_was_left_out_is_counted() -> None:
    notices = Notices(system=1)
    for number in range(MOST + 5):
        notices.hear(frame(f"warning {number}"), 0.0)
    assert len(notices.taken(0.1)) == MOST
    [last] = notices.taken(WITHIN_S + 0.2)
    assert last.text == "5 more texts were left out, they came too fast"
