"""Generated plans for the tests of plan files, and plans compared as files are: 1e-7 degrees and 1 cm."""

import math
from pathlib import Path

from hypothesis import strategies as st

from mission.formats import FenceArea, PlanFile
from telemetry.positions import Position
from telemetry.transfer.mission_items import MissionItem

SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "drone"
NAN = math.nan

lats, lons = st.floats(-89, -1) | st.floats(1, 89), st.floats(-179, 179)
# 0, 0 is no place in these formats
heights = st.floats(-100, 4_000)
small = st.floats(-1e4, 1e4, width=32)
homes = st.none() | st.builds(Position, lat=lats, lon=lons, alt_m=heights)
waypoints = st.builds(
    MissionItem,
    command=st.just(16),
    frame=st.sampled_from((0, 3)),
    param4=st.just(NAN),
    lat=lats,
    lon=lons,
    alt_m=heights,
)
positioned = st.builds(
    MissionItem,
    command=st.sampled_from((16, 17, 18, 19, 21, 22, 82, 195)),
    frame=st.sampled_from((0, 3, 10)),
    param1=small,
    param2=small,
    param3=small,
    param4=small | st.just(NAN),
    lat=lats,
    lon=lons,
    alt_m=heights,
    autocontinue=st.booleans(),
)
commands = st.builds(
    MissionItem,
    command=st.sampled_from((20, 93, 112, 178, 203, 205, 206, 530, 2000, 2001, 2500, 31000)),
    frame=st.sampled_from((2, 3)),
    param1=small,
    param2=small | st.just(NAN),
    param3=small,
    param4=small,
    lat=small,
    lon=small,
    alt_m=small,
)
corners = st.lists(st.tuples(lats, lons), min_size=3, max_size=6, unique=True)
polygons = st.builds(lambda c, i: FenceArea(tuple(c), i), corners, st.booleans())
circles = st.builds(lambda a, o, i, r: FenceArea(((a, o),), i, r), lats, lons, st.booleans(), st.floats(1, 1e4))
rallies = st.lists(st.builds(Position, lat=lats, lon=lons, alt_m=st.floats(0, 500)), max_size=3).map(tuple)


def plans(
    items: st.SearchStrategy[MissionItem], *, fence: bool = True, rally: bool = True
) -> st.SearchStrategy[PlanFile]:
    """Plans of `items`; fences of polygons, then circles."""
    fences = st.builds(lambda a, b: (*a, *b), st.lists(polygons, max_size=2), st.lists(circles, max_size=2))
    return st.builds(
        PlanFile,
        name=st.just("x"),
        items=st.lists(items, max_size=8).map(tuple),
        home=homes,
        fence=fences if fence else st.just(()),
        rally=rallies if rally else st.just(()),
        speed_m_s=st.none() | st.floats(1, 30),
    )


def same(mine: PlanFile, theirs: PlanFile) -> None:
    """Asserts that two plans hold the same items, home, fence and rally points, to 1e-7 degrees and 1 cm."""
    assert len(mine.items) == len(theirs.items)
    for a, b in zip(mine.items, theirs.items, strict=True):
        same_item(a, b)
    assert (mine.home is None) == (theirs.home is None)
    for here, there in zip((*mine.rally, mine.home), (*theirs.rally, theirs.home), strict=True):
        if here is not None and there is not None:
            assert math.dist((here.lat, here.lon), (there.lat, there.lon)) < 1e-7
            assert abs((here.alt_m or 0) - (there.alt_m or 0)) < 0.01
    assert len(mine.fence) == len(theirs.fence)
    for area, other in zip(mine.fence, theirs.fence, strict=True):
        assert (area.inclusion, len(area.corners)) == (other.inclusion, len(other.corners))
        assert (area.radius_m or 0) - (other.radius_m or 0) < 0.01
        assert all(math.dist(a, b) < 1e-7 for a, b in zip(area.corners, other.corners, strict=True))


def same_item(a: MissionItem, b: MissionItem) -> None:
    """Asserts that two items are the same in every field."""
    assert (a.command, a.frame, a.autocontinue) == (b.command, b.frame, b.autocontinue)
    for mine, theirs in zip(a.params, b.params, strict=True):
        assert (math.isnan(mine) and math.isnan(theirs)) or math.isclose(mine, theirs, rel_tol=1e-6, abs_tol=1e-6)
    assert math.dist((a.lat, a.lon), (b.lat, b.lon)) < 1e-7
    assert abs(a.alt_m - b.alt_m) < 0.01
