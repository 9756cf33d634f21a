"""Which observations tell of one incident, found for all of them together, whatever order they came in.

habits, naming, words   what is known of each kind of incident
witnesses, clocks       observations, reduced to what is weighed
evidence (places, times)   how likely some witnesses speak of one thing
neighbours, search      the likeliest grouping
identity, decisions     what binds
doubt, questions        what is not sure enough, and is asked
incidents, explanation  what is told of it
"""

from incidents.grouping.decisions import ClosedIncident, PersonDecision, read_decision
from incidents.grouping.doubt import Caution
from incidents.grouping.evidence import GroupingMemory
from incidents.grouping.explanation import explain
from incidents.grouping.grouping import Grouping, group_observations
from incidents.grouping.questions import OpenQuestion

__all__ = [
    "Caution",
    "ClosedIncident",
    "Grouping",
    "GroupingMemory",
    "OpenQuestion",
    "PersonDecision",
    "explain",
    "group_observations",
    "read_decision",
]
