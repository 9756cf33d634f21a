"""The weather that a flight was checked for, in words and units."""

from mission.weather.values import Outlook
from telemetry.clock import iso


def weather_words(outlook: Outlook | None) -> dict[str, str]:
    """What was used, by what it is; empty when none was known."""
    if outlook is None:
        return {}
    values = {
        "Wind, 10 m": _said(outlook.wind_m_s, "m/s", 1),
        "Gusts": _said(outlook.gust_m_s, "m/s", 1),
        "Wind, 80 to 120 m": _said(outlook.wind_aloft_m_s, "m/s", 1),
        "Rain": _said(outlook.rain_mm_h, "mm/h", 1),
        "Visibility": _said(outlook.visibility_m, "m", 0),
        "Temperature": _range(outlook.coldest_c, outlook.warmest_c),
        "Magnetic field, Kp": _said(outlook.kp, "", 1),
    }
    known = {what: value for what, value in values.items() if value}
    return known | {"Oldest report used": f"{iso(outlook.oldest)[:16]}Z, {outlook.version}"}


def _said(value: float | None, unit: str, places: int) -> str:
    return "" if value is None else f"{value:.{places}f} {unit}".strip()


def _range(coldest: float | None, warmest: float | None) -> str:
    if coldest is None or warmest is None:
        return ""
    return f"{coldest:.0f} °C" if round(coldest) == round(warmest) else f"{coldest:.0f} to {warmest:.0f} °C"
