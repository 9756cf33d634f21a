"""What rules remember, and that they forget."""

from tests.vision.rules.scenes import scene, track
from vision.rules.memory import FORGET_S, ReportedObjects


def test_an_object_in_sight_stays_told_of_however_long_it_is_there() -> None:
    told, one = ReportedObjects(), track(0.5, 0.5)
    told.add(one, True, 0.0)
    for seconds in range(100):
        told.see(scene(float(seconds), one))
    assert told.has(one, True)


def test_of_those_gone_nothing_is_kept_however_many_came() -> None:
    told = ReportedObjects()
    for number in range(1_000):
        told.add(track(0.5, 0.5, number=number), True, float(number))
        told.see(scene(float(number)))
    assert sum(told.has(track(0.5, 0.5, number=number), True) for number in range(1_000)) <= FORGET_S + 1
