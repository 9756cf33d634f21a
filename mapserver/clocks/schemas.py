"""What the API answers of learned offsets of clocks."""

from incidents.learned_clocks.tables import ClockState
from mapserver.incidents.schemas import SearchSource
from mapserver.web.schemas import Answer, Utc


class LearnedClockAnswer(Answer):
    """How far the clock of one source was found to be ahead, and what was decided about it."""

    id: str
    city: str
    source: SearchSource
    ahead_s: float
    """Seconds; negative: behind."""
    whole_hour: bool
    """Whether summer time was missed."""
    state: ClockState
    words: int
    """What the source said in the time that was looked at."""
    incidents: int
    """Those of the hours round that, which were compared."""
    changed: int
    """How many of them consist of other observations with the offset."""
    since: Utc
    """Since when was looked at, at most 30 days."""
    proposed_at: Utc
    decided_by: str | None
    decided_at: Utc | None
    reason: str | None
