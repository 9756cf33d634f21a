"""The stories of a learned offset of a clock: who may decide, and what the audit trail says."""

from enum import StrEnum

from incidents.learned_clocks import service
from incidents.learned_clocks.tables import ClockOffsetRow
from mapserver.core.services import Services
from telemetry.access import Principal, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.store import Work


class ClockDecision(StrEnum):
    """What a person decides about a learned offset."""

    TAKE_OVER = "take_over"
    DECLINE = "decline"
    END = "end"
    """It was taken over, and the clock was put right since."""


_DO = {
    ClockDecision.TAKE_OVER: service.take_over,
    ClockDecision.DECLINE: service.decline,
    ClockDecision.END: service.end,
}


def decide(
    parts: Services, work: Work, clock_id: str, decision: ClockDecision, by: Principal, *, reason: str
) -> ClockOffsetRow:
    """Decide about an offset. Raises NotFound for what the person may not see, BadInput, Conflict."""
    row = service.get(work.session, clock_id, visibility(by))
    now = parts.clock.now()
    _DO[decision](work, row, by=by.name, reason=reason, now=now)
    detail = f"{row.ahead_s:g} s: {reason.strip()}"
    subject = f"clock {row.device}"
    audit.record(work.session, by, f"clock_{decision}", subject, city=City(row.city), at=now, detail=detail)
    return row
