"""What the API answers of shifts."""

from mapserver.web.schemas import Answer, Utc
from telemetry.access import Role


class ShiftAnswer(Answer):
    """One person on duty for one town."""

    id: str
    city: str
    person: str
    """The name they sign in with."""
    role: Role
    begins: Utc
    ends: Utc
    """At this moment it is over."""
    planned_by: str
    planned_at: Utc
    simulated: bool
