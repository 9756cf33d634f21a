"""How well the places that witnesses give agree: log densities per square metre, with heavy tails. Decides nothing.

The true place is integrated out by Laplace's method around the robust mean, so a cluster of one has log density 0.
"""

import math
from collections.abc import Sequence

from incidents.grouping.habits import Habit
from incidents.grouping.witnesses import PRECISE_M, SourceClass, TailedError, Witness, error_of

ROUNDS = 2
"""Of reweighting for the robust mean; more change nothing that matters."""
LOG_TOWN = math.log(3e7)
"""Square metres, natural logarithm: what says nothing of a place may be anywhere in a town."""
TURNS = 0.6
"""Of the way that a moving thing could have gone, one sigma in each direction: it turns and stops."""
KEEPS_HEADING = 0.7
"""How often a thing goes on in the direction in which it was seen."""
HEADING_SIGMA = 0.25
"""Of the way gone, one sigma of where it is when it keeps its direction."""
LOOK_BACK = 3
"""So many earlier words are asked where a moving thing was."""
PRECISE_SIGMAS = 4.0
"""Precise witnesses farther apart than so many combined sigma, the reach of the thing among them, speak of two."""
ONE_PLACE_M = 50.0
"""What reaches farther than this, a crowd or a flood, has no one place for witnesses to agree on."""
OTHER_PLACE = -20.0
"""Natural logarithm of how likely precise witnesses are so wrong: never, beside anything that words can say for it."""
TWO_PI = 2 * math.pi
TINY = 1e-300
Fix = tuple[float, float, float, TailedError]
"""Metres east and north, variance in square metres, and how it errs."""


def place_log_density(witnesses: Sequence[Witness], habit: Habit) -> float:
    """Log density of the places of `witnesses`, in their order, when they speak of one thing with this habit."""
    placed = [witness for witness in witnesses if witness.placed]
    unplaced = len(witnesses) - max(1, len(placed))
    total = -LOG_TOWN * unplaced if unplaced > 0 else 0.0
    if len(placed) < 2:
        return total
    if habit.moves_mps > 0:
        return total + _moving(placed, habit)
    return total + _staying(placed, habit)


def tailed(square_m2: float, variance: float, error: TailedError) -> float:
    """Log density at `square_m2` (distance squared) of a normal error with its tail."""
    core = (1 - error.share) * math.exp(-square_m2 / (2 * variance))
    wide = variance * error.times**2
    tail = error.share / error.times**2 * math.exp(-square_m2 / (2 * wide))
    return math.log((core + tail + TINY) / (TWO_PI * variance))


def _variance(witness: Witness, habit: Habit) -> float:
    variance = witness.accuracy_m**2 + habit.wide_m**2
    if witness.of is SourceClass.CALLER:
        variance += habit.heard_m**2
    return variance


def agreed_place(witnesses: Sequence[Witness], habit: Habit) -> tuple[float, float, float] | None:
    """Where a thing is, metres east and north, and one sigma; of one that moves where it was last. None: nobody says.

    What one device says again does not make it more precise.
    """
    placed = [witness for witness in witnesses if witness.placed]
    if not placed:
        return None
    if habit.moves_mps > 0:
        last = placed[-1]
        return last.east_m, last.north_m, last.accuracy_m
    fixes = _fixes(placed, habit)
    _, east, north, weight = _robust_mean(fixes)
    return east, north, math.sqrt(1 / weight)


def _fixes(placed: Sequence[Witness], habit: Habit) -> list[Fix]:
    """What each device says of the place, its repetitions taken together."""
    found: list[Fix] = []
    for said in _by_device(placed):
        best = min(said, key=lambda one: one.accuracy_m)
        east, north = _mean_of(said)
        found.append((east, north, _variance(best, habit), error_of(best)))
    return found


def _by_device(placed: Sequence[Witness]) -> list[list[Witness]]:
    by_device: dict[str, list[Witness]] = {}
    for witness in placed:
        by_device.setdefault(witness.device, []).append(witness)
    return list(by_device.values())


