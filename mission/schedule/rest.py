"""The hours within their shifts that people may work: no duty longer than allowed, and a rest between two duties.

A duty lasts from its first route to the end of its last, as the pre-flight check counts it; shifts with less than a
rest between them are one stretch, of which only parts can be worked. Which parts is decided before anything is planned:
those that hold most of what is wanted, so that several people's parts spread over the day. Flying hours: see
`flying_hours`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mission.schedule.request import Person

Stretch = tuple[int, int]
"""Beginning and end, seconds from the horizon's beginning."""
ON_THE_WAY_S = 1_800
"""A part begins so long before the visit for which it is chosen, so that its way there fits in."""
AGAIN = 0.5
"""What a visit still counts for when one more person's part holds it."""
LOCKED = 1_000.0
"""What one counts for that is given to the person."""


@dataclass
class WantedVisit:
    """A visit, as far as it matters here."""

    opens: int
    last: int
    dwell: int
    given_to: str | None
    """Who has it, where that is decided."""
    worth: float = 1.0

    def fits(self, part: Stretch) -> bool:
        """Whether all of it can be had within `part`."""
        return max(self.opens, part[0]) <= min(self.last, part[1] - self.dwell)

    def worth_to(self, person: Person) -> float:
        """What it counts for when a part of this person's is chosen."""
        if self.given_to == person.id:
            return LOCKED
        return self.worth


def parts_of(person: Person, shifts: Sequence[Stretch], wanted: Sequence[WantedVisit]) -> list[Stretch]:
    """The parts of `shifts` that `person` may work. Visits that they hold count for less from then on."""
    duty = round(person.duty_h * 3600)
    rest = round(person.rest_h * 3600)
    parts: list[Stretch] = []
    for begins, ends in _stretches(shifts, rest):
        parts += _parts(begins, ends, duty, rest, person, wanted)
    for visit in wanted:
        if any(visit.fits(part) for part in parts):
            visit.worth *= AGAIN
    cut = [(max(b, lo), min(e, hi)) for b, e in shifts for lo, hi in parts]
    return sorted((b, e) for b, e in cut if b < e)


def _stretches(shifts: Sequence[Stretch], rest: int) -> list[Stretch]:
    joined: list[Stretch] = []
    for begins, ends in sorted(shifts):
        if joined and begins - joined[-1][1] < rest:
            joined[-1] = (joined[-1][0], max(ends, joined[-1][1]))
        else:
            joined.append((begins, ends))
    return joined


def _parts(
    begins: int, ends: int, duty: int, rest: int, person: Person, wanted: Sequence[WantedVisit]
) -> list[Stretch]:
    """The best part first, then what is left on both sides of it and its rests."""
    if ends <= begins:
        return []
    if ends - begins <= duty:
        return [(begins, ends)]
    latest = ends - duty
    starts = {begins, latest, *(min(max(v.opens - ON_THE_WAY_S, begins), latest) for v in wanted)}

    def worth(start: int) -> float:
        return sum(visit.worth_to(person) for visit in wanted if visit.fits((start, start + duty)))

    best = min(sorted(starts), key=lambda start: -worth(start))
    before = _parts(begins, best - rest, duty, rest, person, wanted)
    after = _parts(best + duty + rest, ends, duty, rest, person, wanted)
    return [*before, (best, best + duty), *after]
