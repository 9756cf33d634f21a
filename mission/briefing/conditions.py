"""The weather that a flight was checked for, in words and units."""

from mission.weather.values import Outlook
from telemetry.clock import iso
from telemetry.messages import Message


def weather_words(outlook: Outlook | None) -> dict[str, Message]:
    """What was used, by what it is (`briefing.weather.NAME` has the words); empty when none was known."""
    if outlook is None:
        return {}
    values = {
        "wind": _said(outlook.wind_m_s, "m_s"),
        "gusts": _said(outlook.gust_m_s, "m_s"),
        "wind_aloft": _said(outlook.wind_aloft_m_s, "m_s"),
        "rain": _said(outlook.rain_mm_h, "mm_h"),
        "visibility": _said(outlook.visibility_m, "m"),
        "temperature": _range(outlook.coldest_c, outlook.warmest_c),
        "kp": _said(outlook.kp, "kp"),
    }
    known = {what: value for what, value in values.items() if value is not None}
    return known | {"oldest": Message("briefing.issued", at=iso(outlook.oldest)[:16], version=outlook.version)}


def _said(value: float | None, unit: str) -> Message | None:
    if value is None:
        return None
    return Message(f"briefing.in_units.{unit}", value=value)


def _range(coldest: float | None, warmest: float | None) -> Message | None:
    if coldest is None or warmest is None:
        return None
    if round(coldest) == round(warmest):
        return _said(coldest, "c")
    return Message("briefing.weather.from_to", coldest=coldest, warmest=warmest)
