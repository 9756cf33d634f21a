"""How well a grouping agrees with a known truth. Reads files of invented towns; decides nothing."""

from incidents.scoring.oracle import truthful_answers
from incidents.scoring.score import GroupingScore, score_grouping
from incidents.scoring.truth import GroupedTown, KnownTruth, read_grouping, read_truth

__all__ = [
    "GroupedTown",
    "GroupingScore",
    "KnownTruth",
    "read_grouping",
    "read_truth",
    "score_grouping",
    "truthful_answers",
]
