"""The clock's inspection: kept right, off, moved, or nobody can tell."""

from datetime import timedelta

import pytest

from mapserver.faults import Amiss, Sound
from mapserver.inspections import clock as inspected
from mapserver.inspections.clock import ClockInspection
from telemetry.clock import ManualClock
from telemetry.clock_check import KernelClock, OffsetBounds
from telemetry.messages import Message
from tests.builders import NOON


class Machine:
    """A machine whose clock can be moved."""

    def __init__(self, kernel: KernelClock | None = None, *, urls: tuple[str, ...] = ()) -> None:
        self.wall, self.seconds = ManualClock(NOON), 0.0
        self.inspection = ClockInspection(urls, now=self.wall.now, mono=lambda: self.seconds, kernel=lambda: kernel)

    def wait(self, seconds: float) -> None:
        self.seconds += seconds
        self.wall.advance(seconds)


def test_a_clock_that_is_kept_right_is_sound() -> None:
    assert Machine(KernelClock(True, 0.01)).inspection.look() == Sound(Message("faults.clock_kept", most_s=0.01))


def test_that_nobody_can_tell_is_said_and_is_no_fault() -> None:
    found = Machine(KernelClock(False, 16)).inspection.look()
    assert isinstance(found, Sound)
    assert found.doubt


def test_a_clock_of_which_the_kernel_is_not_sure_is_a_fault() -> None:
    assert isinstance(Machine(KernelClock(True, 2.5)).inspection.look(), Amiss)


def test_a_clock_that_is_moved_while_the_server_runs_is_a_fault_for_an_hour() -> None:
    machine = Machine(KernelClock(True, 0.01))
    machine.wait(60)
    assert isinstance(machine.inspection.look(), Sound)
    machine.wall.advance(-2.5)
    found = machine.inspection.look()
    assert isinstance(found, Amiss)
    assert "moved by -2.5 s" in str(found.remedy)
    machine.wait(3_601)
    assert isinstance(machine.inspection.look(), Sound)


@pytest.mark.parametrize(("bounds", "kind"), [(OffsetBounds(2.1, 3.4), Amiss), (OffsetBounds(-1, 0.5), Sound)])
def test_another_machines_time_decides(bounds: OffsetBounds, kind: type, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def offset_from(url: str, **_: object) -> OffsetBounds:
        asked.append(url)
        return bounds

    monkeypatch.setattr(inspected, "offset_from", offset_from)
    machine = Machine(urls=("https://weather.example",))
    assert isinstance(machine.inspection.look(), kind)
    machine.wait(timedelta(minutes=5).total_seconds())
    assert isinstance(machine.inspection.look(), kind)
    assert len(asked) == 1
