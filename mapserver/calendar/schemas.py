"""What the API answers of the schedule."""

from pydantic import Field

from mapserver.assignments.schemas import AssignmentAnswer
from mapserver.flights.schemas import FlightAnswer
from mapserver.units.schemas import UnitAnswer
from mapserver.web.schemas import Answer, Utc
from mission.schedule.tables import VisitState


class VisitAnswer(Answer):
    """A visit of a unit to a zone."""

    id: str
    city: str
    zone_id: str
    number: int
    unit_id: str
    person_id: str | None
    departs: Utc
    begins: Utc
    ends: Utc
    state: VisitState
    priority: int
    late_min: float
    moved_from: Utc | None
    simulated: bool
    updated_at: Utc


class UnservedVisit(Answer):
    """A visit that no unit makes, and why."""

    zone_id: str
    number: int
    priority: int
    reason: str
    explanation: str
    costs_min: float


class ScheduleNumbers(Answer):
    """What a proposal is worth."""

    visits_wanted: int
    visits_served: int
    zones_wanted: int
    zones_served: int
    weighted_lateness_min: float
    weighted_unserved_min: float
    weighted_moved_min: float
    cost_min: float
    priority_unserved: int
    makespan_min: float
    travel_min: float
    reserve: float | None
    starts_confirmed: int
    starts_moved: int
    starts_handed_over: int
    proven: bool = Field(description="Whether no better one exists.")
    stopped: str


class ProposalAnswer(Answer):
    """A proposed schedule of a day."""

    id: str
    city: str
    begins: Utc
    ends: Utc
    made_at: Utc
    made_by: str
    numbers: ScheduleNumbers
    unserved: list[UnservedVisit]


class UnitCalendar(UnitAnswer):
    """A unit and all that it is planned for."""

    visits: list[VisitAnswer]
    flights: list[FlightAnswer]
    assignments: list[AssignmentAnswer]


class CalendarAnswer(Answer):
    """The calendar of a time."""

    begins: Utc
    ends: Utc
    units: list[UnitCalendar]
    proposals: list[ProposalAnswer]
    """The latest of each day touched."""
