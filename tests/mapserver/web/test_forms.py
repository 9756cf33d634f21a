"""What pages' forms send: times by the town's clock."""

from datetime import UTC, datetime

import pytest

from mapserver.web.forms import from_wall
from telemetry.cities import City
from telemetry.errors import BadInput

VILNIUS = City("siauliai").facts.zone


def test_what_the_browser_sends_is_read_on_the_towns_clock() -> None:
    assert from_wall("2026-07-01T14:30", VILNIUS) == datetime(2026, 7, 1, 11, 30, tzinfo=UTC)
    assert from_wall("2026-10-25T03:30", VILNIUS) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first of two


@pytest.mark.parametrize(("text", "words"), [("2026-03-29T03:30", "does not exist"), ("soon", "no date and time")])
def test_a_time_that_is_none_is_refused_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        from_wall(text, VILNIUS)
