"""A database server: two processes that write at once, and one that does not answer for a while."""

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from telemetry.cities import all_towns
from telemetry.errors import BadInput, Misconfigured, StoreUnavailable, WriteConflict
from telemetry.scopes import LIVE
from telemetry.store import Change, Store, Work
from telemetry.store.tables import get_state, put_state
from tests.postgres import PostgresServer


@pytest.fixture
def url(postgres: PostgresServer) -> Iterator[str]:
    with postgres.database() as address:
        yield address


@pytest.fixture
def ours(url: str) -> Iterator[Store]:
    with closing(Store(url)) as store:
        yield store


@pytest.fixture
def theirs(url: str) -> Iterator[Store]:
    """As another process has it open."""
    with closing(Store(url)) as store:
        yield store


def count_up(work: Work) -> int:
    number = (get_state(work.session, "count") or 0) + 1
    put_state(work.session, "count", number)
    return number


def test_a_unit_of_work_is_done_again_when_another_process_wrote_the_same_meanwhile(ours: Store, theirs: Store) -> None:
    heard: list[str] = []
    ours.listen(lambda changes: heard.extend(change.id for change in changes))
    attempts = []

    def unit(work: Work) -> int:
        seen = get_state(work.session, "count")
        attempts.append(seen)
        if len(attempts) == 1:
            theirs.run(count_up)
        number = count_up(work)
        work.tell(Change("thing", str(number), all_towns(), LIVE, {}))
        return number

    assert ours.run(unit) == 2
    assert attempts == [None, 1]
    assert heard == ["2"]


def test_a_key_that_another_process_took_meanwhile_is_seen_the_second_time(ours: Store, theirs: Store) -> None:
    def take(work: Work) -> bool:
        taken = get_state(work.session, "key") is not None
        if not taken:
            theirs.run(lambda other: put_state(other.session, "key", "theirs"))
            put_state(work.session, "key", "ours")
        return taken

    assert ours.run(take)


def test_what_two_processes_decide_on_what_both_have_read_is_not_both_kept(ours: Store, theirs: Store) -> None:
    with pytest.raises(WriteConflict, match="nothing was kept"), ours.write() as work:
        assert get_state(work.session, "second") is None
        with theirs.write() as other:
            assert get_state(other.session, "first") is None
            put_state(other.session, "second", 1)
        put_state(work.session, "first", 1)


def test_many_writers_of_two_processes_lose_nothing(ours: Store, theirs: Store) -> None:
    def work_on(store: Store) -> None:
        for _ in range(15):
            store.run(count_up)

    threads = [threading.Thread(target=work_on, args=(store,)) for store in (ours, theirs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with ours.read() as session:
        assert get_state(session, "count") == 30


def test_a_reader_sees_one_picture_while_another_process_writes(ours: Store, theirs: Store) -> None:
    with ours.read() as session:
        assert get_state(session, "count") is None
        theirs.run(count_up)
        session.expire_all()
        assert get_state(session, "count") is None


def test_a_server_that_is_gone_is_told_in_words_and_one_that_is_back_refuses_nothing(
    postgres: PostgresServer, ours: Store
) -> None:
    ours.run(count_up)
    postgres.stop()
    try:
        with pytest.raises(StoreUnavailable, match=r"server does not answer.*nothing was kept"):
            ours.run(count_up)
        with pytest.raises(StoreUnavailable, match="server does not answer"), ours.read() as session:
            get_state(session, "count")
    finally:
        postgres.start()
    with ours.read() as session:
        assert get_state(session, "count") == 1
    assert ours.run(count_up) == 2


def test_values_that_json_can_hold_come_back_as_they_were(ours: Store) -> None:
    values = {"b": "a\0b", "a": "\ud800", "n": [1.5, None, True], "long": 2**60}
    ours.run(lambda work: put_state(work.session, "values", values))
    with ours.read() as session:
        assert get_state(session, "values") == values


def test_a_text_that_the_server_has_no_way_to_store_is_refused_in_words(ours: Store) -> None:
    with pytest.raises(BadInput, match="NUL"), ours.write() as work:
        put_state(work.session, "a\0b", 1)


def test_the_server_itself_refuses_to_change_the_audit_trail(ours: Store) -> None:
    with ours.write() as work:
        work.session.execute(
            text(
                "INSERT INTO audit (at, scope, who, role, action, subject, detail)"
                " VALUES (now(), 'live', 'a', 'admin', 'b', 'c', '')"
            )
        )
    for statement in ("UPDATE audit SET who = 'x'", "DELETE FROM audit"):
        with pytest.raises(DBAPIError, match="append-only"), ours.write() as work:
            work.session.execute(text(statement))


@pytest.mark.parametrize("url", ["mysql://localhost/vanagas", "no address"])
def test_another_kind_of_database_is_refused_in_words(url: str) -> None:
    with pytest.raises(Misconfigured, match="postgresql://user:password@host/database"):
        Store(url)


def test_the_size_is_as_the_server_counts_it(ours: Store) -> None:
    assert ours.size_bytes() > 1_000_000
    ours.try_writing()
