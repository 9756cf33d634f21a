"""Search for the best track over an area: candidates are made, the promising ones joined, the best ones annealed.

Flat metres. Deterministic: how much is tried goes by counts, never by the clock.
"""

from collections.abc import Callable, Sequence

from shapely import Polygon

from mission.routes.coverage_candidates import CONVEX_FROM, CoverageCandidate, coverage_candidates
from mission.routes.ground import Ground
from mission.routes.inner_paths import InnerPaths, Point
from mission.routes.search_budget import THOROUGH, SearchBudget
from mission.routes.track_drafts import FinishedTrack, TrackDraft

PROMISED = 0.995
"""A track that covers less is taken only when there is no other."""
MOST_PIECES = 260
"""How many pieces of line the candidates that are joined may have in all but the best."""
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
) -> "FinishedTrack | None":
    """The quickest track that covers enough of `area`; None where no line fits in.

    `direction` is that of all lines, radians counter-clockwise from east; searched, and cell by cell, when not given.
    `cost` is what the best ones are compared by, such as seconds in a wind; metres and corners when not given.
    Raises BadPlan when the area hangs together by a neck.
    """
    inside = InnerPaths(area)
    fixed = direction is not None
    found = coverage_candidates(inside.flyable, spacing, direction, search.directions)
    candidates = [CoverageCandidate(lines, inside, spacing, home) for lines in found]
    drafts = [
        TrackDraft(candidate.joined(), inside, Ground(area, spacing / 2, candidate.angle), candidate.angle)
        for candidate in _affordable(sorted(candidates, key=lambda one: one.worth), search.candidates, MOST_PIECES)
    ]
    drafts.sort(key=lambda d: d.worth)
    few = drafts[:1]
    if few and few[0].size <= FEW_CORNERS:
        few = drafts[: search.finalists]
    drafts = few
    tracks = [draft.finished(fixed, search.tries // len(drafts), WORK) for draft in drafts]
    if not fixed and not area.interiors and area.area > CONVEX_FROM * area.convex_hull.area:
        # plain lines are hard to beat there
        tracks += [draft.finished(True, search.tries // 8, WORK) for draft in drafts]
    best = min(
        tracks, key=lambda t: (t.covered < PROMISED, cost(t.whole(home)) if cost else t.metres(home)), default=None
    )
    if best is None:
        return None
    return FinishedTrack(best.track.from_home(home), best.angle, best.covered)


def best_direction(area: Polygon, spacing: float, home: Point | None, search: SearchBudget = THOROUGH) -> float | None:
    """The direction, radians counter-clockwise from east, in which parallel lines take least; None if none fits in.

    Raises BadPlan when the area hangs together by a neck.
    """
    inside = InnerPaths(area)
    sets = [lines for lines in coverage_candidates(inside.flyable, spacing, None, search.directions) if len(lines) == 1]
    best = min(
        (CoverageCandidate(lines, inside, spacing, home) for lines in sets),
        key=lambda candidate: candidate.worth,
        default=None,
    )
    if best is None:
        return None
    return best.angle


def _affordable(sorted_by_worth: list[CoverageCandidate], most: int, most_size: int) -> list[CoverageCandidate]:
    """The first ones, fewer the larger they are, and one at least."""
    taken: list[CoverageCandidate] = []
    size = 0
    for one in sorted_by_worth[:most]:
        size += one.size
        if taken and size > most_size:
            break
        taken.append(one)
    return taken
