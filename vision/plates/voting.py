"""The reads of one passing vehicle made into one. Pure: no clock, no picture.

Each read is a distribution over texts: its own text has its confidence, the others it named share the rest, and some
of that stays with texts nobody named. Distributions are multiplied (a product of experts: Hinton, Neural Computation
2002); since reads of one vehicle err alike, n of them count as the square root of n.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from vision.plates.reading import PlateReading
from vision.plates.syntax import countries_of

UNNAMED = 0.02
"""Of what a read leaves to others: the share of any one text that it did not name."""


@dataclass(frozen=True)
class Vote:
    """What the reads of one vehicle say together."""

    text: str
    country: str | None
    """ISO 3166-1 alpha-2."""
    confidence: float
    """0..1."""
    reads: int
    agreeing: int
    """How many of the reads say the same text."""


def vote(reads: Sequence[PlateReading]) -> Vote | None:
    """The text that the reads favour together; None of no reads. The order of the reads does not matter."""
    if not reads:
        return None
    texts = sorted({text for read in reads for text in (read.text, *(other for other, _ in read.others))})
    spread = [_distribution(read) for read in reads]
    tempered = 1 / math.sqrt(len(reads))
    scores = {
        text: tempered * math.fsum(math.log(chances.get(text, left * UNNAMED)) for chances, left in spread)
        for text in texts
    }
    unnamed = tempered * math.fsum(math.log(left) for _, left in spread)
    best = max(texts, key=lambda text: (scores[text], text))
    total = math.fsum(math.exp(score - scores[best]) for score in (*scores.values(), unnamed))
    countries = countries_of(best)
    return Vote(
        text=best,
        country=countries[0][0] if countries else None,
        confidence=1 / total,
        reads=len(reads),
        agreeing=sum(read.text == best for read in reads),
    )


def _distribution(read: PlateReading) -> tuple[dict[str, float], float]:
    """What each text named gets, and what is left for those not named; together 1."""
    sure = min(max(read.confidence, 1e-4), 1 - 1e-4)
    named = math.fsum(share for _, share in read.others)
    given = (1 - sure) * named / (named + 0.1)
    chances = {text: max(given * share / named, 1e-6) for text, share in read.others} if named else {}
    return {**chances, read.text: sure}, 1 - sure - given
