"""Number plates that look Lithuanian or Latvian. All invented; a real car may carry the same by chance."""

import random
from typing import Literal

Country = Literal["LT", "LV"]

LETTERS = "ABCDEFGHJKLMNOPRSTUVZ"


def invent(rng: random.Random, country: Country) -> str:
    """A plate as `AAA 123` (LT) or `AA-1234` (LV)."""
    if country == "LT":
        return f"{''.join(rng.choices(LETTERS, k=3))} {rng.randrange(1, 1000):03}"
    return f"{''.join(rng.choices(LETTERS, k=2))}-{rng.randrange(1000, 10_000)}"
