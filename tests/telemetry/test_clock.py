"""Times as people of a town read them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from telemetry.cities import City
from telemetry.clock import town_span, town_time
from telemetry.messages import speaking

RIGA = City("dobele").facts.zone


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 30, 20, 2, tzinfo=UTC), "30 Nov 2026 22:02 EET (20:02 UTC)"),
        (datetime(2026, 6, 30, 22, 2, tzinfo=UTC), "01 Jul 2026 01:02 EEST (22:02 UTC)"),
    ],
)
def test_a_moment_is_told_in_the_towns_time_with_utc_beside_it(moment: datetime, words: str) -> None:
    assert town_time(moment, RIGA).text() == words


def test_a_span_names_the_day_once_unless_it_ends_on_another() -> None:
    begins = datetime(2026, 11, 30, 20, tzinfo=UTC)
    assert (
        str(town_span(begins, begins.replace(hour=21), RIGA)) == "30 Nov 2026 22:00 to 23:00 EET (20:00 to 21:00 UTC)"
    )
    over = town_span(begins, begins.replace(hour=23), RIGA)
    assert str(over) == "30 Nov 2026 22:00 (20:00 UTC) to 01 Dec 2026 01:00 EET (23:00 UTC)"


def test_a_moment_is_written_in_the_readers_language_and_the_towns_time_wherever_it_is_read() -> None:
    moment = datetime(2026, 11, 30, 22, 2, tzinfo=UTC)
    with speaking("lv", ZoneInfo("America/New_York")):
        assert town_time(moment, RIGA).text() == "01.12.2026. 00:02 EET (22:02 UTC)"
    assert town_span(moment, moment.replace(minute=30), RIGA).text("lt") == (
        "2026-12-01 00:02–00:30 EET (22:02–22:30 UTC)"
    )
