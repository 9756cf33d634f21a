"""A town's day and week, above all those on which the clock is changed."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapserver.calendar.span import CalendarSpan, Length, Light, span_of
from telemetry.cities import City

VILNIUS = City("siauliai").facts.zone
SHORT, LONG = date(2026, 3, 29), date(2026, 10, 25)
"""Clocks go forward at 03:00, and back at 04:00 local time."""


def day(of: date) -> CalendarSpan:
    return span_of(Length.DAY, of, VILNIUS)


@pytest.mark.parametrize(
    ("of", "hours", "words"),
    [(SHORT, 23, "put forward one hour: 23"), (LONG, 25, "put back one hour: 25"), (date(2026, 6, 1), 24, "")],
)
def test_a_day_is_as_long_as_the_towns_clock_makes_it(of: date, hours: int, words: str) -> None:
    span = day(of)
    assert span.ends - span.begins == timedelta(hours=hours)
    assert len(list(span.ticks())) == hours
    assert words in span.remark
    assert bool(span.remark) == bool(words)


def test_an_hour_that_comes_twice_is_there_twice_and_one_left_out_is_not_there() -> None:
    long = [tick.label for tick in day(LONG).ticks()]
    short = [tick.label for tick in day(SHORT).ticks()]
    assert long[2:6] == ["", "03:00", "03:00 again", ""]
    assert "03:00" not in short
    assert short[-4:] == ["", "21:00", "", ""]  # an hour earlier on the paper, by the right name


def test_every_hour_is_as_wide_as_every_other_on_a_long_day() -> None:
    places = [tick.at for tick in day(LONG).ticks()]
    assert all(b - a == pytest.approx(4) for a, b in pairwise(places))


def test_a_week_begins_on_monday_and_names_its_days() -> None:
    span = span_of(Length.WEEK, LONG, VILNIUS)
    assert span.first == date(2026, 10, 19)
    assert [tick.label for tick in span.ticks()][::6] == ["Mon 19 Oct", "Sun 25 Oct"]
    assert span.title == "19 Oct to 25 Oct 2026, week 43"
    assert "169 hours" in span.remark


def test_the_night_of_a_winter_day_is_dark_at_both_ends_with_twilight_between() -> None:
    town = City("siauliai").facts
    shades = list(day(date(2026, 12, 21)).shades(town.lat, town.lon))
    assert [shade.light for shade in shades] == [Light.NIGHT, Light.TWILIGHT, Light.TWILIGHT, Light.NIGHT]
    assert (shades[0].at, shades[-1].until) == (0, 100)
    assert shades[0].until == pytest.approx(100 * 8.1 / 24, abs=1.5)  # it dawns at about eight
    assert shades[1].until < 50 < shades[2].at


def test_midsummer_has_hardly_any_night() -> None:
    town = City("siauliai").facts
    shades = list(day(date(2026, 6, 21)).shades(town.lat, town.lon))
    dark = sum(shade.until - shade.at for shade in shades if shade.light is Light.NIGHT)
    assert 0 < dark < 25
    assert all(a.until <= b.at + 1e-6 for a, b in pairwise(shades))


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.sampled_from(Length))
def test_days_follow_one_another_without_gap_or_overlap(of: date, length: Length) -> None:
    span = span_of(length, of, VILNIUS)
    following = span_of(length, span.first + span.days * timedelta(days=1), VILNIUS)
    assert span.ends == following.begins
    assert span.holds(datetime(of.year, of.month, of.day, 12, tzinfo=UTC))
    assert [span.percent(span.begins), span.percent(span.ends)] == [0, 100]
