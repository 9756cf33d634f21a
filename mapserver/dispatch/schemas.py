"""What the API answers of who is sent to incidents."""

from incidents.requests.tables import RequestState
from incidents.responders.service import ResponderKind
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


class ResponderAnswer(Answer):
    """Somebody who could go to an incident."""

    kind: ResponderKind
    id: str
    """A person's name, a unit's id."""
    name: str
    unit_id: str | None
    """The body camera that a person carries."""
    away_m: int | None
    """Straight; null where it is not known where they are."""
    travel_s: int | None
    """About how long they take; people by car."""
    walking_s: int | None
    """On foot, for people."""
    problem: str | None
    """Why they should not be sent."""


class SentResponderAnswer(Answer):
    """Somebody who was sent to an incident, with the times of their response."""

    kind: ResponderKind
    id: str
    name: str
    away_m: float | None
    """When they were sent, as the next."""
    travel_s: float | None
    decided_by: str
    told: Utc
    """The first word of the incident came in."""
    decided: Utc
    on_the_way: Utc | None
    """They said so, or the drone took off."""
    there: Utc | None
    seen: Utc | None
    """The first that they, or their camera, saw of it."""
    done: Utc | None
