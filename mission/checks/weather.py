"""Is the weather within what the drone can take, and known well enough? Forecasts nothing."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from mission.checks.inputs import Inputs
from mission.checks.verdict import Level, Verdict
from mission.checks.wind import wind_at
from mission.weather.values import Outlook
from telemetry.clock import town_span
from telemetry.messages import Message
from telemetry.sentences import sentences

CHECK = "weather"
RULE = Message("checks.weather.rule")
FOG = frozenset({45, 48})
FREEZING_RAIN = frozenset({56, 57, 66, 67})
THUNDER = frozenset(range(95, 100))
"""WMO 4677 as forecasts use it."""
ICING_C = 3.0
"""At and below this, in visible moisture, propellers ice."""
MOIST_M = 1_500.0
"""Visibility of fog and mist thick enough to ice."""
RAIN_MM_H = 0.1
"""Less is not counted as rain."""

Fault = tuple[Level, Message, Message]


def check(inputs: Inputs) -> list[Verdict]:
    """Wind and gusts at height, rain, visibility, temperature, icing and Kp for the flight's time, and their age."""
    weather = inputs.weather
    if weather is None or not weather.covered:
        return [_unknown(inputs, weather)]
    wind = wind_at(weather, float(inputs.samples.agl_m.max())) or 0.0
    age_h = max((inputs.now - weather.oldest) / timedelta(hours=1), 0.0)
    numbers = _numbers(weather, wind, age_h)
    found = []
    for rule in _RULES:
        for level, said, clears in rule(inputs, weather, wind):
            found.append(Verdict(CHECK, level, RULE, said, clears, numbers, weather.version))
    if age_h > inputs.policy.weather_max_age_h:
        said = Message("checks.weather.too_old", age_h=age_h, weather_max_age_h=inputs.policy.weather_max_age_h)
        found.append(
            Verdict(CHECK, _soon(inputs), RULE, said, Message("checks.weather.enter_anew"), numbers, weather.version)
        )
    if not any(verdict.level is Level.BLOCK for verdict in found):
        found.insert(0, Verdict(CHECK, Level.PASS, RULE, _said(inputs, weather, wind), None, numbers, weather.version))
    return found


def _unknown(inputs: Inputs, weather: Outlook | None) -> Verdict:
    """Without weather a flight far ahead may be scheduled; nearer its time the weather must be known."""
    until = town_span(inputs.at, inputs.ends, inputs.zone)
    said = Message("checks.weather.not_known", until=until)
    if weather is not None:
        said = Message("checks.weather.not_known_for_all", until=until)
    ahead_h = (inputs.at - inputs.now) / timedelta(hours=1)
    clears = Message("checks.weather.enter_for_flight")
    if _soon(inputs) is Level.WARN and inputs.policy.unknown_blocks:
        needed_h = inputs.policy.weather_needed_h
        said = Message("checks.weather.looked_at_again", said=said, weather_needed_h=needed_h)
    return Verdict(CHECK, _soon(inputs), RULE, said, clears, {"ahead_h": round(ahead_h, 1)}, "no weather")


def _soon(inputs: Inputs) -> Level:
    ahead = inputs.at - inputs.now
    near = ahead <= timedelta(hours=inputs.policy.weather_needed_h)
    return Level.block_if(near and inputs.policy.unknown_blocks)


def _blowing(inputs: Inputs, weather: Outlook, wind: float) -> Iterator[Fault]:
    most = inputs.airframe.max_wind_m_s
    gusts = inputs.airframe.max_gust_m_s
    if wind > most:
        said = Message("checks.weather.too_windy", wind=wind, airframe=inputs.airframe.name, most=most)
        yield Level.BLOCK, said, Message("checks.weather.wait_for_less_wind")
    if weather.gust_m_s is None:
        yield Level.WARN, Message("checks.weather.gusts_not_known"), Message("checks.weather.enter_gusts")
    elif weather.gust_m_s > gusts:
        said = Message(
            "checks.weather.too_gusty", gust_m_s=weather.gust_m_s, airframe=inputs.airframe.name, gusts=gusts
        )
        yield Level.BLOCK, said, Message("checks.weather.wait_for_weaker_gusts")


