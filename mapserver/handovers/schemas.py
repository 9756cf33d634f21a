"""What the API answers of a handover."""

from mapserver.grouping.schemas import QuestionAnswer
from mapserver.incidents.schemas import IncidentHeadline
from mapserver.referrals.schemas import ReferralAnswer
from mapserver.shifts.schemas import ShiftAnswer
from mapserver.web.schemas import Answer, Utc


class LastEntry(Answer):
    """The last entry of a timeline."""

    at: Utc
    who: str
    text: str


class ChangedIncidentAnswer(Answer):
    """An incident to whose timeline something was written since."""

    incident: IncidentHeadline
    entries: int
    """How many since then."""
    last: LastEntry


class HandoverAnswer(Answer):
    """What the next shift has to know."""

    since: Utc
    """When the caller left: their last shift's end, or when they last said that they have read a handover."""
    at: Utc
    open: list[IncidentHeadline]
    """The severest first."""
    asked: list[QuestionAnswer]
    changed: list[ChangedIncidentAnswer]
    """Since the caller left, the last changed first."""
    overdue: list[ReferralAnswer]
    expected: list[ReferralAnswer]
    """Of services, not overdue."""
    returned: list[ReferralAnswer]
    """Done, or not the service's, of incidents that are still open."""
    on_shift: list[ShiftAnswer]
    next: list[ShiftAnswer]
    """Shifts that begin within 24 hours."""


class HandoverRead(Answer):
    """From when changes count from now on."""

    since: Utc
