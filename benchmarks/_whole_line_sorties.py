"""The plain way to divide a flight: line after line until the next would leave too little for the way back.

Cut at ends of lines only.
"""

from collections.abc import Sequence

from mission.routes.battery_cuts import is_way_only
from mission.routes.route import Leg, Route
from mission.routes.transits import Flying, with_transits


def whole_line_sorties(work: Sequence[Leg], flying: Flying, most: float) -> list[Route]:
    """Flights of whole lines that each use no more than `most` (0..1) of a battery, in the order of `work`.

    Raises ValueError where one line alone takes more.
    """
    found: list[Route] = []
    taken: list[Leg] = []
    flight: Route | None = None
    for leg in work:
        if not taken and is_way_only(leg):
            continue
        tried = with_transits([*taken, leg], flying)
        if tried.summary.energy_fraction > most and flight is not None:
            found.append(flight)
            flight = None
            taken = []
            if is_way_only(leg):
                continue
            tried = with_transits([leg], flying)
        if tried.summary.energy_fraction > most:
            raise ValueError("one line alone takes more than a battery")
        taken.append(leg)
        if not is_way_only(leg):
            flight = tried
    return [*found, flight] if flight is not None else found
