"""What is a scope, and what a live sender's own word makes of it."""

import pytest

from telemetry.cities import City
from telemetry.errors import BadInput
from telemetry.observations.values import Observation, parse_observation
from telemetry.scopes import DEMO, LIVE, Scope, scope_of
from telemetry.visibility import EVERYTHING, Visibility
from tests.builders import observation

SPRING = Scope("exercise/spring-2027")


@pytest.mark.parametrize("text", ["live", "exercise/a", "exercise/spring-2027", "exercise/7._-"])
def test_a_scope_is_live_or_an_exercise_with_an_id(text: str) -> None:
    assert Scope(text) == text


@pytest.mark.parametrize(
    "text", ["", "Live", "exercise", "exercise/", "exercise/A", "exercise/-a", "exercise/a/b", "live ", "exercise/a\n"]
)
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="is no scope"):
        Scope(text)


def test_what_somebody_types_is_refused_in_words() -> None:
    with pytest.raises(BadInput, match="exercise/ID such as"):
        Scope.read("spring")


def test_what_a_live_sender_calls_simulated_is_the_demos_and_what_an_exercise_tells_stays_in_it() -> None:
    assert scope_of(LIVE, simulated=False) == LIVE
    assert scope_of(LIVE, simulated=True) == DEMO
    assert scope_of(SPRING, simulated=True) == SPRING


def test_an_observation_of_before_scopes_has_the_scope_that_its_mark_says() -> None:
    stored = observation(attributes={"simulated": True}).model_dump(mode="json")
    del stored["scope"]
    assert parse_observation(stored).scope == DEMO
    del stored["attributes"]["simulated"]
    assert parse_observation(stored).scope == LIVE


def test_the_scope_comes_back_from_json() -> None:
    seen = observation(scope=SPRING)
    assert Observation.model_validate_json(seen.model_dump_json()) == seen
    assert isinstance(Observation.model_validate_json(seen.model_dump_json()).scope, Scope)


def test_who_sees_a_town_in_one_scope_sees_it_in_no_other() -> None:
    seen = Visibility(frozenset({City("dobele")}), SPRING)
    assert seen.covers("dobele", SPRING)
    assert not seen.covers("dobele", LIVE)
    assert not seen.covers("siauliai", SPRING)
    assert EVERYTHING.covers("dobele", LIVE)
    assert EVERYTHING.meets(seen)


def test_two_audiences_meet_in_a_town_that_both_see_in_one_scope() -> None:
    dobele = Visibility(frozenset({City("dobele")}), LIVE)
    both = Visibility(frozenset({City("dobele"), City("siauliai")}), LIVE)
    assert both.meets(dobele)
    assert not both.meets(Visibility(frozenset({City("dobele")}), DEMO))
    assert both.within([City("siauliai")]) == Visibility(frozenset({City("siauliai")}), LIVE)
