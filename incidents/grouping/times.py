"""How well the times at which witnesses speak fit one thing: log densities per second, with heavy tails."""

import math
from collections.abc import Sequence

from incidents.grouping.habits import Habit
from incidents.grouping.witnesses import Witness

LATE_SHARE = 0.1
"""Of words that come much later than is usual."""
LATE_TIMES = 3.0
"""How many times as late those come."""


def time_log_density(witnesses: Sequence[Witness], habit: Habit) -> float:
    """Log density of the times of `witnesses`, in their order, when they speak of one thing with this habit."""
    if habit.gap_s is not None:
        return _while_it_lasts(witnesses, habit.gap_s)
    began = witnesses[0].at_s
    return sum(late_log_density(one.at_s - began, habit.mean_delay_s(one.of)) for one in witnesses[1:])


def late_log_density(after_s: float, mean_s: float) -> float:
    """Log density of a word `after_s` after the beginning when `mean_s` is usual."""
    usual = (1 - LATE_SHARE) / mean_s * math.exp(-after_s / mean_s)
    late_s = LATE_TIMES * mean_s
    return math.log(usual + LATE_SHARE / late_s * math.exp(-after_s / late_s) + 1e-300)


def _while_it_lasts(witnesses: Sequence[Witness], gap_s: float) -> float:
    total = 0.0
    end = witnesses[0].at_s + witnesses[0].lasts_s
    for one in witnesses[1:]:
        total += late_log_density(max(0.0, one.at_s - end), gap_s)
        end = max(end, one.at_s + one.lasts_s)
    return total
