"""How much is tried for a route: little while a hand drags a corner, much for what is kept. Counts, never the clock."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SearchBudget:
    """What the search for a survey's track may cost."""

    directions: float
    """Part (0..1) of the directions and cuts that are looked at at all."""
    candidates: int
    """Sets of lines that are joined to a track."""
    finalists: int
    """Tracks that are annealed."""
    tries: int
    """Changes that are tried, of all finalists together."""
    counts_images: bool
    """Whether it is counted on how many pictures each point is."""


THOROUGH = SearchBudget(directions=1.0, candidates=16, finalists=2, tries=8_000, counts_images=True)
QUICK = SearchBudget(directions=0.5, candidates=5, finalists=1, tries=300, counts_images=False)
"""A third of the processor time; routes are a few per cent longer and cover as much."""
