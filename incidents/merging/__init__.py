"""Merging: which observations tell of the same incident, decided by a pure function that says why."""

from incidents.merging.categories import CategoryRule, Rules, default_rules
from incidents.merging.decide import Decision, Reason, decide
from incidents.merging.incident import Incident, State
from incidents.merging.stream import Events, Merged, events_of, merge

__all__ = [
    "CategoryRule",
    "Decision",
    "Events",
    "Incident",
    "Merged",
    "Reason",
    "Rules",
    "State",
    "decide",
    "default_rules",
    "events_of",
    "merge",
]
