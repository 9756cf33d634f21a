"""Is it day for the whole flight, or does the drone carry what the night asks for?"""

from datetime import UTC, datetime, timedelta

from astral import Observer
from astral.sun import dawn, dusk

from mission.checks.inputs import Inputs
from mission.checks.verdict import Level, Verdict
from telemetry.clock import iso
from telemetry.messages import Message

CHECK = "daylight"
RULE = Message("checks.daylight.rule")


def check(inputs: Inputs) -> list[Verdict]:
    """Day lasts from the beginning of morning to the end of evening civil twilight (sun 6° below the horizon)."""
    spell = _day_around(inputs)
    numbers = {}
    if spell is not None:
        numbers = {"day_begins": iso(spell[0]), "day_ends": iso(spell[1])}
    if spell is not None and spell[0] <= inputs.at and inputs.ends <= spell[1]:
        ends = spell[1].astimezone(inputs.zone)
        said = Message("checks.daylight.day", ends=f"{ends:%H:%M}")
        return [Verdict(CHECK, Level.PASS, RULE, said, None, numbers, "astral")]
    return [_at_night(inputs, numbers)]


def _at_night(inputs: Inputs, numbers: dict[str, str]) -> Verdict:
    start = inputs.at.astimezone(inputs.zone)
    dark = Message("checks.daylight.dark", start=f"{start:%H:%M}")
    papers = inputs.held_papers
    if papers.drone is None:
        what = Message("checks.daylight.light_not_known", dark=dark)
        return inputs.not_known(CHECK, RULE, what, Message("checks.daylight.fly_by_day_or_papers"))
    if not papers.drone.green_light:
        said = Message("checks.daylight.no_light", dark=dark)
        clears = Message("checks.daylight.fit_light")
        return Verdict(CHECK, Level.BLOCK, RULE, said, clears, numbers, papers.version)
    held = papers.authorisation
    day = inputs.ends.astimezone(inputs.zone).date()
    if inputs.policy.night_needs_authorisation and (held is None or not held.night or held.until < day):
        said = Message("checks.daylight.not_authorised", dark=dark)
        clears = Message("checks.daylight.enter_authorisation")
        return Verdict(CHECK, Level.BLOCK, RULE, said, clears, numbers, papers.version)
    said = Message("checks.daylight.with_light", dark=dark)
    return Verdict(CHECK, Level.PASS, RULE, said, None, numbers, papers.version)


def _day_around(inputs: Inputs) -> tuple[datetime, datetime] | None:
    """The spell of day that holds the take-off or comes next on that date; None where the sun does not reach."""
    home = inputs.profile.home
    observer = Observer(latitude=home.lat, longitude=home.lon, elevation=0)
    spells = []
    for days in (-1, 0, 1):
        date = (inputs.at + timedelta(days=days)).date()
        try:
            begins = dawn(observer, date, tzinfo=UTC)
            ends = dusk(observer, date, tzinfo=UTC)
        except ValueError:  # the sun stays above or below six degrees under the horizon all day
            continue
        if ends < begins:  # astral gives the evening of the same UTC date, which may be the day before's
            ends = dusk(observer, date + timedelta(days=1), tzinfo=UTC)
        spells.append((begins, ends))
    return next((spell for spell in spells if spell[0] <= inputs.at <= spell[1]), spells[1] if spells[1:] else None)
