"""Writes of several requests in one commit: each is answered for itself."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Engine, event

from mapserver.core.joint_writes import JointWrites
from telemetry.cities import all_towns
from telemetry.errors import BadInput, StoreUnavailable
from telemetry.scopes import LIVE
from telemetry.store import Change, Store, Work
from telemetry.store.tables import get_state, put_state

pytestmark = pytest.mark.both_databases


def keeps(name: str) -> Callable[[Work], str]:
    def write(work: Work) -> str:
        put_state(work.session, name, 1)
        work.tell(Change("thing", name, all_towns(), LIVE, {}))
        return name

    return write


def refuses(name: str) -> Callable[[Work], str]:
    def write(work: Work) -> str:
        keeps(name)(work)
        raise BadInput("no")

    return write


async def _together(writes: JointWrites, *parts: Callable[[Work], str]) -> list[str | BaseException]:
    return await asyncio.gather(*(writes.run(part) for part in parts), return_exceptions=True)


def test_an_error_of_one_leaves_the_others_of_its_commit_and_nothing_of_itself(store: Store) -> None:
    told: list[str] = []
    store.listen(lambda changes: told.extend(change.id for change in changes))
    first, refused, last = asyncio.run(_together(JointWrites(store), keeps("a"), refuses("b"), keeps("c")))
    assert (first, last) == ("a", "c")
    assert isinstance(refused, BadInput)
    assert told == ["a", "c"]
    with store.read() as session:
        assert [get_state(session, name) for name in "abc"] == [1, None, 1]


def test_those_that_wait_share_a_commit(store: Store) -> None:
    commits: list[object] = []
    count_commit = commits.append
    event.listen(Engine, "commit", count_commit)
    answers = asyncio.run(_together(JointWrites(store), *(keeps(str(number)) for number in range(40))))
    assert answers == [str(number) for number in range(40)]
    event.remove(Engine, "commit", count_commit)
    assert len(commits) == 1


@pytest.mark.only_sqlite
def test_a_database_that_cannot_be_written_gives_nobody_a_receipt(store: Store) -> None:
    with store.write() as work:  # by the one connection that writes
        work.session.connection().exec_driver_sql("PRAGMA query_only=ON")
    answers = asyncio.run(_together(JointWrites(store), keeps("a"), keeps("b")))
    assert [type(answer) for answer in answers] == [StoreUnavailable, StoreUnavailable]
    with store.read() as session:
        assert [get_state(session, name) for name in "ab"] == [None, None]


@pytest.mark.parametrize("part", [keeps("a"), refuses("a")])
def test_it_goes_on_in_another_event_loop(store: Store, part: Callable[[Work], str]) -> None:
    writes = JointWrites(store)
    asyncio.run(_together(writes, part))
    assert asyncio.run(_together(writes, keeps("later"))) == ["later"]


def test_those_of_one_kind_are_one_write_and_one_that_is_refused_keeps_no_other_out(store: Store) -> None:
    calls: list[list[str]] = []

    def keep_all(work: Work, names: Sequence[str]) -> list[str]:
        calls.append(list(names))
        return [(refuses if name == "bad" else keeps)(name)(work) for name in names]

    async def hand_in(*names: str) -> list[str | BaseException]:
        writes = JointWrites(store)
        waiting = (writes.run_alike("names", keep_all, name) for name in names)
        return await asyncio.gather(*waiting, return_exceptions=True)

    told: list[str] = []
    store.listen(lambda changes: told.extend(change.id for change in changes))
    assert asyncio.run(hand_in("a", "b", "c")) == ["a", "b", "c"]
    assert calls == [["a", "b", "c"]]
    first, second, refused, last = asyncio.run(hand_in("d", "e", "bad", "f"))
    assert (first, second, last) == ("d", "e", "f")
    assert isinstance(refused, BadInput)
    assert told == ["a", "b", "c", "d", "e", "f"]
    with store.read() as session:
        assert [get_state(session, name) for name in (*"abcdef", "bad")] == [1] * 6 + [None]
