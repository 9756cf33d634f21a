"""Inspection of the audit trail: does somebody try passwords?"""

from collections.abc import Callable
from datetime import timedelta

from sqlmodel import col, select

from mapserver.faults.values import Amiss, Inspection, Sound
from telemetry.audit.service import FAILED_SIGN_IN
from telemetry.audit.tables import AuditRow
from telemetry.clock import Clock
from telemetry.messages import Message
from telemetry.store import Store

MOST = 10
WITHIN = timedelta(minutes=5)
LOOK_BACK = 2_000
"""Entries of the trail that are looked at: a town writes some a second at most."""


def sign_in_inspection(store: Store, clock: Clock) -> Inspection:
    """Whether there were `MOST` failed sign-ins in the last minutes."""
    return Inspection("sign-ins", _looking(store, clock))


def _looking(store: Store, clock: Clock) -> Callable[[], Sound | Amiss]:
    def look() -> Sound | Amiss:
        since = clock.now() - WITHIN
        newest = select(AuditRow).order_by(col(AuditRow.id).desc()).limit(LOOK_BACK)
        with store.read() as session:
            failed = [row for row in session.exec(newest) if row.action == FAILED_SIGN_IN and row.at >= since]
        if len(failed) < MOST:
            return Sound(Message("faults.sign_ins_sound", failed=len(failed)))
        names = sorted({row.who for row in failed})
        what = Message("faults.sign_ins_failed", failed=len(failed))
        shown = ", ".join(names[:5])
        if len(names) > 5:
            shown = f"{shown} and {len(names) - 5} more names"
        return Amiss(what, Message("faults.sign_ins_remedy", tried=shown))

    return look
