"""What the API answers of drones that are sent to incidents."""

from incidents.requests.tables import RequestState
from mapserver.web.route_shapes import RouteFeature, VerdictAnswer
from mapserver.web.schemas import Answer, Fraction, KeptMessage, Utc


class DroneOffer(Answer):
    """The nearest free drone, its route, and what its checks say."""

    unit_id: str
    name: str
    away_m: float
    battery: Fraction | None
    route: RouteFeature | None
    verdicts: list[VerdictAnswer]
    problem: str | None
    clear: bool


class DroneRequestAnswer(Answer):
    """A drone that was asked for."""

    id: str
    incident_id: str
    title: str
    """Of the incident."""
    title_message: KeptMessage
    severity: int
    city: str
    unit_id: str
    drone: str
    asked_by: str
    asked_at: Utc
    answer: RequestState
    answered_by: str | None
    reason: str
    flight_id: str | None
    simulated: bool
