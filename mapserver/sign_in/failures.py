"""Failed sign-ins on the audit trail: each is an entry as long as they are few, then a sum, so that nobody fills it.

Kept for a few seconds in this process's memory, on purpose: a failure waits for no turn to write.
"""

import threading
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from telemetry.access import Principal
from telemetry.audit import service as audit
from telemetry.audit.tables import AuditRow
from telemetry.cities import City
from telemetry.clock import Clock
from telemetry.messages import Message, kept
from telemetry.scopes import Scope
from telemetry.store import Store

FAILED_SIGN_IN = "sign_in_failed"
UNKNOWN = "unknown"
"""Stands for a name that nobody has, which may be a password typed in the wrong field."""
EVERY_S = 5.0
SINGLE_ENTRIES = 20
"""Of each round; what is beyond is summed up by name and address."""
SUMS = 20
"""Of each round; what is beyond is one entry."""


@dataclass(frozen=True)
class SignInFailure:
    """One wrong password."""

    account: str
    """The user's name, or UNKNOWN."""
    city: City | None
    scope: Scope
    address: str


class SignInFailures:
    """Failures that are not on the trail yet. May be told of on any thread."""

    def __init__(self, store: Store, clock: Clock, scope: Scope) -> None:
        """`scope`: that of who is nobody."""
        self._scope = scope
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._single: list[tuple[datetime, SignInFailure]] = []
        self._more: Counter[SignInFailure] = Counter()
        self._rest = 0

    def add(self, user: Principal | None, address: str) -> None:
        """Somebody at `address` failed to sign in as `user`; None: there is no such user."""
        failure = SignInFailure(
            account=UNKNOWN if user is None else user.name,
            city=None if user is None else user.city,
            scope=self._scope if user is None else user.scope,
            address=address,
        )
        with self._lock:
            if len(self._single) < SINGLE_ENTRIES:
                self._single.append((self._clock.now(), failure))
            elif failure in self._more or len(self._more) < SUMS:
                self._more[failure] += 1
            else:
                self._rest += 1

    def write(self) -> None:
        """Put them on the trail. What cannot be written now is kept, as long as it is few."""
        with self._lock:
            single = self._single
            self._single = []
            more = self._more
            self._more = Counter()
            rest = self._rest
            self._rest = 0
        if not single:
            return
        try:
            with self._store.write() as work:
                now = self._clock.now()
                for at, failure in single:
                    audit.add(work.session, _row(failure, at, Message("audit.from_address", address=failure.address)))
                for failure, times in more.items():
                    more_of_it = Message("audit.more_from_address", times=times, address=failure.address)
                    audit.add(work.session, _row(failure, now, more_of_it))
                if rest:
                    everybody = SignInFailure(UNKNOWN, None, self._scope, "many addresses")
                    audit.add(work.session, _row(everybody, now, Message("audit.more_of_others", times=rest)))
        except Exception:
            with self._lock:
                self._single = (single + self._single)[:SINGLE_ENTRIES]
            raise


def _row(failure: SignInFailure, at: datetime, detail: Message) -> AuditRow:
    return AuditRow(
        at=at,
        who=failure.account,
        role="",
        city=failure.city,
        scope=failure.scope,
        action=FAILED_SIGN_IN,
        subject="sign-in",
        detail=str(detail),
        message=kept(detail),
    )
