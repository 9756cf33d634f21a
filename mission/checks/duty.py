"""Is the pilot rested? Counts flights only; other work and sleep are the pilot's own to say."""

from datetime import datetime, timedelta

from mission.checks.inputs import Inputs, PilotDuty
from mission.checks.verdict import Level, Verdict
from telemetry.messages import Message

CHECK = "crew_duty"
RULE = Message("checks.duty.rule")
DAY = timedelta(hours=24)


def check(inputs: Inputs) -> list[Verdict]:
    """Hours from the first to the last flight of a duty, and hours flown within any 24 hours of this flight."""
    if inputs.duties is None:
        return [inputs.not_known(CHECK, RULE, Message("checks.duty.not_known"), Message("checks.duty.ask_pilot"))]
    this = PilotDuty("this flight", inputs.at, inputs.ends)
    rest = timedelta(hours=inputs.policy.rest_h)
    duty = _duty_of(this, inputs.duties, rest)
    on_duty = (max(d.ends for d in duty) - min(d.begins for d in duty)) / timedelta(hours=1)
    flown = _flown_h(this, inputs.duties)
    numbers = {
        "duty_h": round(on_duty, 2),
        "max_duty_h": inputs.policy.duty_h,
        "flying_h": round(flown, 2),
        "max_flying_h": inputs.policy.flying_h,
    }
    said = Message(
        "checks.duty.hours", on_duty=on_duty, duty_h=inputs.policy.duty_h, flown=flown, flying_h=inputs.policy.flying_h
    )
    if on_duty > inputs.policy.duty_h or flown > inputs.policy.flying_h:
        clears = Message("checks.duty.clears", rest_h=inputs.policy.rest_h)
        return [Verdict(CHECK, Level.BLOCK, RULE, said, clears, numbers)]
    return [Verdict(CHECK, Level.PASS, RULE, said, None, numbers)]


def _duty_of(this: PilotDuty, others: tuple[PilotDuty, ...], rest: timedelta) -> list[PilotDuty]:
    """The flights on both sides of this one that no rest separates from it."""
    duty = [this]
    for other in sorted((o for o in others if o.begins <= this.begins), key=lambda o: o.ends, reverse=True):
        if min(d.begins for d in duty) - other.ends >= rest:
            break
        duty.append(other)
    for other in sorted((o for o in others if o.begins > this.begins), key=lambda o: o.begins):
        if other.begins - max(d.ends for d in duty) >= rest:
            break
        duty.append(other)
    return duty


def _flown_h(this: PilotDuty, others: tuple[PilotDuty, ...]) -> float:
    """The most hours flown within any 24 hours that hold all of this flight."""
    flights = [this, *others]
    starts = [d.begins for d in flights if this.ends - DAY <= d.begins <= this.begins]
    return max(sum(_within(d, start) for d in flights) for start in starts)


def _within(duty: PilotDuty, start: datetime) -> float:
    """Hours of `duty` in the day after `start`."""
    shared = min(duty.ends, start + DAY) - max(duty.begins, start)
    return max(shared / timedelta(hours=1), 0.0)
