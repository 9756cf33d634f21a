"""Stopped vehicles, left objects, people who fell."""

from tests.vision.rules.scenes import firings, rule, scene, track
from vision.rules import Scene

STOPPED = {"kind": "stopped", "classes": ["car"], "dwell_s": 10}
LEFT = {"kind": "left_object", "classes": ["suitcase"], "dwell_s": 10}
FALL = {"kind": "fall", "dwell_s": 3}


def test_a_car_that_stands_is_told_once() -> None:
    rolling = [scene(n / 2, track(0.1 + n / 20, 0.5, label="car")) for n in range(8)]
    standing = [scene(4 + n / 2, track(0.5 + 0.005 * (n % 3), 0.5, label="car")) for n in range(40)]
    found = firings(rule(**STOPPED), *rolling, *standing)
    assert [str(one.summary) for one in found] == ["A car has stopped in the yard, there for 10 s"]
    assert found[0].since_s >= 3.5


def test_a_car_that_crawls_has_not_stopped() -> None:
    assert not firings(rule(**STOPPED), *[scene(n / 2, track(0.1 + n / 100, 0.5, label="car")) for n in range(80)])


def suitcase(seconds: float, *people: float) -> Scene:
    beside = [track(x, 0.5, number=10 + n) for n, x in enumerate(people)]
    return scene(seconds, track(0.3, 0.5, label="suitcase", width=5, height=5), *beside)


def test_a_suitcase_whose_owner_walked_away_was_left() -> None:
    with_owner = [suitcase(float(n), 0.35) for n in range(20)]
    alone = [suitcase(20.0 + n, 0.9) for n in range(15)]
    found = firings(rule(**LEFT), *with_owner, *alone)
    assert [str(one.summary) for one in found] == ["A suitcase was left in the yard, there for 10 s"]
    assert "with nobody near" in str(found[0].why)
    assert found[0].until_s >= 29


def test_a_suitcase_beside_somebody_who_waits_was_not_left() -> None:
    assert not firings(rule(**LEFT), *[suitcase(float(n), 0.4) for n in range(60)])


def lying(seconds: float) -> Scene:
    return scene(seconds, track(0.5, 0.6, width=30, height=12))


def upright(seconds: float) -> Scene:
    return scene(seconds, track(0.5, 0.6, width=10, height=30))


def test_somebody_who_was_upright_and_lies_has_perhaps_fallen() -> None:
    found = firings(rule(**FALL), *[upright(n / 5) for n in range(10)], *[lying(2 + n / 5) for n in range(30)])
    assert [str(one.summary) for one in found] == ["A person may have fallen in the yard and has lain for 3 s"]


def test_somebody_who_stumbles_and_gets_up_has_not_to_be_helped() -> None:
    pictures = [upright(0), upright(0.5), lying(1), lying(1.5), upright(2), upright(2.5)]
    assert not firings(rule(**FALL), *pictures, *[upright(3 + n / 5) for n in range(20)])


def test_somebody_who_was_lying_from_the_start_has_not_fallen() -> None:
    assert not firings(rule(**FALL), *[lying(n / 5) for n in range(50)])


def test_somebody_half_out_of_the_picture_has_not_fallen() -> None:
    half = [scene(2 + n / 5, track(0.5, 1.0, width=40, height=20)) for n in range(30)]
    assert not firings(rule(**FALL), *[upright(n / 5) for n in range(10)], *half)
