"""What tests of grouping start from: words of one town, and their grouping in a form that is easy to compare."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from incidents.grouping import Grouping, PersonDecision, group_observations
from incidents.merging import default_rules
from telemetry.observations import Observation, SourceKind
from tests.builders import NOON, observation, place

RULES = default_rules()
LATER = NOON + timedelta(days=3)


def word(
    ref: str,
    category: str,
    *,
    minutes: float = 0,
    east_m: float = 0,
    north_m: float = 0,
    accuracy_m: float = 65,
    kind: SourceKind = SourceKind.REPORT,
    source: str | None = None,
    **more: Any,
) -> Observation:
    """One word: by default a call with a vague pin, each from a telephone of its own."""
    return observation(
        ref,
        kind=kind,
        source=source or f"source of {ref}",
        category=category,
        after_s=minutes * 60,
        position=place(east_m=east_m, north_m=north_m, accuracy_m=accuracy_m),
        **more,
    )


def camera(ref: str, category: str, *, accuracy_m: float = 8, **more: Any) -> Observation:
    """A word of a fixed camera that places things on the ground."""
    return word(ref, category, kind=SourceKind.FIXED_CAMERA, accuracy_m=accuracy_m, **more)


def grouped(seen: Iterable[Observation], decisions: Sequence[PersonDecision] = ()) -> Grouping:
    """The grouping of `seen`, three days later."""
    return group_observations(seen, now=LATER, rules=RULES, decisions=decisions)


def refs(grouping: Grouping, seen: Iterable[Observation]) -> list[set[str]]:
    """The incidents as sets of source references."""
    ref_of = {one.id: one.source_ref for one in seen}
    return [{ref_of[member] for member in one.incident.observation_ids} for one in grouping.incidents]
