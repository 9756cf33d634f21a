"""Explanations."""

import re

import pytest

from incidents.grouping import explain
from telemetry.messages import LANGUAGES
from tests.incidents.grouping.builders import camera, grouped, word

SEEN = [
    word("call", "fight", accuracy_m=25),
    camera("camera", "fight", minutes=1),
    word("second", "fight", minutes=2, accuracy_m=25, east_m=10),
]


def sentences(ref: str) -> list[str]:
    (one,) = [one for one in SEEN if one.source_ref == ref]
    return [message.text("en") for message in explain(grouped(SEEN), one.id)]


def test_a_joined_word_says_with_what_how_sure_and_what_would_have_changed_it() -> None:
    belongs, terms, further = sentences("second")
    assert "“Fight”" in belongs
    assert "from where the others place it" in terms
    assert "it would have been asked" in further


def test_what_the_counterfactual_says_is_true() -> None:
    """A metre less and it is joined, a metre more and it is not."""
    found = re.match(r"([\d.]+)\s(k?m) further", sentences("second")[-1])
    assert found is not None
    more_m = float(found[1]) * (1000 if found[2] == "km" else 1)
    for metres, joined in ((more_m - 6, True), (more_m + 6, False)):
        moved = word("second", "fight", minutes=2, accuracy_m=25, east_m=10 + metres)
        incident_of = grouped([*SEEN[:2], moved]).incident_of()
        assert (incident_of[moved.id] == incident_of[SEEN[1].id]) is joined


def test_a_word_by_itself_says_so() -> None:
    alone = word("far", "pothole", east_m=3_000)
    assert [message.code for message in explain(grouped([alone]), alone.id)] == ["grouping.alone"]


def test_an_unknown_word_has_no_explanation() -> None:
    assert explain(grouped(SEEN), "nobody said it") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_explains(language: str) -> None:
    for message in explain(grouped(SEEN), SEEN[2].id):
        assert "{" not in message.text(language)
