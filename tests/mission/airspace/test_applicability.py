"""When zones apply: nights, summer time, the sun, and whatever is uncertain."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mission.airspace.applicability import Applicability, DailyPeriod, DegreeBox, SunEvent, TimeSpan, active_spans
from mission.zones.attention import Weekday

DOBELE = DegreeBox(23.28, 56.62, 23.28, 56.62)
NORTH = DegreeBox(23.28, 75.0, 23.28, 75.0)


def at(day: int, hour: int, minute: int = 0, month: int = 6) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def hours(begins: str, ends: str | None, *days: Weekday) -> Applicability:
    end = None if ends is None else time.fromisoformat(ends)
    period = DailyPeriod(frozenset(days) or frozenset(Weekday), time.fromisoformat(begins), end)
    return Applicability(schedule=(period,))


def applies(period: Applicability, moment: datetime, place: DegreeBox = DOBELE) -> bool:
    return bool(active_spans([period], moment, moment, place))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at(5, 21, 59), False),
        (at(5, 22), True),
        (at(6, 4), True),
        (at(6, 4, 1), False),
        (at(6, 22, 30), False),
        (at(5, 3), False),
    ],
)
def test_a_period_over_midnight_belongs_to_the_day_it_begins_on(moment: datetime, expected: bool) -> None:
    assert applies(hours("22:00Z", "04:00Z", Weekday.FRI), moment) is expected  # 5 June 2026 is a Friday


def test_hours_do_not_move_with_summer_time() -> None:
    morning = hours("05:00Z", "06:00Z")
    for day in (28, 29, 30):  # the clocks of both towns went forward on 29 March 2026
        assert [applies(morning, at(day, h, 30, month=3)) for h in (4, 5, 6)] == [False, True, False]


@pytest.mark.parametrize("ends", ["23:59Z", "23:59:59Z", None])
def test_the_last_minute_of_the_day_reaches_midnight(ends: str | None) -> None:
    evening = hours("17:00Z", ends, Weekday.SAT)
    assert applies(evening, datetime(2026, 6, 6, 23, 59, 59, 500_000, tzinfo=UTC))
    assert not applies(evening, at(7, 0, 1))


def test_equal_hours_are_the_whole_day() -> None:
    assert applies(hours("08:00Z", "08:00Z", Weekday.SAT), at(7, 7, 59))


def test_hours_with_an_offset_are_those_of_its_own_day() -> None:
    early = DailyPeriod(frozenset({Weekday.SAT}), *(time(h, tzinfo=timezone(timedelta(hours=3))) for h in (1, 5)))
    period = Applicability(schedule=(early,))
    assert applies(period, at(5, 23))  # Saturday 02:00 there, Friday 23:00 in UTC
    assert not applies(period, at(6, 23))


def test_an_hour_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="has no offset"):
        DailyPeriod(begins=time(8))


@pytest.mark.parametrize(
    ("event", "true"),
    [
        (SunEvent.BMCT, time(0, 28)),
        (SunEvent.SR, time(1, 35)),
        (SunEvent.SS, time(19, 22)),
        (SunEvent.EECT, time(20, 28)),
    ],
)  # fmt: skip
def test_a_period_by_the_sun_begins_before_and_ends_after_the_true_moment(event: SunEvent, true: time) -> None:
    day = date(2026, 6, 20)  # midsummer in Dobele; by the formula of the oracle, not by astral
    moment = datetime.combine(day, true, UTC)
    begins = DailyPeriod(begins=event).on(day, DOBELE).begins
    ends = DailyPeriod(ends=event).on(day, DOBELE).ends
    assert timedelta() <= moment - begins < timedelta(minutes=12)
    assert timedelta() <= ends - moment < timedelta(minutes=12)


def test_by_day_is_from_before_sunrise_to_after_sunset_at_every_corner_of_the_zone() -> None:
    day = DailyPeriod(begins=SunEvent.SR, ends=SunEvent.SS)
    wide = day.on(date(2026, 3, 1), DegreeBox(22.0, 55.0, 25.0, 57.0))
    for lon, lat in ((22.0, 55.0), (25.0, 57.0), (23.5, 56.0)):
        narrow = day.on(date(2026, 3, 1), DegreeBox(lon, lat, lon, lat))
        assert wide.begins <= narrow.begins
        assert wide.ends >= narrow.ends


def test_where_the_sun_does_not_set_the_zone_applies() -> None:
    night = Applicability(schedule=(DailyPeriod(begins=SunEvent.SS, ends=SunEvent.SR),))
    assert applies(night, at(21, 12), NORTH)


def test_permanent_wins_over_dates_and_hours() -> None:
    assert applies(Applicability(ends=at(1, 0), permanent=True), at(20, 0))


def test_any_of_several_periods_will_do_and_none_is_always() -> None:
    season = Applicability(at(1, 0), at(10, 0))
    nights = hours("20:00Z", "23:00Z")
    assert active_spans([season, nights], at(9, 12), at(11, 0), DOBELE) == [
        TimeSpan(at(9, 12), at(10, 0)),
        TimeSpan(at(10, 20), at(10, 23)),
    ]
    assert active_spans([], at(1, 0), at(2, 0), DOBELE) == [TimeSpan(at(1, 0), at(2, 0))]


@given(st.integers(0, 2 * 365 * 1_440), st.integers(0, 5_000))
def test_spans_are_in_order_apart_and_inside_what_was_asked(after: int, minutes: int) -> None:
    since = at(1, 0) + timedelta(minutes=after)
    until = since + timedelta(minutes=minutes)
    periods = [hours("22:00Z", "03:00Z", Weekday.MON, Weekday.SUN), hours("02:00Z", "09:30Z")]
    spans = active_spans(periods, since, until, DOBELE)
    edges = [moment for span in spans for moment in span]
    assert edges == sorted(edges)
    assert all(since <= moment <= until for moment in edges)


def test_the_ends_of_the_calendar_are_no_stumbling_block() -> None:
    period = hours("22:00Z", "03:00Z")
    for moment in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        active_spans([period], moment, moment, DOBELE)
