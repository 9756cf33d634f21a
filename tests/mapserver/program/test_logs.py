"""The log: lines that carry their time zone, flights that are told once, and characters that the locale lacks."""

import asyncio
import io
import logging
import re

import pytest

from mapserver.program.logs import LINE, TIME, FlightLog, is_no_cancel, never_fail_to_print
from telemetry.cities import City
from telemetry.scopes import LIVE
from telemetry.store import Change


def test_a_line_carries_its_time_zone() -> None:
    record = logging.LogRecord("mapserver", logging.INFO, "x.py", 1, "started", None, None)
    line = logging.Formatter(LINE, TIME).format(record)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} INFO mapserver: started", line)


@pytest.mark.parametrize(("error", "is_kept"), [(asyncio.CancelledError(), False), (ValueError("no"), True)])
def test_requests_cut_off_by_a_stop_leave_no_traces(error: BaseException, is_kept: bool) -> None:
    record = logging.LogRecord("uvicorn.error", logging.ERROR, "x.py", 1, "failed", None, (type(error), error, None))
    assert is_no_cancel(record) is is_kept


def change(state: str, **more: str) -> Change:
    data = {"unit_id": "DRN-1", "pilot": "ilze", "state": state, **more}
    return Change("flight", "flight-1", frozenset({City("dobele")}), LIVE, data)


def test_each_state_of_a_flight_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    flights = FlightLog()
    for one in (change("flying"), change("flying"), change("aborted", outcome="the link is lost")):
        flights.hear([one])
    assert [record.getMessage() for record in caplog.records] == [
        "flight flight-1 of DRN-1 by ilze is FLYING",
        "flight flight-1 of DRN-1 by ilze is ABORTED: the link is lost",
    ]


@pytest.mark.parametrize("encoding", ["ascii", "iso8859-13"])
def test_what_the_locale_cannot_print_is_escaped(encoding: str) -> None:
    printed = io.BytesIO()
    stream = io.TextIOWrapper(printed, encoding=encoding)
    never_fail_to_print(stream)
    stream.write("✓ Šiauliai")
    stream.flush()
    assert printed.getvalue().startswith(rb"\u2713 ")
