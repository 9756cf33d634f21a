"""The life of a flight: what may follow what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mission.flights.states import ALLOWED, OVER, FlightState, require
from telemetry.errors import Conflict

states = st.sampled_from(FlightState)


@given(states, states)
def test_a_step_is_taken_only_if_the_table_has_it(now: FlightState, then: FlightState) -> None:
    if then in ALLOWED[now]:
        require(now, then, "the flight")
    else:
        with pytest.raises(Conflict, match=f"the flight is {now} and cannot become {then}"):
            require(now, then, "the flight")


@given(st.lists(states, max_size=12))
def test_no_walk_flies_before_the_plan_was_read_back(walk: list[FlightState]) -> None:
    seen = [FlightState.PLANNED]
    for state in walk:
        if state in ALLOWED[seen[-1]]:
            seen.append(state)
    if FlightState.FLYING in seen:
        assert seen[seen.index(FlightState.FLYING) - 1] is FlightState.READY


@pytest.mark.parametrize("state", sorted(OVER))
def test_what_is_over_stays_over(state: FlightState) -> None:
    assert ALLOWED[state] <= OVER
