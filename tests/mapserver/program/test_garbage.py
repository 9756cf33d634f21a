"""Pauses of the garbage collector: what a long one has looked at is not looked at again, and still freed in the end."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from mapserver.program.garbage import GarbagePauses


class Ring:
    """Refers to itself, so that only the collector can free it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    """Leaves the suite's own objects as they were found: out of every look."""
    yield
    gc.collect()
    gc.freeze()


def pauses(*, longest_s: float = 0.0, may_pause: bool = True) -> GarbagePauses:
    return GarbagePauses(lambda: may_pause, longest_s=longest_s)


@pytest.mark.parametrize(("longest_s", "is_left_out"), [(0.0, True), (3_600.0, False)])
def test_what_a_long_look_left_alive_is_left_out_of_the_next(longest_s: float, is_left_out: bool) -> None:
    kept = pauses(longest_s=longest_s)
    kept.start()
    ring = Ring()
    gc.collect()
    assert any(one is ring for one in gc.get_objects()) is not is_left_out
    kept.stop()


def test_what_dies_of_what_was_left_out_is_freed_when_a_pause_may_be() -> None:
    busy = pauses(may_pause=False)
    busy.start()
    ring = Ring()
    gc.collect()
    alive = weakref.ref(ring)
    del ring
    gc.collect()
    busy.look_at_all()
    assert alive() is not None
    pauses().look_at_all()
    assert alive() is None
    busy.stop()


def test_a_look_at_young_objects_leaves_nothing_out() -> None:
    kept = pauses()
    kept.start()
    before = gc.get_freeze_count()
    gc.collect(1)
    assert gc.get_freeze_count() <= before  # what was left out before may die meanwhile
    kept.stop()
