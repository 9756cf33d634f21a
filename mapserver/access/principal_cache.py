"""Who a session or token stands for, answered from memory: a copy of the access tables that every change replaces.

No request waits for the database here but one with a token that this process does not know yet. Changes nothing.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from mapserver.access.tables import AccessVersionRow, TokenRow, UserRow
from telemetry.access import Principal, Role
from telemetry.cities import City
from telemetry.clock import Clock
from telemetry.errors import NotAllowed, NotSignedIn, Unavailable, VanagasError
from telemetry.messages import Message
from telemetry.scopes import Scope
from telemetry.store import Change, Store
from telemetry.supervision import Supervisor, ThreadHeartbeat
from telemetry.towns import service as towns

log = logging.getLogger(__name__)

POLL_S = 0.4
"""How often changes by other processes are looked for."""
ACCESS = "access"
"""The kind of a `Change` that tells of changed users or tokens; no viewer hears of it."""

OnRevoked = Callable[[VanagasError], None]
"""Called once, on any thread, with what a connection is to be told as it ends."""


@dataclass(frozen=True)
class Credential:
    """A session or token that stands for somebody."""

    id: str
    digest: str
    principal: Principal
    expires_at: datetime
    language: str | None = None
    """That its owner has chosen, if any."""


@dataclass(frozen=True)
class _Copy:
    """The access tables at one version: what is good, whoever is active."""

    version: int = 0
    credentials: Mapping[str, Credential] = field(default_factory=dict)
    """By digest."""
    people: Mapping[str, Principal] = field(default_factory=dict)
    """Active users, by name."""


class PrincipalCache:
    """The credentials of one store. While the store cannot be read the last copy stays good."""

    def __init__(
        self, store: Store, digest: Callable[[str], str], clock: Clock, *, supervisor: Supervisor | None = None
    ) -> None:
        """`digest` turns a token into what is kept of it. Reads nothing yet."""
        self._store = store
        self._digest = digest
        self._clock = clock
        self._copy = _Copy()
        self._reading = threading.Lock()
        self._connection: Connection | None = None
        self._failing = False
        self._watchers: dict[object, tuple[Credential, OnRevoked]] = {}
        self._used: dict[str, datetime] = {}
        self._misses = ThreadPoolExecutor(1, thread_name_prefix="unknown tokens")
        self._miss_turn = asyncio.Lock()
        self._misses_begun = 0
        self._worker = (supervisor or Supervisor()).thread("access", self._keep_looking)
        self._stop_listening = store.listen(self._hear)

    def start(self) -> None:
        """Look for changes by other processes, on a thread of its own; the first copy is read here if it can be."""
        self._look()
        self._worker.start()

    def stop(self) -> None:
        """End the looking, and let go of the database."""
        self._worker.stop()
        with self._reading:
            self._let_go()

    async def authenticate(self, token: str) -> Credential:
        """Whose token it is.

        Raises NotSignedIn when it is unknown, expired or revoked, Unavailable when that cannot be told.
        """
        known = self._known(token)
        if known is None:
            await self._read_after_now()
            known = self._known(token)
        return self._good(known)

    def authenticate_blocking(self, token: str) -> Credential:
        """The same for a thread that may wait."""
        known = self._known(token)
        if known is None:
            self._refresh()
            known = self._known(token)
        return self._good(known)

    async def of_device(self, name: str) -> list[Credential]:
        """The good credentials of the device `name`, one of which an answer of HTTP Digest may be about; none for
        anybody else. Raises Unavailable when that cannot be told."""
        found = self._of_device(name)
        if not found:
            await self._read_after_now()
            found = self._of_device(name)
        return found

    def used(self, credential: Credential) -> None:
        """Note that `credential` is used now. Raises NotSignedIn when it is good no longer."""
        self._good(credential)

    def _of_device(self, name: str) -> list[Credential]:
        now = self._clock.now()
        held = self._copy.credentials.values()
        return [
            one
            for one in held
            if one.principal.name == name and one.principal.role is Role.DEVICE and one.expires_at > now
        ]

    def active(self, name: str) -> Principal | None:
        """The active user `name` as of the present copy; None for nobody."""
        return self._copy.people.get(name)

    def ending(self, credential: Credential) -> VanagasError | None:
        """Why `credential` is good no longer, or stands for other rights; None while nothing has changed."""
        return _why_ended(credential, self._copy.credentials.get(credential.digest), self._clock.now())

    def watch(self, credential: Credential, on_revoked: OnRevoked) -> Callable[[], None]:
        """Call `on_revoked` once `credential` is revoked, expires, or stands for other rights. Returns how to stop."""
        key = object()
        self._watchers[key] = (credential, on_revoked)
        self._tell_watchers()  # it may have ended between being authenticated and being watched

        def stop_watching() -> None:
            self._forget(key)

        return stop_watching

    def take_uses(self) -> dict[str, datetime]:
        """When credentials were last used, by id and to the minute, as far as that was not taken before."""
        taken = self._used
        self._used = {}
        return taken

    def give_back_uses(self, uses: Mapping[str, datetime]) -> None:
        """Keep uses that could not be written until they are taken again."""
        self._used = {**uses, **self._used}

    def _known(self, token: str) -> Credential | None:
        return self._copy.credentials.get(self._digest(token))

    def _good(self, known: Credential | None) -> Credential:
        now = self._clock.now()
        if known is None or known.expires_at <= now:
            raise NotSignedIn(Message("access.session_unknown"))
        self._used[known.id] = now.replace(second=0, microsecond=0)
        return known

    async def _read_after_now(self) -> None:
        """Return after a look at the database that began after this call; those who wait share one."""
        wanted = self._misses_begun + 1
        async with self._miss_turn:
            if self._misses_begun < wanted:
                self._misses_begun += 1
                await asyncio.get_running_loop().run_in_executor(self._misses, self._refresh)

    def _refresh(self) -> None:
        try:
            self._read()
        except SQLAlchemyError as error:
            raise Unavailable(Message("access.database_silent")) from error

    def _hear(self, changes: Sequence[Change]) -> None:
        if any(change.kind == ACCESS for change in changes):
            self._look()

    def _keep_looking(self, heartbeat: ThreadHeartbeat) -> None:
        while not heartbeat.wait(POLL_S):
            self._look()
            heartbeat.worked()

    def _look(self) -> None:
        try:
            self._read()
        except SQLAlchemyError as error:
            if not self._failing:
                log.warning("access cannot be read, who is signed in stays so: %s", error)
            self._failing = True
        else:
            if self._failing:
                log.info("access can be read again")
            self._failing = False
        self._tell_watchers()

    def _read(self) -> None:
        """Replace the copy, and the list of towns, if the tables have changed since."""
        with self._reading:
            try:
                connection = self._connection or self._store.engine.connect()
                self._connection = connection
                version = connection.execute(select(AccessVersionRow.version)).scalar_one()
                if version != self._copy.version:
                    towns.read(connection)
                    self._copy = _read_copy(connection, version)
                connection.rollback()
            except SQLAlchemyError:
                self._let_go()
                raise

    def _let_go(self) -> None:
        connection = self._connection
        self._connection = None
        if connection is not None:
            with suppress(SQLAlchemyError):
                connection.close()

    def _tell_watchers(self) -> None:
        for key, (credential, on_revoked) in list(self._watchers.items()):
            ending = self.ending(credential)
            if ending is not None and self._forget(key):
                on_revoked(ending)

    def _forget(self, key: object) -> bool:
        return self._watchers.pop(key, None) is not None


def _read_copy(connection: Connection, version: int) -> _Copy:
    of_user = UserRow.name, UserRow.role, UserRow.city, UserRow.scope, UserRow.language
    active: Any = select(*of_user).where(UserRow.active)  # type: ignore[call-overload]  # knows of four columns
    users = connection.execute(active).all()
    people = {
        name: Principal(name, Role(role), None if city is None else City(city), Scope(scope))
        for name, role, city, scope, _ in users
    }
    languages = {name: language for name, _, _, _, language in users}
    tokens = connection.execute(select(TokenRow.id, TokenRow.digest, TokenRow.user, TokenRow.expires_at))
    credentials = {
        digest: Credential(id, digest, people[user], expires_at, languages[user])
        for id, digest, user, expires_at in tokens.all()
        if user in people
    }
    return _Copy(version, credentials, people)


def _why_ended(before: Credential, now_known: Credential | None, now: datetime) -> VanagasError | None:
    if now_known is None:
        return NotSignedIn(Message("access.session_ended"))
    if now_known.expires_at <= now:
        return NotSignedIn(Message("access.session_expired"))
    if now_known.principal != before.principal:
        return NotAllowed(Message("access.role_changed"))
    return None
