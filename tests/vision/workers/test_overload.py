"""Overload: said once with the names of those who feel it, and once when it is over."""

from vision.workers.overload import LASTS_S, OverloadMonitor
from vision.workers.stride_scheduler import LATE_S, AnalysisRate

CALM = {"a": AnalysisRate(1, 5.0, 0.1), "b": AnalysisRate(4, 5.0, 0.1)}
LATE = {"a": AnalysisRate(1, 0.8, LATE_S + 0.2), "b": AnalysisRate(4, 3.2, 0.3)}


def test_an_overload_that_lasts_is_said_once_with_names_and_rates() -> None:
    watch = OverloadMonitor()
    said = [watch.see(LATE, mono) for mono in (0.0, LASTS_S / 2, LASTS_S, LASTS_S + 1)]
    assert [one is not None for one in said] == [False, False, True, False]
    assert str(said[2]) == "more moves than this machine has time for; looked at less often: a 0.8 times a second"


def test_that_it_is_over_is_said_once() -> None:
    watch = OverloadMonitor()
    watch.see(LATE, 0.0)
    watch.see(LATE, LASTS_S)
    assert str(watch.see(CALM, LASTS_S + 1)) == "every stream is analysed as often as it should be again"
    assert watch.see(CALM, LASTS_S + 2) is None


def test_crowding_for_a_moment_is_not_said() -> None:
    watch = OverloadMonitor()
    assert [watch.see(LATE, 0.0), watch.see(CALM, 5.0), watch.see(LATE, LASTS_S + 1)] == [None, None, None]
