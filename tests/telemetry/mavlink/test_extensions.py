"""The ids of plans in frames that pymavlink reads only in part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.mavlink.extensions import (
    PlanIds,
    count_plan_id,
    current_plan_ids,
    with_count_plan_id,
    with_current_plan_ids,
)

numbers = st.integers(0, 2**32 - 1)


@given(numbers, st.integers(0, 2000))
def test_a_count_carries_the_plans_number_and_is_still_read(plan_id: int, count: int) -> None:
    mav = mavlink.MAVLink(None, 1, 1)
    frame = with_count_plan_id(mavlink.MAVLink_mission_count_message(255, 190, count, 1).pack(mav), plan_id)
    heard = mav.decode(bytearray(frame))
    assert (heard.count, heard.mission_type, count_plan_id(frame)) == (count, 1, plan_id)


@given(numbers, numbers, numbers)
def test_the_current_item_carries_three_numbers_and_is_still_read(mission: int, fence: int, rally: int) -> None:
    mav, ids = mavlink.MAVLink(None, 1, 1), PlanIds(mission, fence, rally)
    frame = with_current_plan_ids(mavlink.MAVLink_mission_current_message(2, 6, 3, 1).pack(mav), ids)
    heard = mav.decode(bytearray(frame))
    assert (heard.seq, heard.total, heard.mission_state, current_plan_ids(frame)) == (2, 6, 3, ids)


@pytest.mark.parametrize(
    ("frame", "ids"),
    [
        ("fd0e000000020 12a0000 0000 0400 02 02 be4e5861 ac7dfa07", PlanIds(0x61584EBE, 0x07FA7DAC)),
        ("fd05000000020 12a0000 0100 0500 03", PlanIds()),
        ("fe06000201 2a 0100 0500 03 01", PlanIds()),
    ],
)
def test_ids_that_were_cut_off_or_are_not_there_are_none(frame: str, ids: PlanIds) -> None:
    assert current_plan_ids(bytes.fromhex(frame.replace(" ", ""))) == ids
