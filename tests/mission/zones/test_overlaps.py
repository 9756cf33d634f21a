"""Which zones an outline lies on, and what is said of it."""

from mission.zones.overlaps import overlaps
from tests.mission.areas import HOLE, RECTANGLE, SQUARE, area

LEFT = [(0, 0), (100, 0), (100, 100), (0, 100)]
MIDDLE = [(50, 0), (150, 0), (150, 100), (50, 100)]
RIGHT = [(100, 0), (200, 0), (200, 100), (100, 100)]


def test_an_overlap_names_the_other_zone_and_both_shares() -> None:
    (found,) = overlaps(area(RECTANGLE), [("z", "Yard", area(LEFT))])
    assert (round(found.share, 2), round(found.share_of_other, 2)) == (0.22, 1.0)
    assert str(found.message).startswith("22 % of it lies on Yard, all of that zone")


def test_neighbours_that_share_a_border_do_not_overlap() -> None:
    assert overlaps(area(LEFT), [("z", "Right", area(RIGHT))]) == []


def test_a_zone_inside_the_hole_of_another_does_not_overlap_it() -> None:
    assert overlaps(area(HOLE), [("z", "Ring", area(SQUARE, HOLE))]) == []


def test_the_largest_overlap_comes_first() -> None:
    found = overlaps(area(RIGHT), [("m", "Middle", area(MIDDLE)), ("r", "Rectangle", area(RECTANGLE))])
    assert [overlap.name for overlap in found] == ["Rectangle", "Middle"]
