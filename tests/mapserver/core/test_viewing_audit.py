"""Who looked at live video, from when to when: one entry a look, whatever happens to the server."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mapserver.core.viewing_audit import GLANCES_END, Looks
from telemetry.access import Principal, Role
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.clock import ManualClock, iso
from telemetry.store import Store
from tests.builders import live
from tests.vision.clips import START

ILZE = Principal("ilze", Role.COORDINATOR, City("dobele"))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def looks(store: Store, tmp_path: Path, clock: ManualClock) -> Iterator[Looks]:
    yield Looks(store, tmp_path / "looks", clock)


def entries(store: Store) -> list[tuple[str, str, str, str]]:
    with store.read() as session:
        found = audit.latest(session, live(City("dobele")), limit=10)
    return [(row["who"], row["action"], row["subject"], row["detail"]) for row in reversed(found)]


def after(seconds: float) -> str:
    return iso(START + timedelta(seconds=seconds))


def test_a_look_is_one_entry_with_its_beginning_and_end(looks: Looks, store: Store, clock: ManualClock) -> None:
    look = looks.begin(ILZE, City("dobele"), "C1")
    clock.advance(90)
    assert entries(store) == []
    looks.end(look)
    assert entries(store) == [("ilze", "watch", "live video of C1", f"{after(0)} to {after(90)}")]


def test_a_look_that_was_under_way_when_the_server_was_killed_is_written_down_at_the_next_start(
    looks: Looks, store: Store, tmp_path: Path, clock: ManualClock
) -> None:
    looks.begin(ILZE, City("dobele"), "C1")
    looks.end(looks.begin(ILZE, City("dobele"), "C2"))
    for _ in range(2):
        Looks(store, tmp_path / "looks", clock).recover()
    assert [entry[2:] for entry in entries(store)] == [
        ("live video of C2", f"{after(0)} to {after(0)}"),
        ("live video of C1", f"{after(0)} until the server broke off"),
    ]


def test_stills_seen_without_a_long_pause_are_one_look_that_names_their_cameras(
    looks: Looks, store: Store, clock: ManualClock
) -> None:
    for _ in range(3):
        looks.glance(ILZE, City("dobele"), "C1")
        looks.glance(ILZE, City("dobele"), "C2")
        clock.advance(4)
    looks.end_glances()
    assert entries(store) == []
    clock.advance(GLANCES_END.total_seconds())
    looks.end_glances()
    assert entries(store) == [("ilze", "watch", "stills of the wall", f"{after(0)} to {after(8)}; C1, C2")]


def test_when_the_server_ends_so_do_the_looks_at_stills(looks: Looks, store: Store) -> None:
    looks.glance(ILZE, City("dobele"), "C1")
    looks.end_glances(all_of_them=True)
    assert len(entries(store)) == 1
