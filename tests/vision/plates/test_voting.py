"""Several reads of one vehicle made into one."""

from hypothesis import given
from hypothesis import strategies as st

from vision.plates.reading import PlateReading
from vision.plates.voting import vote

TEXTS = st.sampled_from(["ABC123", "ABC128", "A8C123", "KV2417"])


def read(text: str, confidence: float = 0.9, **others: float) -> PlateReading:
    return PlateReading(text, None, confidence, text, tuple(others.items()), 1.0)


@st.composite
def reads(draw: st.DrawFn) -> PlateReading:
    text, other = draw(TEXTS), draw(TEXTS)
    share = draw(st.floats(0, 0.5))
    return read(text, draw(st.floats(0, 1)), **({other: share} if other != text else {}))


def test_no_reads_make_no_vote() -> None:
    assert vote([]) is None


def test_the_majority_wins_and_is_surer_than_one_of_it() -> None:
    outcome = vote([read("ABC123"), read("ABC123"), read("ABC128", 0.6)])
    assert outcome is not None
    assert (outcome.text, outcome.country, outcome.reads, outcome.agreeing) == ("ABC123", "LT", 3, 2)


def test_one_sure_read_outweighs_two_doubtful_ones() -> None:
    outcome = vote([read("ABC123", 0.999), read("ABC128", 0.4, ABC123=0.3), read("ABC128", 0.4, ABC123=0.3)])
    assert outcome is not None
    assert outcome.text == "ABC123"


@given(st.lists(reads(), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_the_reads_does_not_matter(several: list[PlateReading], rng: object) -> None:
    other = list(several)
    rng.shuffle(other)  # type: ignore[attr-defined]
    assert vote(several) == vote(other)


@given(st.lists(reads(), min_size=1, max_size=6))
def test_what_wins_was_named_by_a_read(several: list[PlateReading]) -> None:
    outcome = vote(several)
    assert outcome is not None
    assert outcome.text in {one for r in several for one in (r.text, *(text for text, _ in r.others))}
    assert 0 < outcome.confidence <= 1


@given(TEXTS, st.floats(0.6, 0.99), st.integers(1, 6))
def test_reads_that_agree_are_together_as_sure_as_each_or_surer(text: str, confidence: float, count: int) -> None:
    outcome = vote([read(text, confidence)] * count)
    assert outcome is not None
    assert (outcome.text, outcome.agreeing) == (text, count)
    assert outcome.confidence >= confidence - 0.05
