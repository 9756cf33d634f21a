"""The stored change log: one order for all processes, numbers that a restart and pruning leave as they are."""

import queue
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import timedelta

import pytest

from mapserver.core.hub import Hub, Missed
from telemetry.cities import City, all_towns
from telemetry.clock import SystemClock
from telemetry.scopes import LIVE
from telemetry.store import Change, Store, change_log
from telemetry.store.change_log import AT_ONCE, LONGEST_KEPT, MOST_KEPT
from telemetry.supervision import Supervisor
from telemetry.visibility import Visibility
from tests.builders import live

pytestmark = pytest.mark.both_databases
WITHIN_S = 20.0
Follow = Callable[[Store], tuple[Hub, "queue.SimpleQueue[str]"]]
DOBELE = live(City("dobele"))
SIAULIAI = live(City("siauliai"))


@pytest.fixture
def theirs(store: Store) -> Iterator[Store]:
    """The same database as another process has it open."""
    with closing(Store(store.engine.url.render_as_string(hide_password=False))) as other:
        yield other


def change(name: str, visible: Visibility = DOBELE) -> Change:
    return Change("thing", name, visible.cities or all_towns(), visible.scope or LIVE, {"name": name})


def tell(store: Store, *names: str, visible: Visibility = DOBELE) -> None:
    with store.write() as work:
        for name in names:
            work.tell(change(name, visible))


class Follower:
    """A hub that goes on from the log of `store`, and the names of what listeners hear from then on."""

    def __init__(self, store: Store) -> None:
        self.hub = Hub()
        self.heard: queue.SimpleQueue[str] = queue.SimpleQueue()
        store.listen(self._hear)
        store.follow(self.hub.go_on_from)
        self.worker = Supervisor().thread("live feed", store.keep_following)
        self.worker.start()

    def _hear(self, changes: Sequence[Change]) -> None:
        self.hub.publish(changes)
        for change in changes:
            self.heard.put(change.id)


@pytest.fixture
def followed() -> Iterator[Follow]:
    with ExitStack() as stack:

        def follow(store: Store) -> tuple[Hub, "queue.SimpleQueue[str]"]:
            follower = Follower(store)
            stack.callback(follower.worker.stop)
            return follower.hub, follower.heard

        yield follow


def told(hub: Hub, visible: Visibility, seq: int) -> list[tuple[int | None, str]]:
    return [(one.seq, one.shown["id"]) for one in hub.after(visible, hub.place(visible, seq))]


def test_two_processes_number_the_changes_of_both_alike(store: Store, theirs: Store, followed: Follow) -> None:
    mine, mine_heard = followed(store)
    other, other_heard = followed(theirs)
    tell(store, "a")
    tell(theirs, "b", "c")
    tell(theirs, "s", visible=SIAULIAI)
    tell(store, "d")
    for heard in (mine_heard, other_heard):
        assert [heard.get(timeout=WITHIN_S) for _ in range(5)] == ["a", "b", "c", "s", "d"]
        assert heard.empty()
    for hub in (mine, other):
        assert told(hub, DOBELE, 0) == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]
        assert told(hub, live(*all_towns()), 3) == [(4, "s"), (5, "d")]
    assert mine.epoch == other.epoch


def test_a_restart_loses_no_number(store: Store, theirs: Store, followed: Follow) -> None:
    tell(store, "a", "b")
    tell(store, "s", visible=SIAULIAI)
    hub, _ = followed(theirs)
    assert (hub.seq(DOBELE), hub.seq(SIAULIAI), hub.seq(live(*all_towns()))) == (2, 1, 3)
    assert told(hub, DOBELE, 1) == [(2, "b")]


def test_what_fails_is_in_no_log(store: Store, followed: Follow) -> None:
    with pytest.raises(RuntimeError), store.write() as work:
        work.tell(change("a"))
        raise RuntimeError
    tell(store, "b")
    hub, _ = followed(store)
    assert told(hub, DOBELE, 0) == [(1, "b")]


def test_what_passes_has_no_number_and_is_not_stored(store: Store, theirs: Store, followed: Follow) -> None:
    hub, heard = followed(store)
    store.announce(change("passing"))
    tell(store, "a")
    assert [heard.get(timeout=WITHIN_S) for _ in range(2)] == ["passing", "a"]
    assert told(hub, DOBELE, 0) == [(1, "a")]
    again, _ = followed(theirs)
    assert told(again, DOBELE, 0) == [(1, "a")]


def test_pruning_by_age_leaves_the_newest_and_every_number(store: Store, theirs: Store, followed: Follow) -> None:
    tell(store, "a", "b", "c")
    now = SystemClock().now()
    assert store.run(lambda work: change_log.prune(work, now=now)) == 0
    later = now + LONGEST_KEPT + timedelta(seconds=1)
    assert store.run(lambda work: change_log.prune(work, now=None)) == 0  # the clock is not believed
    assert store.run(lambda work: change_log.prune(work, now=later)) == 2
    tell(store, "d")
    hub, _ = followed(theirs)
    assert told(hub, DOBELE, 2) == [(3, "c"), (4, "d")]
    with pytest.raises(Missed):
        hub.place(DOBELE, 1)


def test_pruning_by_size_takes_some_at_a_time(store: Store, followed: Follow) -> None:
    tell(store, *(str(number) for number in range(MOST_KEPT + AT_ONCE + 5)))
    assert [store.run(lambda work: change_log.prune(work, now=None)) for _ in range(3)] == [AT_ONCE, 5, 0]
    hub, _ = followed(store)
    assert hub.seq(DOBELE) == MOST_KEPT + AT_ONCE + 5


def test_a_database_that_was_put_back_has_another_history(store: Store, followed: Follow) -> None:
    tell(store, "a")
    before, _ = followed(store)
    store.run(change_log.forget_all)
    after, _ = followed(store)
    assert after.epoch != before.epoch
    assert after.seq(DOBELE) == 0