def _raining(inputs: Inputs, weather: Outlook, wind: float) -> Iterator[Fault]:
    if weather.rain_mm_h is None:
        yield Level.WARN, Message("checks.weather.rain_not_known"), Message("checks.weather.enter_rain")
    elif weather.rain_mm_h >= RAIN_MM_H and not inputs.airframe.rain_proof:
        said = Message("checks.weather.not_rain_proof", rain_mm_h=weather.rain_mm_h, airframe=inputs.airframe.name)
        yield Level.BLOCK, said, Message("checks.weather.wait_until_dry")
    elif weather.rain_mm_h > inputs.policy.max_rain_mm_h:
        said = Message(
            "checks.weather.too_rainy", rain_mm_h=weather.rain_mm_h, max_rain_mm_h=inputs.policy.max_rain_mm_h
        )
        yield Level.BLOCK, said, Message("checks.weather.wait_for_less_rain")
    if weather.codes & THUNDER:
        yield (
            Level.BLOCK,
            Message("checks.weather.thunderstorm", weather_code=max(weather.codes & THUNDER)),
            Message("checks.weather.wait_until_passed"),
        )


def _seeing(inputs: Inputs, weather: Outlook, wind: float) -> Iterator[Fault]:
    least = inputs.policy.min_visibility_m
    if weather.visibility_m is None:
        yield Level.WARN, Message("checks.weather.visibility_not_known"), Message("checks.weather.enter_visibility")
    elif weather.visibility_m < least:
        yield (
            Level.BLOCK,
            Message("checks.weather.low_visibility", visibility_m=weather.visibility_m, least=least),
            Message("checks.weather.wait_for_clearer_air"),
        )
    elif weather.codes & FOG:
        yield Level.BLOCK, Message("checks.weather.fog"), Message("checks.weather.wait_for_clearer_air")


def _freezing(inputs: Inputs, weather: Outlook, wind: float) -> Iterator[Fault]:
    cold = weather.coldest_c
    warm = weather.warmest_c
    frame = inputs.airframe
    if weather.codes & FREEZING_RAIN:
        yield Level.BLOCK, Message("checks.weather.freezing_rain"), Message("checks.weather.wait_until_over")
    if cold is None or warm is None:
        yield Level.WARN, Message("checks.weather.temperature_not_known"), Message("checks.weather.enter_temperature")
        return
    if cold < frame.min_temperature_c or warm > frame.max_temperature_c:
        said = Message(
            "checks.weather.out_of_temperature_limits",
            cold=cold,
            warm=warm,
            airframe=frame.name,
            least_c=frame.min_temperature_c,
            most_c=frame.max_temperature_c,
        )
        yield Level.BLOCK, said, Message("checks.weather.wait_or_other_drone")
    moist = (weather.rain_mm_h or 0.0) >= RAIN_MM_H or bool(weather.codes & FOG)
    moist = moist or (weather.visibility_m is not None and weather.visibility_m < MOIST_M)
    if cold <= ICING_C and moist:
        yield Level.BLOCK, Message("checks.weather.icing", cold=cold), Message("checks.weather.wait_for_dry_or_warm")


def _magnetic(inputs: Inputs, weather: Outlook, wind: float) -> Iterator[Fault]:
    if weather.kp is not None and weather.kp >= inputs.policy.kp_blocks:
        yield (
            Level.BLOCK,
            Message("checks.weather.kp_blocks", kp=weather.kp),
            Message("checks.weather.wait_for_quiet_days"),
        )
    elif weather.kp is not None and weather.kp >= inputs.policy.kp_warns:
        yield Level.WARN, Message("checks.weather.kp_warns", kp=weather.kp), Message("checks.weather.fly_by_hand")


_RULES: tuple[Callable[[Inputs, Outlook, float], Iterator[Fault]], ...] = (
    _blowing,
    _raining,
    _seeing,
    _freezing,
    _magnetic,
)


def _numbers(weather: Outlook, wind: float, age_h: float) -> dict[str, Any]:
    return {
        "wind_m_s": weather.wind_m_s,
        "wind_at_height_m_s": round(wind, 1),
        "gust_m_s": weather.gust_m_s,
        "rain_mm_h": weather.rain_mm_h,
        "visibility_m": weather.visibility_m,
        "coldest_c": weather.coldest_c,
        "warmest_c": weather.warmest_c,
        "kp": weather.kp,
        "age_h": round(age_h, 1),
    }


def _said(inputs: Inputs, weather: Outlook, wind: float) -> Message:
    frame = inputs.airframe
    said = Message("checks.weather.within_limits", wind=wind, max_wind_m_s=frame.max_wind_m_s)
    if weather.gust_m_s is not None:
        said = Message(
            "checks.weather.with_gusts", said=said, gust_m_s=weather.gust_m_s, max_gust_m_s=frame.max_gust_m_s
        )
    if weather.kp is None:
        return sentences([said, Message("checks.weather.kp_not_known")])
    return sentences([said, Message("checks.weather.kp", kp=weather.kp)])
