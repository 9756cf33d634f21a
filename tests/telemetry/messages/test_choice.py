"""Which language an answer is in."""

import pytest

from telemetry.messages.choice import accepted_language, choose_language, language_of_command


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("lt-LT,lt;q=0.9,en;q=0.8", "lt"),
        ("de, en;q=0.4, lv;q=0.7", "lv"),
        ("lt;q=0, en", "en"),
        ("de, fr", None),
        ("lv;q=nonsense", None),
        (",;,", None),
        (None, None),
    ],
)
def test_the_browser_says_what_it_accepts(header: str | None, language: str | None) -> None:
    assert accepted_language(header) == language


@pytest.mark.parametrize(
    ("asked", "own", "accepted", "by_token", "language"),
    [
        ("lv", "lt", "en", False, "lv"),
        ("xx", "lt", "en", False, "lt"),
        (None, "lt", "en", False, "lt"),
        (None, "lt", "en", True, "en"),
        (None, None, "en", False, "en"),
        (None, None, None, False, "lt"),
        (None, "lv", None, True, "lv"),
    ],
)
def test_what_was_asked_for_comes_first_and_the_towns_language_last(
    asked: str | None, own: str | None, accepted: str | None, by_token: bool, language: str
) -> None:
    chosen = choose_language(asked=asked, own=own, accepted=accepted, town="lt", by_token=by_token)
    assert chosen == language


@pytest.mark.parametrize(
    ("option", "environment", "language"),
    [
        ("lv", {"LANG": "lt_LT.UTF-8"}, "lv"),
        (None, {"LANG": "lt_LT.UTF-8"}, "lt"),
        (None, {"LC_ALL": "C", "LANG": "lt_LT.UTF-8"}, "en"),
        (None, {"LC_ALL": "", "LC_MESSAGES": "lv_LV", "LANG": "lt_LT"}, "lv"),
        (None, {}, "en"),
    ],
)
def test_a_command_speaks_as_it_is_told_or_as_its_environment_says(
    option: str | None, environment: dict[str, str], language: str
) -> None:
    assert language_of_command(option, environment) == language
