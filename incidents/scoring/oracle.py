"""Somebody who knows the truth answers the open questions, by what most words of each incident are about."""

from collections import Counter, defaultdict
from typing import Any

from incidents.scoring.truth import GroupedTown, KnownTruth

ROUNDS = 3
"""So often the oracle is asked at most."""


def majorities(grouping: GroupedTown, truth: KnownTruth) -> dict[str, str]:
    """What most observations of each incident are truly about; of equals the first by name."""
    told: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for observation, true in truth.of_incidents().items():
        if observation in grouping.incident_of:
            told[grouping.incident_of[observation]][true] += 1
    return {incident: min(counts, key=lambda true: (-counts[true], true)) for incident, counts in told.items()}


def truthful_answers(grouping: GroupedTown, truth: KnownTruth) -> list[dict[str, Any]]:
    """A line of the answers' file for each open question."""
    about = majorities(grouping, truth)
    return [
        {"question": question, "same": about.get(a) is not None and about.get(a) == about.get(b)}
        for question, a, b in grouping.questions
    ]
