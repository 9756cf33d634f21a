"""The yardstick's own parts: instances are read, routes are checked, the best known is found or said to be missing."""

import json
import math
from pathlib import Path

import pytest

from benchmarks._fewer_routes import Fleet
from benchmarks._fleet import solve
from benchmarks._instance import Routes, length, read
from benchmarks._solomon_like import CLASSES, invented
from benchmarks.solomon import SAMPLES, best_known, one

SMALL = """R1
VEHICLE
NUMBER     CAPACITY
  5         20

CUSTOMER
CUST NO.   XCOORD.   YCOORD.    DEMAND   READY TIME   DUE DATE   SERVICE TIME
    0      0    0    0    0   200    0
    1     10    0   10    0   100    5
    2     20    0   10    0   100    5
    3      0   10   10   50   100    5
    4      0   20   10   50   100    5
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "R1.txt"
    path.write_text(SMALL)
    return path


def test_the_fewest_vehicles_and_the_shortest_way_are_found(small: Path) -> None:
    instance = read(small)
    fewest, shortest = solve(instance, 0.5)
    assert len(fewest) == 2
    assert length(instance, fewest) == length(instance, shortest) == 80


@pytest.mark.parametrize(
    ("routes", "words"),
    [
        (((1, 2), (3,)), "exactly once"),
        (((1, 2, 3), (4,)), "too much"),
        (((2, 4), (3, 1)), None),
    ],
)
def test_routes_that_break_a_rule_have_no_length(
    small: Path, routes: tuple[tuple[int, ...], ...], words: str | None
) -> None:
    instance = read(small)
    if words is None:
        assert length(instance, routes) == pytest.approx(60 + math.sqrt(800) + math.sqrt(200))
    else:
        with pytest.raises(ValueError, match=words):
            length(instance, routes)


@pytest.mark.parametrize("name", CLASSES)
def test_routes_that_are_dissolved_leave_the_others_whole(name: str) -> None:
    instance = invented(name, 1)
    routes: Routes = tuple((customer,) for customer in range(1, len(instance.rows)))
    for seed in range(60):
        fleet = Fleet(instance, routes, seed)
        assert fleet.one_less(lambda: False)
        routes = tuple(map(tuple, fleet.routes))
        assert length(instance, routes) > 0
    assert len(routes) == 40


def test_a_file_that_is_no_instance_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("hello\n")
    with pytest.raises(ValueError, match=r"x\.txt is no Solomon instance"):
        read(tmp_path / "x.txt")


def test_without_a_best_known_it_says_so(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one(small, 0.5)
    assert "No best known solution of R1" in capsys.readouterr().out


def test_both_kinds_of_best_known_are_read(small: Path) -> None:
    known = {"R1": {"best_known_cost": 80, "solved_with_vehicles": 2}, "R1_distance": {"best_known_cost": 79}}
    small.with_name("best.json").write_text(json.dumps(known))
    assert best_known(small) == {"fewest": (2, 80.0), "distance": (None, 79.0)}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample instances are not here")
def test_the_sample_instances_have_a_hundred_customers_and_a_best_known() -> None:
    for file in SAMPLES.glob("*.txt"):
        assert len(read(file).rows) == 101
        assert "fewest" in best_known(file)
