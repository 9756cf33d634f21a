"""What the API answers of flights."""

from typing import Literal

from mapserver.web.route_shapes import RouteSummary, VerdictAnswer
from mapserver.web.schemas import Answer, Fraction, GeoJsonLine, Json, KeptMessage, Utc
from mission.checks.verdict import Level
from mission.flights.states import FlightState
from telemetry.vehicles.failsafes import Cause, Reaction


class FlightProgress(Answer):
    """How far along its mission a flight is, in items."""

    current: int
    total: int


class ControlAnswer(Answer):
    """Who has the control of a drone."""

    holder: str | None
    offered_to: str | None


class ControlChange(ControlAnswer):
    """One change of the control."""

    at: Utc
    step: str
    who: str


class ControlHistory(ControlAnswer):
    """Who has the control of a drone, and how it came so, newest first."""

    history: list[ControlChange]


class StandingVerdicts(Answer):
    """What the last run of a flight's checks said."""

    worst: Level
    in_the_way: int
    count: int
    reasons: list[str]
    """What stands in its way, in the language of whoever asked or listens."""
    reason_messages: list[KeptMessage]
    """The same as code and parameters."""
    at: Utc


class FlightAnswer(Answer):
    """A flight, with its planned route."""

    id: str
    city: str
    unit_id: str
    zone_id: str | None
    plan_id: str
    name: str
    state: FlightState
    pilot: str
    confirmed_by: str | None
    scheduled_at: Utc
    started_at: Utc | None
    landed_at: Utc | None
    progress: FlightProgress
    route: GeoJsonLine
    battery_start: Fraction | None
    battery_end: Fraction | None
    outcome: str | None
    outcome_message: KeptMessage | None
    """`outcome` apart from words."""
    control: ControlAnswer
    verdicts: StandingVerdicts | None
    simulated: bool
    summary: RouteSummary
    updated_at: Utc


class TrackProperties(Answer):
    """Of each point of a track, in its order."""

    flight_id: str
    at: list[Utc]
    alt_m: list[float | None]
    """Above the sea."""
    heading_deg: list[float | None]
    speed_m_s: list[float]
    battery: list[float | None]


class TrackFeature(Answer):
    """Where a flight flew: GeoJSON, heights in metres above the take-off."""

    type: Literal["Feature"]
    geometry: GeoJsonLine | None
    """Null for fewer than two points."""
    properties: TrackProperties


class CheckRun(Answer):
    """One run of a flight's checks."""

    at: Utc
    why: str
    worst: Level
    in_the_way: int
    verdicts: list[VerdictAnswer]
    versions: Json
    """Of the data that they stood on."""


class FlightEvent(Answer):
    """What happened to a flight."""

    at: Utc
    state: FlightState
    who: str
    why: str
    code: str
    """What `why` means, in every language; `written.text` for what was kept before there were codes."""
    params: Json


class FailsafeAnswer(Answer):
    """What a vehicle does by itself for one cause."""

    cause: Cause
    reaction: Reaction
    reaction_words: str
    """What it does, in the reader's language."""
    after_s: float | None
    below: float | None
    below_unit: str
    parameter: str
    words: str


class FailsafesAnswer(Answer):
    """What a vehicle does by itself."""

    reactions: list[FailsafeAnswer]
    fence_enforced: bool | None
    fence_setting: str
    return_height_m: float | None
    needs_yes: list[str]
    """What its pilot confirms before it starts."""


class AskedOnBoard(Answer):
    """What waits for the pilot's yes."""

    subject: str
    message: str


class AboardAnswer(Answer):
    """What is on board; all but `is_connected` only while a vehicle is connected for the flight."""

    is_connected: bool
    plan: str | None = None
    is_on_board: bool | None = None
    mission_items: int | None = None
    fence_points: int | None = None
    rally_points: int | None = None
    failsafes: FailsafesAnswer | None = None
    by_itself: list[str] | None = None
    """What it does by itself, in sentences."""
    fence_warning: str | None = None
    arming: list[str] | None = None
    """What keeps it from arming."""
    asks: list[AskedOnBoard] | None = None
    link: str | None = None
    driver: str | None = None
