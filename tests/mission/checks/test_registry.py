"""The registered checks together: each answers always, and what is not known is never passed over."""

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mission.checks.policy import Policy
from mission.checks.registry import CHECKS, run_checks
from mission.checks.titles import TITLED
from mission.checks.verdict import Acknowledgement, Level, Verdict, acknowledged, in_the_way, worst
from telemetry.messages import speaking, written
from telemetry.transfer.mission_items import MissionItem
from tests.mission.checks.builders import NOON, RETURN, at, inputs, profile, run, take_off

NOT_GIVEN = ("papers", "airspace", "permits", "people", "weather", "others", "duties")


def test_a_good_flight_passes_every_registered_check() -> None:
    verdicts = run_checks(inputs())
    assert list(dict.fromkeys(verdict.check for verdict in verdicts)) == list(CHECKS)
    assert [verdict.message for verdict in verdicts if verdict.stands_in_the_way] == []
    assert worst(verdicts) is Level.WARN  # farther than a small drone's attitude is seen


@given(st.sets(st.sampled_from(NOT_GIVEN), min_size=1), st.booleans())
@settings(max_examples=40, deadline=None)
def test_what_is_not_known_is_said_by_every_check_that_needs_it(missing: set[str], blocks: bool) -> None:
    policy = Policy(unknown_blocks=blocks)
    verdicts = run_checks(inputs(policy=policy, **dict.fromkeys(missing)))
    assert {verdict.check for verdict in verdicts} == set(CHECKS)
    unknown = [verdict for verdict in verdicts if "not known" in str(verdict.message)]
    assert unknown or missing == {"permits"}
    needs = {"papers": "papers", "airspace": "zones", "people": "ground_risk", "weather": "weather",
             "others": "overlap", "duties": "crew_duty"}  # fmt: skip
    for name in missing - {"permits"}:
        levels = {verdict.level for verdict in unknown if verdict.check == needs[name]}
        assert levels == {Level.BLOCK if blocks else Level.WARN}, name


points = st.builds(at, st.floats(-900, 900), st.floats(-900, 900), st.floats(1, 200), st.sampled_from([0, 3, 10]))


@given(st.lists(points, min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_any_plan_gets_a_verdict_of_each_check(way: list[object]) -> None:
    verdicts = run_checks(inputs(profile=profile([take_off(), *way])))  # type: ignore[list-item]
    assert {verdict.check for verdict in verdicts} == set(CHECKS)
    for verdict in verdicts:
        assert verdict.rule
        assert verdict.message
        assert verdict.clears or not verdict.stands_in_the_way


def test_an_acknowledgement_clears_only_its_own_subject_on_the_same_data() -> None:
    asks = Verdict(
        "zones",
        Level.ACKNOWLEDGE,
        written("rule"),
        written("call the tower"),
        written("acknowledge"),
        {},
        "set 1",
        "CTR",
    )
    given_now = Acknowledgement("zones", "CTR", "set 1", written("acknowledged by pilot"))
    assert acknowledged([asks], [given_now])[0].level is Level.PASS
    for other in (("zones", "CTR", "set 2"), ("zones", "D1", "set 1"), ("link", "CTR", "set 1")):
        assert in_the_way(acknowledged([asks], [Acknowledgement(*other, written("acknowledged by pilot"))])) == [asks]


@pytest.mark.parametrize("level", [Level.BLOCK, Level.PERMIT])
def test_nothing_but_its_cause_clears_a_block(level: Level) -> None:
    verdict = Verdict("zones", level, written("rule"), written("prohibited"), written("fly round"), {}, "set 1", "P1")
    assert acknowledged([verdict], [Acknowledgement("zones", "P1", "set 1", written("words"))]) == [verdict]


def test_weather_far_ahead_may_still_be_unknown() -> None:
    soon = run_checks(inputs(weather=None))
    far = run_checks(inputs(weather=None, now=NOON - timedelta(days=3)))
    assert [v.level for v in soon if v.check == "weather"] == [Level.BLOCK]
    assert [v.level for v in far if v.check == "weather"] == [Level.WARN]


def test_every_question_is_titled_by_what_it_asks() -> None:
    pictures = profile((take_off(), MissionItem(206, 2, 10.0, 0, 1), at(0, 200), RETURN))
    titles = {str(verdict.title): verdict.rule for verdict in run_checks(inputs(profile=pictures, policy=Policy()))}
    assert "Regulation (EU) 2016/679" in str(titles["Data protection"])
    assert {"Radio link", "Room for pictures", "When the link is lost", "Battery", "Way home"} <= set(titles)
    assert "Link" not in titles
    assert set(CHECKS) <= TITLED


def test_the_title_goes_where_verdicts_are_shown() -> None:
    (verdict,) = run("energy")
    assert verdict.as_json()["title"] == "Battery"
    with speaking("lv"):
        assert verdict.as_json()["title"] == "Baterija"
    kept = json.loads(json.dumps(verdict.to_row()))
    assert Verdict.from_row(kept).as_json() == verdict.as_json()


def test_a_verdict_kept_before_there_were_codes_is_shown_as_written() -> None:
    (verdict,) = run("energy")
    old = {**verdict.to_row(), "message": "the battery lasts", "rule": "the town's reserve", "clears": "", "title": ""}
    with speaking("lt"):
        shown = Verdict.from_row(old).as_json()
    assert (shown["message"], shown["rule"], shown["clears"]) == ("the battery lasts", "the town's reserve", "")
    assert shown["title"] == "Baterija"
