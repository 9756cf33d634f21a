"""Forgets the observations and pictures whose time has come. Decides nothing, and is called once a day."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from incidents.attachments import service as attachments
from incidents.retention import service
from incidents.retention.service import RetentionRules
from telemetry.store import MediaStore, Store
from telemetry.store.tables import get_state, put_state

UNUSED = timedelta(days=1)
"""A picture's file goes only when nobody handed the same picture in for so long."""
RULES_STATE = "retention_rules"
"""Under this name the database keeps by which rules the dates of review in it were worked out."""


class RetentionWorker:
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
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Have a turn that is under way end with its present batch; what is left is done in the next."""
        self._stopping.set()

    def forget(self) -> int:
        """Forget what is due now, a batch a unit of work so that others get their turn; how many observations.

        Where nothing is due, this is two reads of an index.
        """
        now = self._due_by()
        if now is None:
            return 0
        rules = self._rules()
        self._take_rules(rules)
        done = 0
        after = None
        while not self._stopping.is_set():
            with self._store.read() as session:
                if not service.has_due(session, rules, now, after=after):
                    break
            with self._store.write() as work:
                turn = service.review(work, rules, now=now, after=after)
            done += turn.forgotten
            after = turn.reached
        self._forget_attachments(rules, now)
        self._delete_pictures(now)
        return done

    def _forget_attachments(self, rules: RetentionRules, now: datetime) -> None:
        """Let go of files of notes whose time has come."""
        more = True
        while more and not self._stopping.is_set():
            with self._store.write() as work:
                more = attachments.forget_due(work, rules.keep_for, now=now) == attachments.AT_ONCE

    def _take_rules(self, rules: RetentionRules) -> None:
        """Have everything judged anew where the rules are others than the last time."""
        with self._store.read() as session:
            known = get_state(session, RULES_STATE)
        if known == rules.fingerprint:
            return
        more = True
        while more and not self._stopping.is_set():
            with self._store.write() as work:
                more = service.review_anew(work.session)
                if not more:
                    put_state(work.session, RULES_STATE, rules.fingerprint)

    def _delete_pictures(self, now: datetime) -> None:
        """Delete the files of pictures that nothing names any more; what a crash leaves over goes the next time."""
        with self._store.read() as session:
            going = service.leaving(session)
        unused_since = now - UNUSED
        gone = []
        for sha256 in going:
            if self._stopping.is_set():
                break
            if self._media.discard(sha256, unused_since=unused_since):
                gone.append(sha256)
        if gone:
            with self._store.write() as work:
                service.left(work, gone)
