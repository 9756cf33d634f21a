"""What the vehicle does by itself, judged before take-off, once the vehicle is connected: not in the registry."""

from mission.checks.verdict import Level, Verdict
from telemetry.messages import Message
from telemetry.sentences import spaced
from telemetry.vehicles.failsafes import Failsafes

FAILSAFES = "failsafes"
FENCE = "fence_enforced"
RULE = Message("checks.failsafes.rule")


def check_failsafes(failsafes: Failsafes, *, has_fence: bool) -> list[Verdict]:
    """One verdict on its reactions and, where the plan has a fence, one on whether it keeps inside it."""
    verdicts = [_reactions(failsafes)]
    if has_fence:
        verdicts.append(_fence(failsafes))
    return verdicts


def _reactions(failsafes: Failsafes) -> Verdict:
    numbers = failsafes.as_json()
    if not failsafes.passive:
        return Verdict(FAILSAFES, Level.PASS, RULE, spaced(failsafes.words), None, numbers)
    said = spaced(one.words for one in failsafes.passive)
    settings = ", ".join(one.parameter for one in failsafes.passive if one.parameter)
    clears = Message("checks.failsafes.say")
    if settings:
        clears = Message("checks.failsafes.set_or_say", settings=settings)
    subject = ", ".join(one.cause.value for one in failsafes.passive)
    return Verdict(FAILSAFES, Level.ACKNOWLEDGE, RULE, said, clears, numbers, subject=subject)


def _fence(failsafes: Failsafes) -> Verdict:
    wrong = failsafes.unenforced_fence()
    numbers = {"fence_enforced": failsafes.fence_enforced, "fence_setting": failsafes.fence_setting}
    if wrong is None:
        return Verdict(FENCE, Level.PASS, RULE, Message("checks.failsafes.keeps_inside"), None, numbers)
    clears = Message("checks.failsafes.enforce")
    if failsafes.fence_setting:
        clears = Message("checks.failsafes.change_setting", fence_setting=failsafes.fence_setting)
    level = Level.block_if(failsafes.fence_enforced is not None)
    return Verdict(FENCE, level, RULE, wrong, clears, numbers, unknown=failsafes.fence_enforced is None)
