"""Forgets the observations and pictures whose time has come. Decides nothing, and is called once a day."""

from collections.abc import Callable
from datetime import datetime, timedelta

from incidents.retention import service
from incidents.retention.service import RetentionRules
from telemetry.store import MediaStore, Store

UNUSED = timedelta(days=1)
"""A picture's file goes only when nobody handed the same picture in for so long."""


class RetentionDesk:
    """Forgets what is due."""

    def __init__(
        self,
        store: Store,
        media: MediaStore,
        *,
        rules: Callable[[], RetentionRules],
        due_by: Callable[[], datetime | None],
    ) -> None:
        """`due_by` says up to which moment (UTC) things are due; None while nothing may be forgotten."""
        self._store = store
        self._media = media
        self._rules = rules
        self._due_by = due_by

    def forget(self) -> int:
        """Forget what is due now, a batch a unit of work so that others get their turn; how many observations."""
        now = self._due_by()
        if now is None:
            return 0
        rules = self._rules()
        done = 0
        reached = None
        more = True
        while more:
            with self._store.read() as session:
                ids, reached = service.due(session, rules, now, after=reached)
            if ids:
                with self._store.write() as work:
                    done += service.forget(work, ids, rules, now=now)
            more = reached is not None
        self._delete_pictures(now)
        return done

    def _delete_pictures(self, now: datetime) -> None:
        """Delete the files of pictures that nothing names any more; what a crash leaves over goes the next time."""
        with self._store.read() as session:
            going = service.leaving(session)
        unused_since = now - UNUSED
        gone = [sha256 for sha256 in going if self._media.discard(sha256, unused_since=unused_since)]
        if gone:
            with self._store.write() as work:
                service.left(work, gone)
