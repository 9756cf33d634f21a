"""The worst of what several sources say, for one flight's time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mission.weather.values import WeatherReport, WeatherSample, outlook

T0 = datetime(2026, 6, 22, 10, tzinfo=UTC)


def hours(*winds: float, begins: float = 0, **more: float) -> tuple[WeatherSample, ...]:
    """A sample an hour from `begins` hours after T0."""
    starts = [T0 + timedelta(hours=begins + n) for n in range(len(winds))]
    return tuple(
        WeatherSample.model_validate({"begins": s, "ends": s + timedelta(hours=1), "wind_m_s": w, **more})
        for s, w in zip(starts, winds, strict=True)
    )


def report(samples: tuple[WeatherSample, ...], *, source: str = "manual", minutes: float = 0) -> WeatherReport:
    return WeatherReport(source, T0 + timedelta(minutes=minutes), samples, f"{source} {minutes:g}")


def wind(*reports: WeatherReport, begins_h: float = 0.5, ends_h: float = 1.5) -> float | None:
    found = outlook(reports, T0 + timedelta(hours=begins_h), T0 + timedelta(hours=ends_h))
    return None if found is None else found.wind_m_s


def test_the_worst_hour_of_the_flight_counts_and_no_other() -> None:
    assert wind(report(hours(3, 5, 9))) == 5
    assert wind(report(hours(3, 5, 9)), ends_h=0.9) == 3
    assert wind(report(hours(3, 5, 9)), begins_h=3.5, ends_h=4) is None


def test_of_one_source_the_newer_report_counts_and_between_sources_the_worse() -> None:
    old, new = report(hours(9, 9), minutes=0), report(hours(4, 4), minutes=10)
    assert wind(old, new) == 4
    assert wind(new, report(hours(7, 7), minutes=10)) == 7
    assert wind(old, new, report(hours(6, 6), source="open-meteo")) == 6


def test_an_older_report_fills_what_the_newer_leaves_open() -> None:
    assert wind(report(hours(9, 9)), report(hours(4), minutes=10)) == 9


def test_a_gap_is_known_as_one() -> None:
    gappy = (*hours(3), *hours(3, begins=1.2))
    found = outlook([report(gappy)], T0, T0 + timedelta(hours=2))
    assert found is not None
    assert not found.covered


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(0, 30), st.sampled_from(["a", "b"])), min_size=1, max_size=8))
def test_nothing_that_a_lone_report_says_is_made_milder(said: list[tuple[int, float, str]]) -> None:
    reports = [report(hours(w, begins=b), source=f"{s}{n}") for n, (b, w, s) in enumerate(said)]
    found = outlook(reports, T0, T0 + timedelta(hours=6))
    assert found is not None
    assert found.wind_m_s == max(w for _, w, _ in said)
    assert found.covered == ({b for b, _, _ in said} == set(range(6)))
