"""Words of callers."""

import pytest

from incidents.grouping.words import folded, mentions
from tests.incidents.grouping.builders import grouped, word


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Mušasi prie baro", "fight"),
        ("Kautiņš pie veikala", "fight"),
        ("Nuvirto medis ant kelio", "fallen_tree"),
        ("Iela ir applūdusi", "flooding"),
        ("Jūtama gāzes smaka", "gas"),
        ("a man with a knife", "weapon"),
        ("Pazudis bērns", "missing_person"),
        ("Plikledis ant tilto", "ice"),
    ],
)
def test_words_in_three_languages_speak_of_a_kind(text: str, kind: str) -> None:
    assert kind in mentions(text)


def test_most_words_speak_of_nothing() -> None:
    assert mentions("prašau atvykti kuo greičiau") == frozenset()


def test_accents_are_folded() -> None:
    assert folded("Mušasi Šiauliuose, Žagarė") == "musasi siauliuose, zagare"


def test_words_are_weak_evidence_of_what_it_is() -> None:
    silent = grouped([word("a", "noise")]).incidents[0]
    spoken = grouped([word("a", "noise", summary="mušasi po langais")]).incidents[0]
    assert dict(spoken.kinds)["fight"] > dict(silent.kinds)["fight"]
    assert dict(spoken.kinds)["fight"] < 0.95
