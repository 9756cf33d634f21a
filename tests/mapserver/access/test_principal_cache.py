"""Who a token stands for is told from memory, and a change reaches that memory whoever makes it."""

import asyncio
import queue
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import text

from mapserver.access import service as access
from mapserver.access.lease import lease
from mapserver.access.principal_cache import PrincipalCache
from mapserver.access.service import Tokens
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import ManualClock
from telemetry.errors import NotAllowed, NotSignedIn, Unavailable, VanagasError
from telemetry.store import Store
from tests.builders import NOON

pytestmark = pytest.mark.both_databases
NAME = "coordinator.dobele"
WITHIN_S = 20.0
"""How long an event may take on a busy machine before a test gives up."""


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def tokens() -> Tokens:
    return Tokens(b"k" * 32)


@pytest.fixture
def cache(store: Store, tokens: Tokens, clock: ManualClock) -> Iterator[PrincipalCache]:
    made = PrincipalCache(store, tokens.digest, clock)
    yield made
    made.stop()


@pytest.fixture
def issue(store: Store, tokens: Tokens, clock: ManualClock) -> Callable[[], str]:
    """A new token of the coordinator, good for an hour."""
    with store.write() as work:
        access.add_user(work.session, NAME, Role.COORDINATOR, City("dobele"), password=None, now=clock.now())

    def make() -> str:
        with store.write() as work:
            return tokens.issue(work.session, NAME, label="test", now=clock.now(), lasts=timedelta(hours=1))

    return make


def elsewhere(store: Store, statement: str) -> None:
    """Change the database as another process does: this one is told nothing."""
    with closing(Store(store.engine.url.render_as_string(hide_password=False))) as other, other.write() as work:
        work.session.execute(text(statement))


def make_unreadable(store: Store) -> None:
    elsewhere(store, "ALTER TABLE access_version RENAME TO gone")


async def test_a_token_made_a_moment_ago_is_known(cache: PrincipalCache, issue: Callable[[], str]) -> None:
    first = issue()
    assert (await cache.authenticate(first)).principal.name == NAME
    second = issue()
    assert (await cache.authenticate(second)).principal.city == City("dobele")


async def test_an_unknown_token_is_refused(cache: PrincipalCache) -> None:
    with pytest.raises(NotSignedIn):
        await cache.authenticate("made up")


async def test_many_unknown_tokens_share_the_look_at_the_database(
    cache: PrincipalCache, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0
    read = cache._read

    def counted() -> None:
        nonlocal looks
        looks += 1
        read()

    monkeypatch.setattr(cache, "_read", counted)
    outcomes = await asyncio.gather(*(cache.authenticate(f"t{n}") for n in range(100)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {NotSignedIn}
    assert looks == 2


@pytest.mark.only_sqlite
async def test_an_expired_token_is_refused_from_memory(
    cache: PrincipalCache, store: Store, issue: Callable[[], str], clock: ManualClock
) -> None:
    token = issue()
    await cache.authenticate(token)
    make_unreadable(store)
    clock.advance(3_599)
    await cache.authenticate(token)
    clock.advance(1)
    with pytest.raises(NotSignedIn):
        await cache.authenticate(token)


@pytest.mark.only_sqlite
async def test_whoever_is_known_stays_so_while_the_store_cannot_be_read(
    cache: PrincipalCache, store: Store, issue: Callable[[], str]
) -> None:
    token = issue()
    cache.start()
    await cache.authenticate(token)
    make_unreadable(store)
    with pytest.raises(Unavailable, match="the database does not answer"):
        await cache.authenticate("unknown")
    assert (await cache.authenticate(token)).principal.name == NAME


@pytest.mark.parametrize(
    ("statement", "ending"),
    [
        ("UPDATE users SET active = false", NotSignedIn),
        ("DELETE FROM tokens", NotSignedIn),
        ("UPDATE users SET role = 'inspector'", NotAllowed),
        ("UPDATE users SET city = 'siauliai'", NotAllowed),
        ("UPDATE tokens SET expires_at = '2020-01-01 00:00:00.000000'", NotSignedIn),
    ],
)
def test_a_change_by_another_process_ends_what_is_watched(
    cache: PrincipalCache, store: Store, issue: Callable[[], str], statement: str, ending: type[VanagasError]
) -> None:
    token = issue()
    cache.start()
    credential = cache.authenticate_blocking(token)
    said: queue.SimpleQueue[VanagasError] = queue.SimpleQueue()
    cache.watch(credential, said.put)
    elsewhere(store, statement)
    assert type(said.get(timeout=WITHIN_S)) is ending


def test_a_use_is_no_change_of_access(cache: PrincipalCache, store: Store, issue: Callable[[], str]) -> None:
    cache.authenticate_blocking(issue())
    before = cache._copy
    elsewhere(store, "UPDATE tokens SET last_used_at = '2026-11-22 12:00:00.000000'")
    cache._read()
    assert cache._copy is before


async def test_a_lease_is_interrupted_where_it_waits(
    cache: PrincipalCache, store: Store, issue: Callable[[], str]
) -> None:
    credential = await cache.authenticate(issue())
    cache.start()
    waiting = asyncio.Event()

    async def hold() -> None:
        async with lease(cache, credential):
            waiting.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hold())
    await waiting.wait()
    elsewhere(store, "DELETE FROM tokens")
    with pytest.raises(NotSignedIn, match="you are signed out"):
        await asyncio.wait_for(task, WITHIN_S)


async def test_a_lease_ends_as_the_token_expires(
    cache: PrincipalCache, issue: Callable[[], str], clock: ManualClock
) -> None:
    credential = await cache.authenticate(issue())
    cache.start()
    with pytest.raises(NotSignedIn, match="has expired"):
        async with lease(cache, credential):
            clock.advance(3_600)
            await asyncio.wait_for(asyncio.Event().wait(), WITHIN_S)


async def test_a_lease_lets_a_timeout_of_its_block_be(cache: PrincipalCache, issue: Callable[[], str]) -> None:
    credential = await cache.authenticate(issue())
    with pytest.raises(TimeoutError):
        async with lease(cache, credential):
            raise TimeoutError


async def test_a_token_revoked_before_it_was_watched_ends_at_once(
    cache: PrincipalCache, store: Store, tokens: Tokens, issue: Callable[[], str]
) -> None:
    token = issue()
    credential = await cache.authenticate(token)
    with store.write() as work:
        tokens.revoke(work, token)
    with pytest.raises(NotSignedIn):
        async with lease(cache, credential):
            await asyncio.wait_for(asyncio.Event().wait(), WITHIN_S)
