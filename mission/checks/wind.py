"""The wind where a drone flies, from what is known near the ground."""

from mission.weather.values import Outlook

EXPONENT = 0.2
"""Of the power law over suburbs: between 1/7 over open land and 0.25 over a town (Hellmann)."""
MEASURED_M = 10.0


def wind_at(weather: Outlook | None, height_m: float) -> float | None:
    """Mean wind in m/s at `height_m` above ground, on the safe side; None when no wind is known.

    v(h) = v10 (h / 10)^0.2 above 10 m; a forecast for 80 to 120 m replaces it from 40 m on when it is stronger.
    """
    if weather is None:
        return None
    rising: float = weather.wind_m_s * max(height_m / MEASURED_M, 1.0) ** EXPONENT
    if height_m < 40 or weather.wind_aloft_m_s is None:
        return rising
    return max(rising, weather.wind_aloft_m_s)


def near_ground(wind_m_s: float, height_m: float) -> float:
    """The wind in m/s at 10 m that `wind_at` takes for `wind_m_s` at `height_m`: its inverse."""
    rising: float = max(height_m / MEASURED_M, 1.0) ** EXPONENT
    return wind_m_s / rising
