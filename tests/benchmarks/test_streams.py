"""How the findings of several sides are judged where it was noted by eye who was there."""

from benchmarks.streams import Found, Judged, judge

LAWN, BEHIND = "the closed lawn", "the closed lawn behind the tape"


def found(rule: str, since_s: float) -> Found:
    return Found(rule, "person", since_s, since_s + 1)


def test_each_visit_counts_once_and_what_nobody_caused_is_false() -> None:
    told = [found(LAWN, 51), found(LAWN, 62), found(LAWN, 76), found(BEHIND, 27), found(BEHIND, 9)]
    assert judge("vtest", told) == Judged(visits=3, again=1, false=1)


def test_a_side_that_tells_nothing_found_nothing() -> None:
    assert judge("vtest", []) == Judged(visits=0, again=0, false=0)
