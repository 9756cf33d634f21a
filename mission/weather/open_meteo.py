"""Forecasts of Open-Meteo, or of any service that answers in its form (open-meteo.com/en/docs, /v1/forecast, hourly).

Hourly values hold for their moment; those of rain and gusts for the hour before it. Each sample here covers the hour
before its time and takes the worse of both its ends where a value holds for a moment.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx
from pydantic import ValidationError

from mission.weather.values import WeatherSample
from telemetry.clock import from_epoch
from telemetry.errors import BadInput, SourceLost
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.strict_json import parse_json
from telemetry.validation import reason_of

LARGEST = 2_000_000
"""Bytes of an answer."""
HOUR = timedelta(hours=1)
FIELDS = (
    "wind_speed_10m",
    "wind_gusts_10m",
    "wind_speed_80m",
    "wind_speed_120m",
    "precipitation",
    "visibility",
    "temperature_2m",
    "weather_code",
)
FACTORS = {
    "m/s": 1.0, "ms": 1.0, "km/h": 1 / 3.6, "mp/h": 0.44704, "mph": 0.44704, "kn": 1852 / 3600,
    "mm": 1.0, "inch": 25.4, "m": 1.0, "km": 1000.0, "ft": 0.3048,
    "": 1.0, "wmo code": 1.0, "°C": 1.0, "°F": 1 / 1.8,
}  # fmt: skip
"""To metres a second, millimetres, metres and kelvins. Asked for are m/s, mm and °C; not all services heed it."""
SPEED = frozenset({"m/s", "ms", "km/h", "mp/h", "mph", "kn"})
DEPTH = frozenset({"mm", "inch"})
LENGTH = frozenset({"m", "km", "ft"})
CODE = frozenset({"wmo code", ""})
WARMTH = frozenset({"°C", "°F"})
Column = list[float | None]


class OpenMeteo:
    """The service at `base_url`, asked without a key."""

    name = "open-meteo"

    def __init__(self, base_url: str, *, timeout_s: float = 15.0) -> None:
        self._url = f"{base_url.rstrip('/')}/v1/forecast"
        self._timeout_s = timeout_s

    async def forecast(self, place: Position, *, now: datetime) -> list[WeatherSample]:
        """Three days of hours from today 0:00 UTC at `place`. Raises SourceLost with what was wrong."""
        asked: dict[str, str | float] = {
            "latitude": round(place.lat, 4),
            "longitude": round(place.lon, 4),
            "hourly": ",".join(FIELDS),
            "wind_speed_unit": "ms",
            "precipitation_unit": "mm",
            "temperature_unit": "celsius",
            "timeformat": "unixtime",
            "timezone": "GMT",
            "forecast_days": 3,
        }
        samples = samples_of(await self._answer(asked))
        return [sample for sample in samples if sample.ends > now - HOUR]

    async def _answer(self, asked: Mapping[str, str | float]) -> bytes:
        content = bytearray()
        try:
            async with (
                httpx.AsyncClient(timeout=self._timeout_s, follow_redirects=False) as client,
                client.stream("GET", self._url, params=dict(asked)) as answer,
            ):
                async for part in answer.aiter_bytes():
                    content += part
                    if len(content) > LARGEST:
                        raise SourceLost(
                            Message("weather.answer_too_large", service=self._url, most_mb=LARGEST // 10**6)
                        )
        except httpx.TimeoutException as error:
            raise SourceLost(Message("weather.no_answer", service=self._url, within_s=self._timeout_s)) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SourceLost(Message("weather.cannot_ask", service=self._url, reason=str(error))) from error
        if answer.status_code != 200:
            raise SourceLost(f"{self._url} answers {answer.status_code}: {_reason(bytes(content))}")
        return bytes(content)


def samples_of(content: bytes) -> list[WeatherSample]:
    """The samples in an answer with `hourly` and `hourly_units`. Raises SourceLost naming what is missing or odd."""
    try:
        document = parse_json(content, Message("weather.answer"))
    except BadInput as error:
        raise SourceLost(error.message) from error
    hourly = document.get("hourly") if isinstance(document, dict) else None
    if not isinstance(hourly, dict):
        raise SourceLost(Message("weather.no_hourly"))
    units = document.get("hourly_units")
    table = _Table(hourly, units if isinstance(units, dict) else {})
    times = table.times()
    try:
        return [_sample(table, number, begins, ends) for number, (begins, ends) in enumerate(pairwise(times), start=1)
                if table.wind[number] is not None and table.wind[number - 1] is not None]  # fmt: skip
    except ValidationError as error:
        first = error.errors()[0]
        raise SourceLost(Message("weather.impossible", what=first["loc"][0], reason=reason_of(first))) from error


class _Table:
    """The columns of an answer in our units; one that is left out is all None."""

    def __init__(self, hourly: Mapping[str, Any], units: Mapping[str, Any]) -> None:
        self._hourly = hourly
        self._units = units
        stamps = hourly.get("time")
        if not isinstance(stamps, list) or len(stamps) < 2:
            raise SourceLost(Message("weather.no_hours"))
        self._stamps = stamps
        if "wind_speed_10m" not in hourly:
            raise SourceLost(Message("weather.no_wind"))
        self.wind = self._column("wind_speed_10m", SPEED)
        self.gust = self._column("wind_gusts_10m", SPEED)
        self.aloft = [self._column(name, SPEED) for name in ("wind_speed_80m", "wind_speed_120m")]
        self.rain = self._column("precipitation", DEPTH)
        self.visibility = self._column("visibility", LENGTH)
        self.temperature = self._column(
            "temperature_2m", WARMTH, zero=32.0 if units.get("temperature_2m") == "°F" else 0.0
        )
        self.code = self._column("weather_code", CODE)

    def times(self) -> list[datetime]:
        """Ascending, UTC."""
        unix = self._units.get("time", "unixtime") == "unixtime"
        try:
            times = [from_epoch(float(stamp)) if unix else _iso(stamp) for stamp in self._stamps]
        except (TypeError, ValueError) as error:
            raise SourceLost(Message("weather.times_unreadable", reason=str(error))) from error
        if any(not timedelta() < b - a <= 6 * HOUR for a, b in pairwise(times)):
            raise SourceLost(Message("weather.hours_out_of_order"))
        return times

    def _column(self, name: str, units: frozenset[str], *, zero: float = 0.0) -> Column:
        values = self._hourly.get(name)
        if values is None:
            return [None] * len(self._stamps)
        unit = self._units.get(name, "")
        if unit not in units:
            raise SourceLost(Message("weather.unit_not_known", name=name, unit=str(unit)[:20]))
        if not isinstance(values, list) or len(values) != len(self._stamps):
            raise SourceLost(Message("weather.not_each_hour", name=name))
        if any(
            value is not None and (isinstance(value, bool) or not isinstance(value, int | float)) for value in values
        ):
            raise SourceLost(Message("weather.no_number", name=name))
        return [_scaled(value, zero, FACTORS[unit]) for value in values]


def _sample(table: _Table, number: int, begins: datetime, ends: datetime) -> WeatherSample:
    """The hour that ends with value `number`."""

    def worse(values: Column, pick: Callable[..., float] = max) -> float | None:
        known = [value for value in (values[number - 1], values[number]) if value is not None]
        if len(known) < 2:
            return None
        return pick(known)

    codes = [int(code) for code in (table.code[number - 1], table.code[number]) if code is not None]
    aloft = [value for value in (worse(column) for column in table.aloft) if value is not None]
    return WeatherSample(
        begins=begins,
        ends=ends,
        wind_m_s=worse(table.wind) or 0.0,
        gust_m_s=table.gust[number],
        wind_aloft_m_s=max(aloft, default=None),
        rain_mm_h=_an_hour(table.rain[number], ends - begins),
        visibility_m=worse(table.visibility, min),
        temperature_c=worse(table.temperature, min),
        weather_code=max(codes, default=None),
    )


def _scaled(value: float | None, zero: float, factor: float) -> float | None:
    if value is None:
        return None
    return (value - zero) * factor


def _an_hour(rain: float | None, span: timedelta) -> float | None:
    if rain is None:
        return None
    return rain / max(span / HOUR, 1.0)


def _iso(stamp: object) -> datetime:
    """Local time of the answer, which was asked to be GMT."""
    moment = datetime.fromisoformat(str(stamp))
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment


def _reason(content: bytes) -> str:
    """What Open-Meteo writes beside `"error": true`, or the beginning of what came."""
    try:
        said = json.loads(content)
    except ValueError:
        said = None
    if isinstance(said, dict) and isinstance(said.get("reason"), str):
        return str(said["reason"])[:200]
    return content[:100].decode("utf-8", "replace")
