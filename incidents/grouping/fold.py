"""One incident by itself, out of the observations that belong to it: what a whole grouping makes of them. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from incidents.grouping.clocks import ClockOffset
from incidents.grouping.decisions import PersonDecision, Together
from incidents.grouping.evidence import Evidence
from incidents.grouping.grouping import happened_at, named_decisions, placed_by_themselves, witnesses_of
from incidents.grouping.habits import default_habits
from incidents.grouping.incidents import incident_of
from incidents.merging.categories import Rules
from incidents.merging.incident import Incident
from telemetry.observations import Observation


def fold(
    observations: Sequence[Observation],
    *,
    offsets: Mapping[str, ClockOffset],
    decisions: Sequence[PersonDecision],
    now: datetime,
    rules: Rules,
) -> Incident | None:
    """The incident that `observations` of one town and scope are, as known at `now` (UTC); None when all of them are
    passing sights.

    `offsets` are those of their devices' clocks; of `decisions` those count that are about two of the observations.
    """
    by_town = witnesses_of(observations, now, rules, offsets)
    if not by_town:
        return None
    ((_, witnesses),) = by_town.items()
    by_id = {one.id: one for one in observations}
    together = Together(len(witnesses))
    together.bind([*named_decisions(observations), *decisions], {one.id: n for n, one in enumerate(witnesses)})
    habits = default_habits()
    evidence = Evidence(placed_by_themselves(witnesses, together.bound, habits), habits)
    sights = [(one, happened_at(one, offsets, now)) for one in observations if not rules[one.category].opens]
    return incident_of(evidence, tuple(range(len(witnesses))), by_id, rules, sights).incident
