"""The weather that a flight was checked for, in words and units."""

from mission.weather.values import Outlook
from telemetry.clock import iso
from telemetry.messages import Message


def weather_words(outlook: Outlook | None) -> dict[str, Message | str]:
    """What was used, by what it is (`briefing.weather.NAME` has the words); empty when none was known."""
    if outlook is None:
        return {}
    values = {
        "wind": _said(outlook.wind_m_s, "m/s", 1),
        "gusts": _said(outlook.gust_m_s, "m/s", 1),
        "wind_aloft": _said(outlook.wind_aloft_m_s, "m/s", 1),
        "rain": _said(outlook.rain_mm_h, "mm/h", 1),
        "visibility": _said(outlook.visibility_m, "m", 0),
        "temperature": _range(outlook.coldest_c, outlook.warmest_c),
        "kp": _said(outlook.kp, "", 1),
    }
    known = {what: value for what, value in values.items() if value}
    return known | {"oldest": f"{iso(outlook.oldest)[:16]}Z, {outlook.version}"}


def _said(value: float | None, unit: str, places: int) -> Message | str:
    return "" if value is None else f"{value:.{places}f} {unit}".strip()


def _range(coldest: float | None, warmest: float | None) -> Message | str:
    if coldest is None or warmest is None:
        return ""
    if round(coldest) == round(warmest):
        return f"{coldest:.0f} °C"
    return Message("briefing.weather.from_to", coldest=coldest, warmest=warmest)
