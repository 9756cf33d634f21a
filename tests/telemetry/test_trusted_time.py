"""A clock that jumps is told from one that runs, across restarts of the program and of the machine."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from telemetry.trusted_time import LONGEST_OFF, TOLERANCE, TrustedMoment, Uptime, clock_jump
from tests.builders import NOON

TRUSTED = TrustedMoment(NOON, Uptime("first", 100.0))
seconds = st.floats(0, 3e8)
steps = st.timedeltas(timedelta(days=-3650), timedelta(days=3650))


@given(ran_s=seconds, step=steps)
def test_while_the_machine_runs_only_a_step_is_a_jump(ran_s: float, step: timedelta) -> None:
    now = NOON + timedelta(seconds=ran_s) + step
    off = clock_jump(TRUSTED, now, Uptime("first", 100.0 + ran_s))
    assert (off is not None) == (abs(step) > TOLERANCE)
    assert off is None or abs(off - step) < timedelta(milliseconds=1)


@given(off_for=st.timedeltas(timedelta(0), LONGEST_OFF))
def test_a_machine_that_was_off_for_a_while_is_believed(off_for: timedelta) -> None:
    assert clock_jump(TRUSTED, NOON + off_for, Uptime("second", 5.0)) is None


def test_a_machine_that_wakes_up_years_later_or_earlier_is_not() -> None:
    for years in (3, -3):
        step = timedelta(days=365 * years)
        assert clock_jump(TRUSTED, NOON + step, Uptime("second", 5.0)) == step
