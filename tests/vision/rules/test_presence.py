"""Leaving, loitering, crowds; and the hours in which a rule holds."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vision.rules.scenes import LEFT_HALF, TOWN, firings, rule, scene, track
from vision.rules import Scene
from vision.rules.rule import Hours


def test_who_was_inside_and_then_is_outside_has_left() -> None:
    inside = [scene(n / 5, track(0.2, 0.5)) for n in range(11)]
    found = firings(rule(kind="leave", zone=LEFT_HALF), *inside, scene(2.2, track(0.7, 0.5)))
    assert [str(one.summary) for one in found] == ["A person has left the yard after 2 s"]


def test_who_only_cut_the_corner_has_not_left() -> None:
    passing = rule(kind="leave", zone=LEFT_HALF, dwell_s=2)
    assert not firings(passing, scene(0, track(0.49, 0.5)), scene(0.2, track(0.51, 0.5)))


def test_who_goes_in_and_out_is_loitering_all_the_same() -> None:
    loitering = rule(kind="loiter", zone=LEFT_HALF, dwell_s=10, within_s=60)
    scenes = [scene(n / 2, track(0.2 if n % 10 < 6 else 0.8, 0.5)) for n in range(40)]
    found = firings(loitering, *scenes)
    assert len(found) == 1
    assert "loitering in the yard, 10 s so far" in str(found[0].summary)
    assert found[0].until_s > 15


def test_somebody_seen_for_a_moment_every_few_minutes_is_not_loitering() -> None:
    loitering = rule(kind="loiter", zone=LEFT_HALF, dwell_s=10, within_s=60)
    assert not firings(loitering, *[scene(n * 8.0, track(0.2, 0.5)) for n in range(60)])


def crowd(seconds: float, count: int) -> Scene:
    return scene(seconds, *[track(0.1 + n / 30, 0.5, number=n) for n in range(count)])


def test_a_crowd_is_told_once_with_its_size_although_one_is_hidden_for_a_moment() -> None:
    many = rule(kind="crowd", count=5, dwell_s=3)
    counts = [5, 5, 6, 4, 6, 6, 6, 6, 6]
    found = firings(many, *[crowd(float(n), count) for n, count in enumerate(counts)])
    assert [(str(one.summary), one.attributes["count"]) for one in found] == [
        ("6 persons at once in the yard for 4 s", 6)
    ]


def test_too_few_are_no_crowd() -> None:
    assert not firings(rule(kind="crowd", count=5, dwell_s=3), *[crowd(float(n), 4) for n in range(20)])


def test_a_second_crowd_is_told_again() -> None:
    many = rule(kind="crowd", count=3, dwell_s=1)
    found = firings(many, *[crowd(float(n), 3 if n % 10 < 4 else 0) for n in range(20)])
    assert len({one.key for one in found}) == len(found) == 2


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        (datetime(2026, 6, 5, 18, 59, tzinfo=UTC), False),
        (datetime(2026, 6, 5, 19, 0, tzinfo=UTC), True),
        (datetime(2026, 6, 6, 2, 59, tzinfo=UTC), True),
        (datetime(2026, 6, 6, 3, 0, tzinfo=UTC), False),
        (datetime(2026, 6, 6, 19, 30, tzinfo=UTC), False),
        (datetime(2026, 1, 9, 19, 30, tzinfo=UTC), False),
        (datetime(2026, 1, 9, 20, 30, tzinfo=UTC), True),
    ],
)
def test_friday_night_ends_on_saturday_morning_by_the_towns_clock(at: datetime, holds: bool) -> None:
    assert Hours.model_validate({"days": ["fri"], "begins": "22:00", "ends": "06:00"}).hold(at, TOWN) is holds


def test_outside_its_hours_a_rule_is_silent() -> None:
    at_night = {"begins": "22:00", "ends": "06:00"}
    assert not firings(rule(hours=[at_night]), *[scene(n / 5, track(0.2, 0.5)) for n in range(20)])
    assert firings(
        rule(hours=[at_night, {"begins": "11:00", "ends": "13:00"}]), *[scene(n, track(0.2, 0.5)) for n in range(4)]
    )


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_night_and_its_day_share_no_moment_and_leave_none(at: datetime) -> None:
    night = Hours.model_validate({"begins": "22:00", "ends": "06:00"})
    day = Hours.model_validate({"begins": "06:00", "ends": "22:00"})
    assert night.hold(at, TOWN) is not day.hold(at, TOWN)
