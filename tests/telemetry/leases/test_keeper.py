"""Leases on both databases: one owner at a time, a fence that rises, and what a process knows of them by itself."""

import pytest

from telemetry.errors import StoreUnavailable
from telemetry.leases import LeaseKeeper, LeaseOwner, LeaseStanding
from telemetry.leases import service as leases
from telemetry.store import Store

pytestmark = pytest.mark.both_databases
FIRST = LeaseOwner("first", "http://first:8000")
SECOND = LeaseOwner("second", "http://second:8000")
LINK = "link of drone-1"
LASTS_S = 10.0


class Clock:
    """A monotonic clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


def keeper_of(store: Store, owner: LeaseOwner, clock: Clock, *, lasts_s: float = LASTS_S) -> LeaseKeeper:
    return LeaseKeeper(store, owner, lasts_s=lasts_s, clock=clock)


def test_one_that_another_has_cannot_be_taken_and_its_holder_is_known(store: Store, clock: Clock) -> None:
    first = keeper_of(store, FIRST, clock).take(LINK)
    assert first is not None
    assert keeper_of(store, SECOND, clock).take(LINK) is None
    with store.read() as session:
        holder = leases.holders(session, [LINK])[LINK]
    assert (holder.owner, holder.is_valid) == (FIRST, True)


def test_one_that_is_given_back_or_expired_is_taken_with_a_higher_fence(store: Store, clock: Clock) -> None:
    first = keeper_of(store, FIRST, clock)
    fences = [first.take(LINK)]
    first.give_back([LINK])
    fences.append(keeper_of(store, SECOND, clock, lasts_s=0).take(LINK))
    fences.append(keeper_of(store, FIRST, clock).take(LINK))
    assert [0 if lease is None else lease.fence for lease in fences] == [1, 2, 3]


def test_a_process_started_again_takes_its_own_at_once_and_the_one_before_loses_it(store: Store, clock: Clock) -> None:
    before = keeper_of(store, FIRST, clock)
    before.take(LINK)
    assert keeper_of(store, FIRST, clock).take(LINK) is not None
    before.renew()
    assert before.standing(LINK) is LeaseStanding.NOT_OWN


def test_a_process_that_stood_still_is_unsure_until_it_has_asked(store: Store, clock: Clock) -> None:
    keeper = keeper_of(store, FIRST, clock)
    keeper.take(LINK)
    assert keeper.standing(LINK) is LeaseStanding.OWN
    clock.now_s += LASTS_S + 1
    assert keeper.standing(LINK) is LeaseStanding.UNSURE
    keeper.renew()
    assert keeper.standing(LINK) is LeaseStanding.OWN


def test_a_process_that_stood_still_too_long_hears_that_another_has_it(store: Store, clock: Clock) -> None:
    keeper = keeper_of(store, FIRST, clock, lasts_s=0)
    keeper.take(LINK)
    lost: list[str] = []
    keeper.listen(lost.append)
    assert keeper_of(store, SECOND, clock).take(LINK) is not None
    keeper.renew()
    assert (lost, keeper.standing(LINK)) == ([LINK], LeaseStanding.NOT_OWN)


def test_while_the_database_does_not_answer_it_stays_its_own(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = keeper_of(store, FIRST, clock)
    keeper.take(LINK)
    with monkeypatch.context() as failing:
        failing.setattr(Store, "run", _fails)
        for _ in range(5):
            clock.now_s += 3
            keeper.renew()
    assert keeper.standing(LINK) is LeaseStanding.OWN
    clock.now_s += LASTS_S
    assert keeper.standing(LINK) is LeaseStanding.UNSURE, "it stood still meanwhile"


def _fails(*_: object) -> None:
    raise StoreUnavailable("no connection")


def test_what_is_done_once_is_done_by_who_asks_first_until_that_one_is_gone(store: Store, clock: Clock) -> None:
    first = keeper_of(store, FIRST, clock)
    second = keeper_of(store, SECOND, clock)
    assert (first.is_own("settling"), second.is_own("settling"), first.is_own("settling")) == (True, False, True)
    first.give_back(["settling"])
    assert (second.is_own("settling"), first.is_own("settling")) == (True, False)


def test_a_process_that_stood_still_asks_before_it_goes_on(store: Store, clock: Clock) -> None:
    first = keeper_of(store, FIRST, clock, lasts_s=0)
    assert first.is_own("settling")
    assert keeper_of(store, SECOND, clock).is_own("settling")
    clock.now_s += LASTS_S
    assert not first.is_own("settling")