def _staying(placed: Sequence[Witness], habit: Habit) -> float:
    """A thing that stays: the words of one device count as one place."""
    total = 0.0
    for said in _by_device(placed):
        if len(said) > 1:
            total += _repeated(said, *_mean_of(said), habit)
    fixes = _fixes(placed, habit)
    if len(fixes) > 1:
        agreed, _, _, weight = _robust_mean(fixes)
        total += agreed + math.log(TWO_PI / weight)
    if _precisely_apart(placed, habit):
        total += OTHER_PLACE
    return total


def _precisely_apart(placed: Sequence[Witness], habit: Habit) -> bool:
    """Whether two who are there, and know where, are too far apart for one thing."""
    if habit.wide_m > ONE_PLACE_M:
        return False
    precise = [one for one in placed if one.accuracy_m <= PRECISE_M and one.of is not SourceClass.CALLER]
    for number, one in enumerate(precise):
        for other in precise[:number]:
            apart = math.hypot(one.east_m - other.east_m, one.north_m - other.north_m)
            if apart > PRECISE_SIGMAS * math.hypot(one.accuracy_m, other.accuracy_m, habit.wide_m, habit.wide_m):
                return True
    return False


def _mean_of(said: Sequence[Witness]) -> tuple[float, float]:
    weight = east = north = 0.0
    for one in said:
        share = 1 / one.accuracy_m**2
        weight += share
        east += share * one.east_m
        north += share * one.north_m
    return east / weight, north / weight


def _repeated(said: Sequence[Witness], east: float, north: float, habit: Habit) -> float:
    """What one device says again: near its own mean."""
    total = 0.0
    largest = -math.inf
    for one in said:
        variance = _variance(one, habit)
        square = (one.east_m - east) ** 2 + (one.north_m - north) ** 2
        error = error_of(one)
        total += tailed(square, variance, error)
        largest = max(largest, tailed(0.0, variance, error))
    return total - largest


def _robust_mean(fixes: Sequence[Fix]) -> tuple[float, float, float, float]:
    """Of independent fixes of one place: their log density round the robust mean, that mean, and its weight.

    Loops are written out: this is where the time goes.
    """
    weights = [1 / fix[2] for fix in fixes]
    agreed = 0.0
    east = 0.0
    north = 0.0
    for _ in range(ROUNDS):
        weight = 0.0
        east = 0.0
        north = 0.0
        for share, fix in zip(weights, fixes, strict=True):
            weight += share
            east += share * fix[0]
            north += share * fix[1]
        east /= weight
        north /= weight
        agreed = 0.0
        for number, (its_east, its_north, variance, error) in enumerate(fixes):
            half_squares = ((its_east - east) ** 2 + (its_north - north) ** 2) / (2 * variance)
            wider = error.times**2
            core = (1 - error.share) * math.exp(-half_squares) + TINY
            tail = error.share / wider * math.exp(-half_squares / wider)
            agreed += math.log((core + tail) / (TWO_PI * variance))
            weights[number] = (core + tail / wider) / ((core + tail) * variance)
    return agreed, east, north, sum(weights)


def _moving(placed: Sequence[Witness], habit: Habit) -> float:
    """A thing that moves: each word where it can have come to since one shortly before."""
    total = 0.0
    for number in range(1, len(placed)):
        here = placed[number]
        before = placed[max(0, number - LOOK_BACK) : number]
        total += max(_moved(was, here, habit) for was in before)
    return total


def _moved(was: Witness, here: Witness, habit: Habit) -> float:
    seconds = here.at_s - was.at_s
    base = _variance(was, habit) + _variance(here, habit)
    east = here.east_m - was.east_m
    north = here.north_m - was.north_m
    speed = here.speed_mps or was.speed_mps or habit.moves_mps
    anywhere = base + (TURNS * speed * seconds) ** 2
    spread = tailed(east**2 + north**2, anywhere, error_of(here))
    heading = was.heading_deg if was.heading_deg is not None else here.heading_deg
    if heading is None:
        return spread
    way = speed * seconds
    direction = math.radians(heading)
    off = (east - way * math.sin(direction)) ** 2 + (north - way * math.cos(direction)) ** 2
    ahead = tailed(off, base + (HEADING_SIGMA * way) ** 2, error_of(here))
    return _log_mean(ahead, spread, KEEPS_HEADING)


def _log_mean(a: float, b: float, share: float) -> float:
    top = max(a, b)
    return top + math.log(share * math.exp(a - top) + (1 - share) * math.exp(b - top))
