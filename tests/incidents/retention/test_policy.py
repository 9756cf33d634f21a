"""How long what is kept: the numbers of a town and a purpose, and what an incident adds to them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from incidents.retention.policy import Keep, RetentionPolicy
from telemetry.cities import City
from tests.builders import NOON

DAYS = st.floats(0.01, 1000)


def test_the_first_entry_that_matches_town_and_purpose_counts() -> None:
    policy = RetentionPolicy.model_validate(
        {
            "picture_days": 60,
            "keep": [
                {"city": "dobele", "purpose": "traffic", "picture_days": 7},
                {"purpose": "traffic", "picture_days": 14},
                {"city": "dobele", "picture_days": 30},
            ],
        }
    )
    wanted = [
        (City("dobele"), "traffic"),
        (City("siauliai"), "traffic"),
        (City("dobele"), "parks"),
        (City("siauliai"), "parks"),
    ]
    assert [policy.keep_for(*one).picture_days for one in wanted] == [7, 14, 30, 60]


@given(st.builds(Keep, picture_days=DAYS, observation_days=DAYS, after_closing_days=DAYS), st.floats(0, 1000))
def test_nothing_of_an_incident_goes_sooner_than_without_one_and_no_picture_stays_alone(
    keep: Keep, closed_after: float
) -> None:
    closed = NOON + timedelta(days=closed_after)
    assert keep.pictures_until(NOON, closed) >= keep.pictures_until(NOON, None)
    assert keep.pictures_until(NOON, closed) >= closed + timedelta(days=keep.after_closing_days)
    for incident in (None, closed):
        assert keep.whole_until(NOON, incident) >= keep.pictures_until(NOON, incident)


@pytest.mark.parametrize("wrong", [{"picture_days": 0}, {"keep": [{"town": "dobele"}]}, {"observation_days": "long"}])
def test_a_policy_that_is_none_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RetentionPolicy.model_validate(wrong)
