"""Work that one of several servers does for all of them."""

from functools import partial

import pytest

from mapserver.core.in_turn import InTurn
from telemetry.leases import LeaseKeeper, LeaseOwner
from telemetry.store import Store

pytestmark = pytest.mark.both_databases


def test_one_server_does_it_and_the_next_at_once_when_that_one_ends(store: Store) -> None:
    done: list[str] = []
    keepers = {name: LeaseKeeper(store, LeaseOwner(name)) for name in ("first", "second")}
    turns = {
        name: InTurn(keeper, "forgetting", partial(done.append, name), every_s=3600) for name, keeper in keepers.items()
    }
    for name in ("first", "second", "first", "second"):
        turns[name].look()
    assert done == ["first"]
    keepers["first"].give_back(["forgetting"])
    for name in ("second", "first"):
        turns[name].look()
    assert done == ["first", "second"]


def test_work_that_failed_is_due_again(store: Store) -> None:
    tries: list[int] = []

    def fail_once() -> None:
        tries.append(len(tries))
        if len(tries) == 1:
            raise RuntimeError

    turn = InTurn(LeaseKeeper(store, LeaseOwner("first")), "forgetting", fail_once, every_s=3600)
    with pytest.raises(RuntimeError):
        turn.look()
    turn.look()
    turn.look()
    assert tries == [0, 1]
