"""Is the weather within what the drone can take, and known well enough? Forecasts nothing."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from mission.checks.inputs import Inputs
from mission.checks.verdict import Level, Verdict
from mission.checks.wind import wind_at
from mission.weather.values import Outlook
from telemetry.clock import town_span

CHECK = "weather"
RULE = "the maker's limits and the town's; UAS.OPEN.060 (1) (a), (2) (c)"
FOG, FREEZING_RAIN, THUNDER = frozenset({45, 48}), frozenset({56, 57, 66, 67}), frozenset(range(95, 100))
"""WMO 4677 as forecasts use it."""
ICING_C = 3.0
"""At and below this, in visible moisture, propellers ice."""
MOIST_M = 1_500.0
"""Visibility of fog and mist thick enough to ice."""
RAIN_MM_H = 0.1
"""Less is not counted as rain."""

Fault = tuple[Level, str, str]


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
        said = f"the weather is {age_h:.1f} h old; at most {inputs.policy.weather_max_age_h:g} h may be"
        found.append(Verdict(CHECK, _soon(inputs), RULE, said, "enter the weather anew", numbers, weather.version))
    if not any(verdict.level is Level.BLOCK for verdict in found):
        found.insert(0, Verdict(CHECK, Level.PASS, RULE, _said(inputs, weather, wind), "", numbers, weather.version))
    return found


def _unknown(inputs: Inputs, weather: Outlook | None) -> Verdict:
    """Without weather a flight far ahead may be scheduled; nearer its time the weather must be known."""
    until = town_span(inputs.at, inputs.ends, inputs.zone)
    said = f"not known here: the weather from {until}" if weather is None else (
        f"not known here: the weather for all of {until}"
    )  # fmt: skip
    ahead_h = (inputs.at - inputs.now) / timedelta(hours=1)
    clears = "enter the weather for the flight's place and time"
    if _soon(inputs) is Level.WARN and inputs.policy.unknown_blocks:
        said += f"; it must be {inputs.policy.weather_needed_h:g} h before the start and is looked at again then"
    return Verdict(CHECK, _soon(inputs), RULE, said, clears, {"ahead_h": round(ahead_h, 1)}, "no weather")


def _soon(inputs: Inputs) -> Level:
    ahead = inputs.at - inputs.now
    near = ahead <= timedelta(hours=inputs.policy.weather_needed_h)
    return Level.BLOCK if near and inputs.policy.unknown_blocks else Level.WARN


def _blowing(inputs: Inputs, weather: Outlook, wind: float) -> Iterator[Fault]:
    most, gusts = inputs.airframe.max_wind_m_s, inputs.airframe.max_gust_m_s
    if wind > most:
        said = f"wind of {wind:.1f} m/s at flying height; {inputs.airframe.name} may fly in {most:g} m/s"
        yield Level.BLOCK, said, "wait for less wind, or fly lower"
    if weather.gust_m_s is None:
        yield Level.WARN, "not known here: gusts", "enter the gusts"
    elif weather.gust_m_s > gusts:
        said = f"gusts of {weather.gust_m_s:.1f} m/s; {inputs.airframe.name} may fly in gusts of {gusts:g} m/s"
        yield Level.BLOCK, said, "wait for weaker gusts"


def _raining(inputs: Inputs, weather: Outlook, wind: float) -> Iterator[Fault]:
    if weather.rain_mm_h is None:
        yield Level.WARN, "not known here: rain", "enter the rain"
    elif weather.rain_mm_h >= RAIN_MM_H and not inputs.airframe.rain_proof:
        said = f"rain of {weather.rain_mm_h:g} mm/h; {inputs.airframe.name} is not made for rain"
        yield Level.BLOCK, said, "wait until it is dry, or take a drone that is fit for rain"
    elif weather.rain_mm_h > inputs.policy.max_rain_mm_h:
        said = f"rain of {weather.rain_mm_h:g} mm/h; at most {inputs.policy.max_rain_mm_h:g} are allowed"
        yield Level.BLOCK, said, "wait for less rain"
    if weather.codes & THUNDER:
        yield Level.BLOCK, f"a thunderstorm (weather code {max(weather.codes & THUNDER)})", "wait until it has passed"


def _seeing(inputs: Inputs, weather: Outlook, wind: float) -> Iterator[Fault]:
    least = inputs.policy.min_visibility_m
    if weather.visibility_m is None:
        yield Level.WARN, "not known here: visibility", "enter the visibility"
    elif weather.visibility_m < least:
        yield (
            Level.BLOCK,
            f"visibility of {weather.visibility_m:.0f} m; {least:.0f} m are wanted",
            "wait for clearer air",
        )
    elif weather.codes & FOG:
        yield Level.BLOCK, "fog is forecast", "wait for clearer air"


def _freezing(inputs: Inputs, weather: Outlook, wind: float) -> Iterator[Fault]:
    cold, warm, frame = weather.coldest_c, weather.warmest_c, inputs.airframe
    if weather.codes & FREEZING_RAIN:
        yield Level.BLOCK, "freezing rain", "wait until it is over"
    if cold is None or warm is None:
        yield Level.WARN, "not known here: temperature", "enter the temperature"
        return
    if cold < frame.min_temperature_c or warm > frame.max_temperature_c:
        limits = f"{frame.min_temperature_c:g} to {frame.max_temperature_c:g} °C"
        said = f"{cold:g} to {warm:g} °C; {frame.name} flies from {limits}"
        yield Level.BLOCK, said, "wait, or take a drone made for it"
    moist = (weather.rain_mm_h or 0.0) >= RAIN_MM_H or bool(weather.codes & FOG)
    moist = moist or (weather.visibility_m is not None and weather.visibility_m < MOIST_M)
    if cold <= ICING_C and moist:
        yield Level.BLOCK, f"icing: {cold:g} °C in rain, snow or fog", "wait for dry or warmer air"


def _magnetic(inputs: Inputs, weather: Outlook, wind: float) -> Iterator[Fault]:
    if weather.kp is not None and weather.kp >= inputs.policy.kp_blocks:
        yield Level.BLOCK, f"Kp {weather.kp:g}: satellite positions are not to be trusted", "wait for quieter days"
    elif weather.kp is not None and weather.kp >= inputs.policy.kp_warns:
        yield Level.WARN, f"Kp {weather.kp:g}: satellite positions may be unsure", "be ready to fly by hand"


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


def _said(inputs: Inputs, weather: Outlook, wind: float) -> str:
    frame = inputs.airframe
    gust = "" if weather.gust_m_s is None else f", gusts {weather.gust_m_s:g} of {frame.max_gust_m_s:g}"
    kp = "; Kp not known" if weather.kp is None else f"; Kp {weather.kp:g}"
    return f"wind at height {wind:.1f} m/s of {frame.max_wind_m_s:g}{gust}{kp}"
