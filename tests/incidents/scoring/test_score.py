"""Figures of a grouping."""

from dataclasses import replace

import pytest

from incidents.scoring import GroupedTown, KnownTruth, score_grouping, truthful_answers

TRUTH = KnownTruth(
    incident={"a1": "A", "a2": "A", "a3": "A", "b1": "B", "b2": "B", "passing": None},
    kind={"a1": "fight", "a2": "fight", "a3": "fight", "b1": "medical", "b2": "medical", "passing": "routine"},
    safety={"a1": True, "a2": True, "a3": True, "b1": True, "b2": True, "passing": False},
    accuracy_m={"a1": 8.0, "a2": 70.0, "a3": 70.0, "b1": 70.0, "b2": 25.0, "passing": 10.0},
    pairs=[("A", "B")],
)
RIGHT = GroupedTown({"a1": "i", "a2": "i", "a3": "i", "b1": "j", "b2": "j"}, [])


def test_the_truth_itself_scores_one() -> None:
    score = score_grouping(RIGHT, TRUTH)
    assert (score.pair_f1, score.b_cubed_f1, score.over_merged, score.under_merged) == (1, 1, 0, 0)
    assert (score.pairs_joined, score.safety_incidents) == (0, 2)


def test_one_word_of_the_other_incident_joins_a_planted_pair() -> None:
    """By hand: 6 pairs are said, 4 are true, 3 are both."""
    score = score_grouping(replace(RIGHT, incident_of={**RIGHT.incident_of, "b1": "i"}), TRUTH)
    assert score.pair_f1 == pytest.approx(2 * 3 / (6 + 4))
    assert score.b_cubed_f1 == pytest.approx(2 * 0.7 * 0.8 / 1.5)
    assert (score.over_merged, score.under_merged) == (0.5, 0.5)
    assert score.silently_by_witness == {"both": (0, 0), "one": (1, 1), "none": (0, 0)}
    assert score.pieces == {"fight": 1.0, "medical": 2.0}


def test_a_pair_with_an_open_question_is_not_joined_silently() -> None:
    asked = GroupedTown({**RIGHT.incident_of, "a3": "j"}, [("q", "i", "j")])
    score = score_grouping(asked, TRUTH)
    assert (score.pairs_joined, score.pairs_joined_silently, score.questions) == (1, 0, 1)


def test_words_in_no_incident_count_as_alone() -> None:
    assert score_grouping(GroupedTown({}, []), TRUTH).pair_f1 == 0


def test_the_oracle_answers_by_the_majority() -> None:
    split = GroupedTown({"a1": "i", "a2": "i", "a3": "k", "b1": "j", "b2": "j"}, [("p", "i", "k"), ("q", "k", "j")])
    assert truthful_answers(split, TRUTH) == [{"question": "p", "same": True}, {"question": "q", "same": False}]
