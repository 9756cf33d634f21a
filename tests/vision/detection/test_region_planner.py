"""Which parts of a wide picture are looked at: what moves, sooner or later all of it, and at a known cost."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from vision.detection.detector import Box
from vision.detection.region_planner import MAX_RUNS, WHOLE_ONLY, RegionChoice, RegionPlanner, holds

WIDTH, HEIGHT, INPUT = 1920, 1440, 416
MAX_SIDE = 640


def far(x: float, y: float) -> Box:
    """Somebody far away."""
    return Box(x, y, x + 15, y + 40)


def plan(planner: RegionPlanner, moving: list[Box], seconds: float, followed: tuple[Box, ...] = ()) -> RegionChoice:
    return planner.plan(moving, followed, seconds, width=WIDTH, height=HEIGHT)


boxes = st.builds(
    lambda x, y, across, down: Box(x, y, min(x + across, WIDTH), min(y + down, HEIGHT)),
    st.floats(0, WIDTH - 2),
    st.floats(0, HEIGHT - 2),
    st.floats(1, WIDTH),
    st.floats(1, HEIGHT),
)


@given(moving=st.lists(boxes, max_size=40), followed=st.lists(boxes, max_size=10))
def test_a_look_costs_no_more_than_is_stated_and_its_squares_lie_within_the_picture(
    moving: list[Box], followed: list[Box]
) -> None:
    planner = RegionPlanner(INPUT)
    for number in range(3):
        look = plan(planner, moving, number / 5, tuple(followed))
        assert 1 <= look.runs <= MAX_RUNS
        for region in look.regions:
            assert region.x1 >= 0
            assert region.y1 >= 0
            assert region.x2 <= WIDTH
            assert region.y2 <= HEIGHT
            assert INPUT <= region.width == region.height <= MAX_SIDE


@given(x=st.floats(0, WIDTH - 15), y=st.floats(0, HEIGHT - 40))
def test_who_alone_moves_far_away_is_looked_at_uncut_and_not_enlarged(x: float, y: float) -> None:
    look = plan(RegionPlanner(INPUT), [far(x, y)], 0.0)
    (region,) = look.regions
    assert holds(region, far(x, y), WIDTH, HEIGHT)
    assert region.width == INPUT


def test_the_whole_picture_is_looked_at_once_a_second_and_the_rest_of_the_time_two_squares() -> None:
    planner = RegionPlanner(INPUT)
    looks = [plan(planner, [far(100, 100), far(1700, 1300)], number / 5) for number in range(10)]
    assert [number for number, look in enumerate(looks) if look.whole] == [0, 5]
    assert [len(look.regions) for look in looks] == [1, 2, 2, 2, 2] * 2


def test_whoever_moves_anywhere_is_looked_at_within_a_second() -> None:
    planner = RegionPlanner(INPUT)
    everywhere = [far(x, y) for x, y in itertools.product((50, 950, 1800), (50, 700, 1350))]
    looks = [plan(planner, everywhere, number / 5) for number in range(6)]
    for one in everywhere:
        assert any(holds(region, one, WIDTH, HEIGHT) for look in looks for region in look.regions)


def test_who_is_followed_and_stands_still_is_looked_at_beside_those_who_move() -> None:
    planner = RegionPlanner(INPUT)
    standing = far(1700, 1300)
    looks = [plan(planner, [far(50, 50)], number / 5, (standing,)) for number in range(3)]
    assert all(any(holds(region, standing, WIDTH, HEIGHT) for region in look.regions) for look in looks[1:])


def test_what_is_large_is_looked_at_as_a_whole_every_time() -> None:
    planner = RegionPlanner(INPUT)
    lorry = Box(200, 300, 1100, 900)
    assert all(plan(planner, [lorry], number / 5).whole for number in range(5))


def test_another_scene_is_looked_at_as_a_whole() -> None:
    planner = RegionPlanner(INPUT)
    plan(planner, [far(50, 50)], 0.0)
    assert planner.plan([far(50, 50)], (), 0.2, width=WIDTH, height=HEIGHT, cut=True).whole


def test_a_picture_that_is_not_wide_or_a_detector_of_whole_pictures_gets_the_whole_only() -> None:
    assert RegionPlanner(INPUT).plan([far(50, 50)], (), 0.0, width=768, height=576) is WHOLE_ONLY
    assert RegionPlanner(None).plan([far(50, 50)], (), 0.0, width=WIDTH, height=HEIGHT) is WHOLE_ONLY


def test_a_look_says_whom_it_would_have_shown() -> None:
    look = RegionChoice(whole=True, regions=(Box(0, 0, 640, 640),), shrunk_by=WIDTH / INPUT)
    assert look.shows(far(100, 100), WIDTH, HEIGHT)
    assert look.shows(Box(900, 200, 980, 500), WIDTH, HEIGHT)  # near enough for the whole picture
    assert not look.shows(far(1000, 100), WIDTH, HEIGHT)
    assert not look.shows(far(630, 100), WIDTH, HEIGHT)  # cut off by the square
