"""Pairs with the greatest sum of worths, held against SciPy's solver."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from vision.detection.assignment import best_pairs

WORTHS = st.integers(1, 9).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from([0.0, 0.0, 0.1, 0.2, 0.25, 0.5, 1.0]), min_size=width, max_size=width),
        min_size=1,
        max_size=9,
    )
)


@given(worths=WORTHS)
def test_no_other_choice_of_pairs_is_worth_more(worths: list[list[float]]) -> None:
    worth = np.array(worths)
    pairs = best_pairs(worth)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    assert np.isclose(sum(worth[pair] for pair in pairs.items()), worth[rows, columns].sum())


@given(worths=WORTHS)
def test_each_row_and_each_column_is_paired_once_and_never_for_nothing(worths: list[list[float]]) -> None:
    worth = np.array(worths)
    pairs = best_pairs(worth)
    assert len(set(pairs.values())) == len(pairs)
    assert all(worth[pair] > 0 for pair in pairs.items())


def test_a_pair_gives_way_where_both_sums_are_greater_so() -> None:
    assert best_pairs(np.array([[0.9, 0.8], [0.8, 0.1]])) == {0: 1, 1: 0}


def test_what_touches_nothing_is_left_alone() -> None:
    assert best_pairs(np.array([[0.0, 0.4], [0.0, 0.0]])) == {0: 1}
