"""Contenders for the best track over an area: many ideas, the promising ones joined to tracks, the best ones annealed.

Flat metres. Deterministic: how much is tried goes by counts, never by the clock.
"""

from collections.abc import Callable, Sequence

from shapely import Polygon

from mission.routes.drafts import Finished, TrackDraft
from mission.routes.ground import Ground
from mission.routes.ideas import CONVEX_FROM, Idea, choices
from mission.routes.inside import Inside, Point
from mission.routes.search_budget import THOROUGH, SearchBudget

PROMISED = 0.995
"""A track that covers less is taken only when there is no other."""
MOST_PIECES = 260
"""How many pieces of line the ideas that are joined may have in all but the best."""
FEW_CORNERS = 40
"""With more corners in the best track only that one is annealed."""
WORK = 120_000
"""Tries times corners that one of them gets at most."""


def best_track(
    area: Polygon,
    spacing: float,
    home: Point | None,
    direction: float | None,
    cost: Callable[[Sequence[Point]], float] | None = None,
    *,
    search: SearchBudget = THOROUGH,
) -> "Finished | None":
    """The quickest track that covers enough of `area`; None where no line fits in.

    `direction` is that of all lines, radians counter-clockwise from east; searched, and cell by cell, when not given.
    `cost` is what the best ones are compared by, such as seconds in a wind; metres and corners when not given.
    Raises BadPlan when the area hangs together by a neck.
    """
    inside = Inside(area)
    fixed = direction is not None
    found = choices(inside.flyable, spacing, direction, search.directions)
    ideas = [Idea(lines, inside, spacing, home) for lines in found]
    drafts = [
        TrackDraft(idea.joined(), inside, Ground(area, spacing / 2, idea.angle), idea.angle)
        for idea in _affordable(sorted(ideas, key=lambda i: i.worth), search.ideas, MOST_PIECES)
    ]
    drafts.sort(key=lambda d: d.worth)
    drafts = drafts[: search.finalists if drafts and drafts[0].size <= FEW_CORNERS else 1]
    tracks = [draft.finished(fixed, search.tries // len(drafts), WORK) for draft in drafts]
    if not fixed and not area.interiors and area.area > CONVEX_FROM * area.convex_hull.area:
        # plain lines are hard to beat there
        tracks += [draft.finished(True, search.tries // 8, WORK) for draft in drafts]
    best = min(
        tracks, key=lambda t: (t.covered < PROMISED, cost(t.whole(home)) if cost else t.metres(home)), default=None
    )
    return None if best is None else Finished(best.track.from_home(home), best.angle, best.covered)


def best_direction(area: Polygon, spacing: float, home: Point | None, search: SearchBudget = THOROUGH) -> float | None:
    """The direction, radians counter-clockwise from east, in which parallel lines take least; None if none fits in.

    Raises BadPlan when the area hangs together by a neck.
    """
    inside = Inside(area)
    sets = [lines for lines in choices(inside.flyable, spacing, None, search.directions) if len(lines) == 1]
    best = min((Idea(lines, inside, spacing, home) for lines in sets), key=lambda idea: idea.worth, default=None)
    return None if best is None else best.angle


def _affordable(sorted_by_worth: list[Idea], most: int, most_size: int) -> list[Idea]:
    """The first ones, fewer the larger they are, and one at least."""
    taken: list[Idea] = []
    size = 0
    for one in sorted_by_worth[:most]:
        size += one.size
        if taken and size > most_size:
            break
        taken.append(one)
    return taken
