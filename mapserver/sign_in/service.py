"""Signing in: a turn, a password, a session. The page and its cookies are `mapserver/account/sign_in_pages.py`'s."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from mapserver.access import people
from mapserver.access import service as access
from mapserver.access.service import Tokens
from mapserver.access.tables import TokenKind, UserRow
from mapserver.sign_in.failures import SignInFailures
from mapserver.sign_in.known_browser import KnownBrowsers
from mapserver.sign_in.lanes import PasswordLanes
from mapserver.sign_in.throttle import SignInOrigin, SignInThrottle
from telemetry.access import Principal
from telemetry.audit import service as audit
from telemetry.clock import Clock
from telemetry.errors import NotSignedIn
from telemetry.scopes import LIVE, Scope
from telemetry.store import Store

LONGEST_NAME = 50
R = TypeVar("R")


class SignIns:
    """Everybody who signs in to this process. Its async methods belong to one event loop."""

    def __init__(
        self, store: Store, tokens: Tokens, clock: Clock, *, key: bytes, lasts: timedelta, scope: Scope = LIVE
    ) -> None:
        """`key`: the server's secret one; `lasts`: a session; `scope`: that of who is nobody."""
        self._store = store
        self._tokens = tokens
        self._clock = clock
        self._lasts = lasts
        self._throttle = SignInThrottle()
        self._lanes = PasswordLanes()
        self.browsers = KnownBrowsers(key)
        self.failures = SignInFailures(store, clock, scope)

    async def sign_in(
        self, name: str, password: str, *, address: str, cookie: str | None, language: str | None = None
    ) -> str:
        """The token of a new session; `cookie`: the browser's, if it has one; `language`: that was chosen with it.

        Raises NotSignedIn in the same words and at the same cost whatever was wrong, TooManyRequests, Overloaded.
        """
        account = name.strip().lower()[:LONGEST_NAME]
        origin = SignInOrigin(account, address, self.browsers.read(cookie, account))
        self._throttle.require_turn(origin, time.monotonic())
        try:
            token = await self._lanes.run(
                lambda: self._attempt(account, password, address, language), known=origin.browser is not None
            )
        except NotSignedIn:
            self._throttle.failed(origin, time.monotonic())
            raise
        self._throttle.succeeded(origin)
        return token

    async def in_turn(self, work: Callable[[], R]) -> R:
        """The result of `work`, which compares or hashes a password for somebody who is signed in already."""
        return await self._lanes.run(work, known=True)

    def close(self) -> None:
        """Write down what is still to be written, and end the threads."""
        self._lanes.close()
        self.failures.write()

    def _attempt(self, account: str, password: str, address: str, language: str | None) -> str:
        """Blocks: it hashes, and on success waits for its turn to write."""
        with self._store.read() as session:
            try:
                who = access.principal_of(access.sign_in(session, account, password))
            except NotSignedIn:
                self.failures.add(_principal(session.get(UserRow, account)), address)
                raise
        now = self._clock.now()
        with self._store.write() as work:
            token = self._tokens.issue(
                work.session, who.name, label="browser", now=now, lasts=self._lasts, kind=TokenKind.SESSION
            )
            if language is not None:
                people.choose_language(work, who.name, language)
            audit.record(work.session, who, "sign_in", who.name, city=who.city, at=now, detail=address)
        return token


def _principal(user: UserRow | None) -> Principal | None:
    return None if user is None else access.principal_of(user)
