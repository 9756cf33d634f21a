"""The one guard before everything that deletes because its time has come. Deletes nothing itself.

A clock that is set wrong would make everything due at once. The guard compares it with the last moment at which it
was believed (or, the first time, with the newest rows) and holds all forgetting until it is right again, or an
administrator says that it is.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, func, select

from mapserver.faults import Amiss, Inspection, Sound
from telemetry.access import Principal
from telemetry.audit import service as audit
from telemetry.audit.tables import AuditRow
from telemetry.clock import Clock, as_utc, iso
from telemetry.errors import StoreUnavailable
from telemetry.messages import Message
from telemetry.observations.tables import ObservationRow
from telemetry.store import Store
from telemetry.store.tables import get_state, put_state
from telemetry.trusted_time import TrustedMoment, Uptime, clock_jump

log = logging.getLogger(__name__)

TRUSTED_TIME = "trusted_time"
RENEWED_S = 600.0
"""The trusted moment is written down anew when it is so old."""
NO_BOOT = Uptime("", 0.0)


class ForgettingGuard:
    """Says up to which moment things are due, if any. May be used from any thread."""

    def __init__(self, store: Store, *, clock: Clock, uptime: Callable[[], Uptime]) -> None:
        self._store = store
        self._clock = clock
        self._uptime = uptime
        self._lock = threading.Lock()
        self._last: TrustedMoment | None = None

    def due_by(self) -> datetime | None:
        """Forget now what is due by this moment (UTC); None while nothing may be forgotten."""
        with self._lock:
            now = self._clock.now()
            if clock_jump(self._trusted(), now, self._uptime()) is not None:
                return None
            return now

    def renew(self) -> None:
        """Write down that the clock is believed now, if it is. Done every few minutes, so that no step adds up."""
        with self._lock:
            trusted = self._trusted()
            now = self._clock.now()
            if clock_jump(trusted, now, self._uptime()) is None:
                self._renew(trusted, now)

    def inspection(self) -> Inspection:
        """For the faults of a server, and for the doctor: whether forgetting is held."""
        return Inspection("retention", self._look)

    def earliest_now(self) -> datetime:
        """The earliest that it can be now (UTC), for what must not end too early, such as a hold."""
        with self._lock:
            return min(self._clock.now(), self._trusted().expected(self._uptime()))

    def jump(self) -> timedelta | None:
        """By how much the clock is off (positive: ahead); None when it may be right."""
        with self._lock:
            return clock_jump(self._trusted(), self._clock.now(), self._uptime())

    def confirm(self, by: Principal) -> datetime:
        """The clock is right, says `by`: forgetting goes on, with a word in the audit trail. That moment, UTC."""
        with self._lock:
            before = self._trusted()
            trusted = TrustedMoment(self._clock.now(), self._uptime())
            with self._store.write() as work:
                put_state(work.session, TRUSTED_TIME, _as_json(trusted))
                detail = Message("audit.clock_believed", at=iso(before.at))
                audit.record(work.session, by, "confirm_clock", "retention", city=None, at=trusted.at, detail=detail)
            self._last = trusted
        return trusted.at

    def _look(self) -> Sound | Amiss:
        try:
            with self._lock:
                trusted = self._trusted()
                now = self._clock.now()
                off = clock_jump(trusted, now, self._uptime())
        except StoreUnavailable as error:
            return Amiss(Message("faults.forgetting_unknown"), error.told)
        if off is None:
            return Sound(Message("faults.clock_as_expected"))
        return _held(trusted, now, off)

    def _trusted(self) -> TrustedMoment:
        """As it is stored, where a command may have changed it; as it was last known when that cannot be read."""
        try:
            with self._store.read() as session:
                kept = get_state(session, TRUSTED_TIME)
                newest = _newest(session) if kept is None else None
        except StoreUnavailable:
            if self._last is None:
                raise
            return self._last
        if kept is not None:
            self._last = _from_json(kept)
        else:
            self._last = self._last or TrustedMoment(newest or self._clock.now(), NO_BOOT)
        return self._last

    def _renew(self, trusted: TrustedMoment, now: datetime) -> None:
        uptime = self._uptime()
        if trusted.uptime.boot == uptime.boot and uptime.seconds - trusted.uptime.seconds < RENEWED_S:
            return
        renewed = TrustedMoment(now, uptime)
        try:
            with self._store.write() as work:
                put_state(work.session, TRUSTED_TIME, _as_json(renewed))
        except StoreUnavailable as error:  # a full disk must not keep recordings from going
            log.debug("the trusted time is not written down: %s", error.message)
        self._last = renewed


def _held(trusted: TrustedMoment, now: datetime, off: timedelta) -> Amiss:
    way = Message("faults.behind")
    if off > timedelta(0):
        way = Message("faults.ahead")
    hours = abs(off).total_seconds() / 3600
    by = Message("faults.days", count=round(hours / 24))
    if hours < 72:
        by = Message("faults.hours", count=round(hours))
    return Amiss(
        Message("faults.clock_off", now=iso(now), by=by, way=way),
        Message("faults.clock_off_remedy", since=iso(trusted.at)),
    )


def _newest(session: Session) -> datetime | None:
    """When the newest row was written, UTC; None for an empty database."""
    moments = [session.exec(select(func.max(column))).one() for column in (ObservationRow.received_at, AuditRow.at)]
    return max((as_utc(moment) for moment in moments if moment is not None), default=None)


def _as_json(trusted: TrustedMoment) -> dict[str, Any]:
    return {"at": iso(trusted.at), "boot": trusted.uptime.boot, "uptime_s": trusted.uptime.seconds}


def _from_json(kept: dict[str, Any]) -> TrustedMoment:
    return TrustedMoment(datetime.fromisoformat(kept["at"]), Uptime(kept["boot"], kept["uptime_s"]))
