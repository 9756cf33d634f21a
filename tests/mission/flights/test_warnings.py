"""What a flight warns of, and that it does so once each."""

from datetime import UTC, datetime

import pytest

from mission.checks.policy import Policy
from mission.flights.states import FlightState
from mission.flights.warnings import FlightWatch, Neighbour
from telemetry.positions import Position
from telemetry.vehicles import VehicleState

LAT, LON = 56.62, 23.28
ROUTE = {"type": "LineString", "coordinates": [[LON, LAT, 0], [LON, LAT + 0.002, 40], [LON + 0.002, LAT, 40]]}
OTHER = Neighbour("drone-2", "Drone 2", Position(lat=LAT + 0.0002, lon=LON, alt_m=105))


def said(*, battery: float = 0.8, north: float = 0.0, alt_m: float = 100) -> VehicleState:
    place = Position(lat=LAT + north, lon=LON, alt_m=alt_m)
    at = datetime(2026, 11, 25, 12, tzinfo=UTC)
    return VehicleState(at, place, 40, 0, 5, battery, True, True, "mission", 1, 4, True)


@pytest.mark.parametrize(
    ("heard", "others", "kind", "words"),
    [
        (said(battery=0.2), [], "battery", "battery at 20 % in the air, below the reserve of 25 %"),
        (said(north=0.004), [], "geofence", "m outside the area of its flight"),
        (said(), [OTHER], "separation drone-2", "22 m beside and 5 m above or below Drone 2"),
    ],
)
def test_a_warning_is_told_once(heard: VehicleState, others: list[Neighbour], kind: str, words: str) -> None:
    watch = FlightWatch(ROUTE, Policy())
    assert watch.look(said(), FlightState.FLYING, []) == []
    [(told, sentence)] = watch.look(heard, FlightState.FLYING, others)
    assert (told, words in str(sentence)) == (kind, True), sentence
    assert watch.look(heard, FlightState.FLYING, others) == []


def test_who_was_sent_away_or_flies_well_above_another_is_not_warned_of() -> None:
    watch = FlightWatch(ROUTE, Policy())
    assert watch.look(said(north=0.004), FlightState.DIVERTED, []) == []
    assert watch.look(said(alt_m=140), FlightState.FLYING, [OTHER]) == []
