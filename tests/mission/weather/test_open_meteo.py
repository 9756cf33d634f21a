"""Open-Meteo's answers over a real HTTP server on loopback: good, odd, late and broken ones."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mission.weather import service
from mission.weather.open_meteo import FIELDS, OpenMeteo, samples_of
from mission.weather.watch import WeatherWatch
from telemetry.cities import City, CityFacts, known_towns, read_initial, use_towns
from telemetry.clock import ManualClock
from telemetry.errors import SourceLost
from telemetry.leases import LeaseKeeper, LeaseOwner
from telemetry.positions import Position
from telemetry.scopes import LIVE
from telemetry.store import Store
from telemetry.visibility import EVERYTHING

T0 = datetime(2026, 6, 22, 0, tzinfo=UTC)
PLACE = Position(lat=56.62, lon=23.28)
JONISKIS = CityFacts("Joniškis", "LT", 56.24, 23.61, ZoneInfo("Europe/Vilnius"), ("lt",))
UNITS = {
    "time": "unixtime", "wind_speed_10m": "m/s", "wind_gusts_10m": "m/s", "wind_speed_80m": "m/s",
    "wind_speed_120m": "m/s", "precipitation": "mm", "visibility": "m", "temperature_2m": "°C",
    "weather_code": "wmo code",
}  # fmt: skip


def answer(count: int = 72, *, units: dict[str, str] | None = None, **columns: Any) -> dict[str, Any]:
    """A whole answer; `columns` replace (None leaves out) what is said of an hour."""
    stamps = [int((T0 + timedelta(hours=n)).timestamp()) for n in range(count)]
    hourly: dict[str, Any] = {"time": stamps}
    for name, value in zip(FIELDS, (4.0, 7.0, 6.0, 6.5, 0.0, 24000.0, 15.0, 3), strict=True):
        hourly[name] = [value] * count
    hourly.update(columns)
    hourly = {name: values for name, values in hourly.items() if values is not None}
    return {"latitude": 56.6, "longitude": 23.3, "hourly_units": {**UNITS, **(units or {})}, "hourly": hourly}


def content(**changes: Any) -> bytes:
    return json.dumps(answer(**changes)).encode()


@asynccontextmanager
async def serving(reply: Callable[[], bytes | None], *, status: int = 200) -> AsyncIterator[tuple[str, list[str]]]:
    """An HTTP server on loopback with one answer; None never answers. Gives its address and what was asked."""
    asked: list[str] = []
    held: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n")).decode().split(" ")[1])
        body = reply()
        if body is None:
            held.append(writer)
            return
        writer.write(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % (status, len(body)) + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}", asked
    finally:
        for writer in held:
            writer.close()
        server.close()
        await server.wait_closed()


async def test_a_forecast_is_asked_in_our_units_and_read() -> None:
    gusts = [7.0] * 72
    gusts[13] = 12.0
    async with serving(lambda: content(wind_gusts_10m=gusts)) as (url, asked):
        samples = await OpenMeteo(url).forecast(PLACE, now=T0 + timedelta(hours=12))
    assert "/v1/forecast?latitude=56.62&longitude=23.28&hourly=wind_speed_10m" in asked[0]
    assert "wind_speed_unit=ms" in asked[0]
    assert samples[0].begins == T0 + timedelta(hours=11)
    windy = next(s for s in samples if s.gust_m_s == 12)
    assert (windy.begins, windy.ends) == (T0 + timedelta(hours=12), T0 + timedelta(hours=13))
    assert (windy.wind_m_s, windy.wind_aloft_m_s, windy.visibility_m, windy.weather_code) == (4, 6.5, 24000, 3)


@pytest.mark.parametrize(
    ("units", "column", "value", "field", "expected"),
    [
        ({"wind_speed_10m": "km/h"}, "wind_speed_10m", 36.0, "wind_m_s", 10.0),
        ({"wind_speed_10m": "kn"}, "wind_speed_10m", 10.0, "wind_m_s", 5.144),
        ({"wind_speed_10m": "mp/h"}, "wind_speed_10m", 10.0, "wind_m_s", 4.4704),
        ({"precipitation": "inch"}, "precipitation", 0.1, "rain_mm_h", 2.54),
        ({"visibility": "ft"}, "visibility", 1000.0, "visibility_m", 304.8),
        ({"temperature_2m": "°F"}, "temperature_2m", 14.0, "temperature_c", -10.0),
    ],
)
def test_other_units_are_understood(
    units: dict[str, str], column: str, value: float, field: str, expected: float
) -> None:
    sample = samples_of(content(units=units, **{column: [value] * 72}))[0]
    assert getattr(sample, field) == pytest.approx(expected, abs=1e-3)


def test_times_in_words_are_gmt() -> None:
    stamps = [f"2026-06-22T{hour:02}:00" for hour in range(24)]
    assert samples_of(content(count=24, units={"time": "iso8601"}, time=stamps))[0].begins == T0


def test_what_is_left_out_or_null_is_not_known() -> None:
    sample = samples_of(content(visibility=None, temperature_2m=[None] * 72))[5]
    assert (sample.visibility_m, sample.temperature_c) == (None, None)


def test_hours_without_wind_are_left_open() -> None:
    wind: list[float | None] = [4.0] * 72
    wind[10] = None
    assert len(samples_of(content(wind_speed_10m=wind))) == 71 - 2


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (b"<html>", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b'{"hourly": {"time": [NaN]}}', "the number NaN"),
        (b"[]", "no hourly values"),
        (content(time=[]), "has no hours"),
        (content(time=["x"] * 72), "times cannot be read"),
        (content(time=[0] * 72), "not in order"),
        (content(wind_speed_10m=None), "no wind_speed_10m"),
        (content(wind_speed_10m=[4.0] * 71), "not a value for each hour"),
        (content(wind_gusts_10m=["7"] * 72), "no number"),
        (content(units={"wind_speed_10m": "bft"}), "'bft', which is not known"),
        (content(wind_speed_10m=[-3.0] * 72), "wind_m_s cannot be"),
    ],
)
def test_an_answer_that_cannot_be_understood_is_named(bad: bytes, words: str) -> None:
    with pytest.raises(SourceLost, match=words):
        samples_of(bad)


odd = st.recursive(st.none() | st.floats() | st.text(max_size=5), st.lists, max_leaves=5)


@given(
    st.binary(max_size=200)
    | odd.map(lambda value: json.dumps({"hourly": {"time": value, "wind_speed_10m": value}}).encode())
)
def test_garbage_is_refused_and_nothing_else(bad: bytes) -> None:
    with pytest.raises(SourceLost):
        samples_of(bad)


async def test_silence_errors_and_floods_are_told_apart() -> None:
    async with serving(lambda: None) as (url, _):
        with pytest.raises(SourceLost, match=r"did not answer in 0\.1 s"):
            await OpenMeteo(url, timeout_s=0.1).forecast(PLACE, now=T0)
    async with serving(lambda: b'{"error": true, "reason": "Latitude must be -90..90"}', status=400) as (url, _):
        with pytest.raises(SourceLost, match=r"answers 400: Latitude must be"):
            await OpenMeteo(url).forecast(PLACE, now=T0)
    async with serving(lambda: b" " * 3_000_000) as (url, _):
        with pytest.raises(SourceLost, match="more than 2 MB"):
            await OpenMeteo(url).forecast(PLACE, now=T0)
    with pytest.raises(SourceLost, match="cannot be asked"):
        await OpenMeteo(url).forecast(PLACE, now=T0)


async def test_the_watch_keeps_forecasts_and_tells_a_failure_and_its_end_once(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    replies = [b"no", b"no", content(), content()]
    async with serving(lambda: replies.pop(0)) as (url, _):
        watch = WeatherWatch(store, OpenMeteo(url), every_s=60, clock=ManualClock(T0), scope=LIVE)
        answered = [await watch.refresh(City("dobele")) for _ in range(4)]
    assert answered == [False, False, True, True]
    told = [record.message for record in caplog.records if record.name == "mission.weather.watch"]
    assert [sentence.split(":")[0] for sentence in told] == [
        "no weather for Dobele",
        "the weather for Dobele is there again",
    ]
    with store.read() as session:
        reports = service.latest(session, EVERYTHING)
    assert [(r["city"], r["source"], len(r["samples"])) for r in reports] == [("dobele", "open-meteo", 71)] * 2


async def test_one_of_two_servers_asks_for_every_town_and_the_other_when_that_one_ends(store: Store) -> None:
    asked: asyncio.Queue[str] = asyncio.Queue()
    turns = {name: LeaseKeeper(store, LeaseOwner(name)) for name in ("first", "second")}

    def reply(name: str) -> bytes:
        asked.put_nowait(name)
        return content()

    async with AsyncExitStack() as stack:
        watches = {}
        for name, leases in turns.items():
            url, _ = await stack.enter_async_context(serving(partial(reply, name)))
            watches[name] = WeatherWatch(
                store, OpenMeteo(url), every_s=3600, clock=ManualClock(T0), scope=LIVE, leases=leases
            )
        watches["first"].start()
        told = [await asked.get() for _ in known_towns()]
        watches["second"].start()
        await watches["first"].stop()
        told += [await asked.get() for _ in known_towns()]
        await watches["second"].stop()
    assert told == ["first"] * len(known_towns()) + ["second"] * len(known_towns())
    assert asked.empty()


async def test_a_town_that_is_added_is_asked_for_at_once(store: Store) -> None:
    answers: asyncio.Queue[bytes] = asyncio.Queue()

    def reply() -> bytes:
        answers.put_nowait(content())
        return content()

    async with serving(reply) as (url, asked):
        watch = WeatherWatch(store, OpenMeteo(url), every_s=3600, clock=ManualClock(T0), scope=LIVE)
        watch.start()
        for _ in known_towns():
            await answers.get()
        use_towns({**read_initial(), "joniskis": JONISKIS})
        await answers.get()
        await watch.stop()
    assert f"latitude={JONISKIS.lat}" in asked[-1]
