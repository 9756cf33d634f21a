"""What a verdict stands on, in the reader's language."""

import pytest

from mission.checks.data_versions import version_words


@pytest.mark.parametrize(
    ("version", "lv"),
    [
        ("no register", "reģistra nav"),
        ("flat ground at 60 m", "līdzens apvidus 60 m augstumā"),
        ("terrain dobele.tif of 2026-05-01", "reljefs dobele.tif, 01.05.2026."),
        ("operator entry 5, pilot entry 4", "reģistra ieraksts 5 (ekspluatants), reģistra ieraksts 4 (pilots)"),
        (
            "open-meteo report 7 of 2026-05-01T12:00:00.000Z",
            "open-meteo ziņojums 7, 01.05.2026. 12:00\N{NO-BREAK SPACE}UTC",
        ),
        ("Official zones 0123456789ab", "Official zones 0123456789ab"),
    ],
)
def test_words_are_the_readers_and_names_stay(version: str, lv: str) -> None:
    assert version_words(version).text("lv") == lv


@pytest.mark.parametrize("version", ["no weather", "still air", "ground not known, 20 to 90 m"])
def test_in_english_a_version_is_told_as_it_is_kept(version: str) -> None:
    assert str(version_words(version)) == version
