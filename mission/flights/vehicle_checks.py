"""What a connected vehicle says of itself before its start: its failsafes, judged, and what keeps it from arming.

Sends nothing. A reaction that is "nothing" waits for the yes of the pilot in control.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mission.checks.failsafes import check_failsafes
from mission.checks.verdict import Level, Verdict
from mission.flights.procedure import BoardPlan
from telemetry.errors import Conflict
from telemetry.messages import Message
from telemetry.sentences import sentences
from telemetry.vehicles.arming_blocks import ArmingBlocks
from telemetry.vehicles.failsafes import Failsafes


@dataclass
class VehicleChecks:
    """Of one flight, in its memory; the yes is in the flight's events besides."""

    failsafes: Failsafes | None = None
    """None until they were read, and where the vehicle does not give them."""
    accepted: frozenset[str] = field(default_factory=frozenset)
    """Subjects of the verdicts that the pilot has said yes to."""

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing left to read."""
        return self.failsafes is not None and not self.failsafes.unread

    def take(self, read: Failsafes) -> None:
        """Keep what was read, unless more was read before."""
        if self.failsafes is None or read.unread <= self.failsafes.unread:
            self.failsafes = read

    def verdicts(self, plan: BoardPlan) -> list[Verdict]:
        """What the failsafes come to for `plan`; empty while they are not known."""
        if self.failsafes is None:
            return []
        return check_failsafes(self.failsafes, has_fence=bool(plan.lists.fence))

    def standing(self, plan: BoardPlan) -> Message | None:
        """What stands in the way of the start; None for nothing."""
        reasons = []
        for verdict in self.verdicts(plan):
            if verdict.level is Level.BLOCK:
                reasons.append(Message("vehicle_checks.blocked", message=verdict.message, clears=verdict.clears))
            elif verdict.level is Level.ACKNOWLEDGE and verdict.subject not in self.accepted:
                reasons.append(Message("vehicle_checks.say_yes", reason=verdict.message))
        if not reasons:
            return None
        return sentences(reasons)

    def accept(self, subjects: frozenset[str], plan: BoardPlan) -> None:
        """A yes to `subjects`. Raises Conflict for one that is not asked about, and keeps none then."""
        asked = {verdict.subject for verdict in self.verdicts(plan) if verdict.level is Level.ACKNOWLEDGE}
        unasked = ", ".join(sorted(subjects - asked))
        if unasked:
            raise Conflict(Message("vehicle_checks.nobody_asks", unasked=unasked))
        self.accepted |= subjects

    def as_json(self, plan: BoardPlan, *, is_on_board: bool, arming: ArmingBlocks | None) -> dict[str, Any]:
        """For the page: the three lists, what the vehicle does by itself, and what waits for a yes."""
        waiting = [
            {"subject": verdict.subject, "message": verdict.message.text()}
            for verdict in self.verdicts(plan)
            if verdict.level is Level.ACKNOWLEDGE and verdict.subject not in self.accepted
        ]
        failsafes = None
        by_itself = []
        if self.failsafes is not None:
            failsafes = self.failsafes.as_json()
            by_itself = [one.text() for one in self.failsafes.words]
        return {
            "plan": plan.name,
            "is_on_board": is_on_board,
            "mission_items": len(plan.lists.mission),
            "fence_points": len(plan.lists.fence),
            "rally_points": len(plan.lists.rally),
            "failsafes": failsafes,
            "by_itself": by_itself,
            "fence_warning": _fence_warning(self.verdicts(plan)),
            "arming": _arming(arming),
            "asks": waiting,
        }


def _fence_warning(verdicts: Sequence[Verdict]) -> str:
    found = [
        verdict.message.text()
        for verdict in verdicts
        if verdict.check == "fence_enforced" and verdict.level is not Level.PASS
    ]
    return "; ".join(found)


def _arming(arming: ArmingBlocks | None) -> list[str]:
    if arming is None:
        return []
    if arming.reasons:
        return [reason.text() for reason in arming.reasons]
    if arming.words is None:
        return []
    return [arming.words.text()]
