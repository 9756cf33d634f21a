"""Whom a note names."""

import pytest

from incidents.mentions.service import named

PEOPLE = {"ilze", "coordinator.dobele", "inspector-2.dobele"}


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("@ilze, look at this", ["ilze"]),
        ("ask @Coordinator.Dobele.", ["coordinator.dobele"]),
        ("(@inspector-2.dobele) and @ilze @ilze", ["inspector-2.dobele", "ilze"]),
        ("write to me@ilze", []),
        ("@nobody and @ and @@ilze", []),
        ("ilze", []),
    ],
)
def test_a_note_names_whom_it_says_after_an_at_sign(text: str, people: list[str]) -> None:
    assert named(text, PEOPLE) == people
