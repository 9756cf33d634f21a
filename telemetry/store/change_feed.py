"""Who hears of changes: listeners of this process, of its own commits and of those of other processes, in one order.

Own changes are passed on from memory. The log is read only where another process has written between them.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from sqlmodel import Session

from telemetry.store import change_log
from telemetry.store.change_log import Change, LogState
from telemetry.supervision.heartbeat import ThreadHeartbeat

log = logging.getLogger(__name__)
Listener = Callable[[Sequence[Change]], None]
Wait = Callable[[ThreadHeartbeat], None]
"""Waits until other processes may have committed, or the worker is to end, or a moment has passed."""


class ChangeFeed:
    """The listeners of one store. Each hears every change once."""

    def __init__(self, read: Callable[[], AbstractContextManager[Session]]) -> None:
        """`read` opens a session on the store, and raises StoreUnavailable."""
        self._read = read
        self._listeners: list[Listener] = []
        self._order = threading.Lock()
        self._heard: int | None = None
        """The id of the newest change that listeners have heard; None while nobody follows the log."""

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with the changes of each commit, in commit order. Returns the way to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def begin(self, take: Callable[[LogState], None]) -> None:
        """Follow the log from its present end, which `take` is given before any listener hears what comes after it."""
        with self._order:
            with self._read() as session:
                state = change_log.read_state(session)
            take(state)
            self._heard = state.newest

    def tell_committed(self, first: int, changes: Sequence[Change]) -> None:
        """Changes of this process, which are rows from the id `first` on."""
        with self._order:
            if self._heard is None:
                self.tell(changes)
            elif first == self._heard + 1:
                self._heard += len(changes)
                self.tell(changes)
            elif first > self._heard:
                self._read_on()

    def catch_up(self) -> None:
        """Tell of what other processes have committed. Raises StoreUnavailable."""
        with self._order:
            self._read_on()

    def tell(self, changes: Sequence[Change]) -> None:
        """Tell of changes that no other process hears of."""
        for listener in list(self._listeners):
            try:
                listener(changes)
            except Exception:  # a broken listener must not undo a commit that has happened
                log.exception("a listener failed on %d changes", len(changes))

    def _read_on(self) -> None:
        while self._heard is not None:
            with self._read() as session:
                last, changes = change_log.read_after(session, self._heard)
            if not changes:
                return
            self._heard = last
            self.tell(changes)
