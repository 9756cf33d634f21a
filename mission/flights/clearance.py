"""Whether a plan may be flown by `vanagas fly`, away from any server: the checks from where the vehicle stands.

Refused is what a check blocks. Papers and permissions are held by no register here: of those the pilot is told, and
answers for them with the confirmation. A block is passed over only by name, and that is on record. See decision 22.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mission.airspace.evaluate import Airspace
from mission.checks import autopilot, category, daylight, duty, failsafes, papers, sight
from mission.checks.autopilot import check_autopilot
from mission.checks.failsafes import check_failsafes
from mission.checks.offline import AWAY, inputs_of
from mission.checks.policy import Policy
from mission.checks.registry import CHECKS, run_checks
from mission.checks.verdict import Level, Verdict
from mission.formats.document import HAS_POSITION, PlanFile
from telemetry.errors import BadInput, BadPlan, FlightBlocked
from telemetry.messages import Message
from telemetry.positions import Position, distance_m
from telemetry.sentences import sentences
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.refusals import AutopilotName
from telemetry.vehicles import Airframe
from telemetry.vehicles.failsafes import Failsafes

START = "start"
PLAN = "plan"
"""Checks of `vanagas fly` alone: does the plan belong to this place, and can it be followed at all?"""
NEAR_M = 5_000.0
"""A first point farther away is another place's plan, not a long way to work."""
ON_THE_PILOTS_WORD = frozenset({papers.CHECK, category.CHECK, sight.CHECK, daylight.CHECK, duty.CHECK})


@dataclass(frozen=True)
class Terms:
    """What the command line gave to judge by."""

    airspace: Airspace | None = None
    policy: Policy = AWAY
    airframe: Airframe | None = None
    bvlos: bool = False
    despite: frozenset[str] = frozenset()
    """Checks whose block is passed over."""

    def __post_init__(self) -> None:
        names = [*CHECKS, START, PLAN, autopilot.CHECK, failsafes.FAILSAFES, failsafes.FENCE]
        if unknown := self.despite - set(names):
            raise BadInput(Message("clearance.no_check", check=min(unknown)[:30], names=list(names)))


@dataclass(frozen=True)
class Clearance:
    """What the checks say of one flight."""

    refused: tuple[Verdict, ...]
    despite: tuple[Verdict, ...]
    """Blocks that were passed over."""
    on_word: tuple[Verdict, ...]
    """What the pilot answers for."""
    not_checked: tuple[Verdict, ...]
    passed: int

    def as_json(self) -> dict[str, Any]:
        """For the event of `vanagas fly --json`."""
        return {
            "passed": self.passed,
            "despite": _words(self.despite),
            "on_your_word": _words(self.on_word),
            "not_checked": [f"{verdict.check}: {verdict.clears}" for verdict in self.not_checked],
        }

    def require(self) -> None:
        """Raises FlightBlocked for what stands in the way, with what would clear it."""
        if not self.refused:
            return
        why = [
            Message("clearance.reason", check=verdict.check, message=verdict.message, clears=verdict.clears)
            for verdict in self.refused
        ]
        raise FlightBlocked(
            Message("clearance.refused", why=sentences(why)), [verdict.as_json() for verdict in self.refused]
        )


@dataclass(frozen=True)
class ConnectedVehicle:
    """What is known of the vehicle that is to fly it."""

    autopilot: AutopilotName | None = None
    failsafes: Failsafes | None = None
    """None where they were not read."""


def clearance(
    plan: PlanFile,
    items: Sequence[MissionItem],
    here: Position,
    *,
    now: datetime,
    terms: Terms,
    vehicle: ConnectedVehicle | None = None,
) -> Clearance:
    """`items` are what goes on board, `here` is where the vehicle stands, its altitude above the sea."""
    known = vehicle or ConnectedVehicle()
    verdicts = _far(items, here) + check_autopilot(known.autopilot, items)
    if known.failsafes is not None:
        verdicts += check_failsafes(known.failsafes, has_fence=bool(plan.fence))
    if not _refused(verdicts, terms.despite):
        try:
            inputs = inputs_of(
                replace(plan, items=tuple(items)),
                at=now,
                now=now,
                home=here,
                airspace=terms.airspace,
                policy=terms.policy,
                airframe=terms.airframe,
                bvlos=terms.bvlos,
            )
            verdicts += run_checks(inputs)
        except BadPlan as error:
            said = Message("clearance.cannot_follow", reason=error.told)
            verdicts.append(
                Verdict(PLAN, Level.BLOCK, Message("clearance.rule_every_plan"), said, Message("clearance.change_plan"))
            )
    refused = _refused(verdicts, terms.despite)
    return Clearance(
        refused=refused,
        despite=tuple(v for v in verdicts if v.level in _STOPS and v.check in terms.despite),
        on_word=tuple(v for v in verdicts if v.stands_in_the_way and v not in refused and v.check not in terms.despite),
        not_checked=tuple(v for v in verdicts if v.unknown),
        passed=sum(v.level is Level.PASS for v in verdicts),
    )


_STOPS = frozenset({Level.BLOCK, Level.PERMIT})


def _refused(verdicts: Sequence[Verdict], despite: Collection[str]) -> tuple[Verdict, ...]:
    passed_over = ON_THE_PILOTS_WORD | set(despite)
    return tuple(verdict for verdict in verdicts if verdict.level in _STOPS and verdict.check not in passed_over)


def _far(items: Sequence[MissionItem], here: Position) -> list[Verdict]:
    points = [item for item in items if item.command in HAS_POSITION and (item.lat or item.lon)]
    away = max((distance_m(here, Position(lat=item.lat, lon=item.lon)) for item in points), default=0.0)
    if away <= NEAR_M:
        return []
    said = Message("clearance.too_far", away_km=away / 1000)
    return [Verdict(START, Level.BLOCK, Message("clearance.rule_place"), said, Message("clearance.take_other"))]


def _words(verdicts: Sequence[Verdict]) -> list[str]:
    return [f"{verdict.check}: {verdict.message}" for verdict in verdicts]
