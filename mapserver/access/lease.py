"""Lets a connection go on for as long as whoever opened it may; knows nothing of what is sent over it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from mapserver.access.principal_cache import Credential, PrincipalCache
from telemetry.errors import VanagasError


@asynccontextmanager
async def lease(cache: PrincipalCache, credential: Credential) -> AsyncIterator[None]:
    """Run the block while `credential` is good; its task is interrupted where it waits.

    Raises NotSignedIn once it is revoked or expires, NotAllowed once it stands for another role or town.
    """
    loop = asyncio.get_running_loop()
    interruption: VanagasError | None = None
    running = True

    def interrupt(error: VanagasError) -> None:
        nonlocal interruption
        if running:
            interruption = error
            scope.reschedule(loop.time())

    def from_any_thread(error: VanagasError) -> None:
        with suppress(RuntimeError):  # the loop ended first
            loop.call_soon_threadsafe(interrupt, error)

    try:
        async with asyncio.timeout(None) as scope:
            stop_watching = cache.watch(credential, from_any_thread)
            try:
                yield
            finally:
                running = False
                stop_watching()
    except TimeoutError:
        if interruption is None:
            raise
        raise interruption from None
