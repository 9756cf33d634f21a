"""What the API answers of the weather."""

from mapserver.web.schemas import Answer, PlaceAnswer, Utc


class WeatherSampleAnswer(Answer):
    """The weather of some hours; null is not known."""

    begins: Utc
    ends: Utc
    wind_m_s: float | None
    gust_m_s: float | None
    wind_aloft_m_s: float | None
    rain_mm_h: float | None
    visibility_m: float | None
    temperature_c: float | None
    weather_code: int | None
    """WMO 4677."""
    kp: float | None
    """Of the Earth's magnetic field."""


class WeatherAnswer(Answer):
    """A report of the weather at a place."""

    id: int
    city: str
    source: str
    position: PlaceAnswer
    issued_at: Utc
    entered_by: str
    samples: list[WeatherSampleAnswer]
    simulated: bool
