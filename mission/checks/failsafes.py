"""What the vehicle does by itself, judged before take-off, once the vehicle is connected: not in the registry."""

from mission.checks.verdict import Level, Verdict
from telemetry.vehicles.failsafes import Failsafes

FAILSAFES, FENCE = "failsafes", "fence_enforced"
RULE = "the vehicle's own parameters, as it gives them"


def check_failsafes(failsafes: Failsafes, *, has_fence: bool) -> list[Verdict]:
    """One verdict on its reactions and, where the plan has a fence, one on whether it keeps inside it."""
    verdicts = [_reactions(failsafes)]
    if has_fence:
        verdicts.append(_fence(failsafes))
    return verdicts


def _reactions(failsafes: Failsafes) -> Verdict:
    numbers = failsafes.as_json()
    if not failsafes.passive:
        return Verdict(FAILSAFES, Level.PASS, RULE, " ".join(failsafes.words), "", numbers)
    said = " ".join(one.words for one in failsafes.passive)
    settings = ", ".join(one.parameter for one in failsafes.passive if one.parameter)
    clears = f"set {settings} on the vehicle, or say that you fly without" if settings else "say that you fly without"
    subject = ", ".join(one.cause.value for one in failsafes.passive)
    return Verdict(FAILSAFES, Level.ACKNOWLEDGE, RULE, said, clears, numbers, subject=subject)


def _fence(failsafes: Failsafes) -> Verdict:
    wrong = failsafes.unenforced_fence()
    numbers = {"fence_enforced": failsafes.fence_enforced, "fence_setting": failsafes.fence_setting}
    if wrong is None:
        return Verdict(FENCE, Level.PASS, RULE, "the vehicle keeps inside the fence that is put on board", "", numbers)
    clears = "have the vehicle enforce its fence"
    if failsafes.fence_setting:
        clears = f"change the setting on the vehicle ({failsafes.fence_setting})"
    level = Level.WARN if failsafes.fence_enforced is None else Level.BLOCK
    return Verdict(FENCE, level, RULE, wrong, clears, numbers, unknown=failsafes.fence_enforced is None)
