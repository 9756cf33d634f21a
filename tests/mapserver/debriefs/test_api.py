"""What the API answers of a flight that was flown: debrief, track, orders that come too late."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from telemetry.access import Role
from tests.mapserver.debriefs.test_pages import a_flown_flight
from tests.mission.flights.builders import STANDARDS, a_drone

Headers = Callable[..., dict[str, str]]


@pytest.fixture
def flight(parts: Services) -> str:
    parts.standards = STANDARDS
    a_drone(parts.store)
    return f"/api/v1/flights/{a_flown_flight(parts, part=0.5).id}"


def test_a_flight_is_debriefed_with_coverage_gaps_and_battery(
    client: TestClient, as_role: Headers, flight: str
) -> None:
    made = client.post(f"{flight}/debrief", headers=as_role(Role.PILOT))
    assert made.status_code == 201, made.text
    assert made.json()["coverage"]["gaps"]
    assert client.get(f"{flight}/debrief", headers=as_role(Role.COORDINATOR)).json() == made.json()


def test_a_track_has_time_speed_and_battery_of_each_point(client: TestClient, as_role: Headers, flight: str) -> None:
    track = client.get(f"{flight}/track", headers=as_role(Role.COORDINATOR)).json()
    points = len(track["geometry"]["coordinates"])
    assert points > 10
    assert {len(values) for name, values in track["properties"].items() if name != "flight_id"} == {points}


@pytest.mark.parametrize("order", ["pause", "resume", "return", "land", "look"])
def test_an_order_to_a_flight_that_is_over_is_refused(
    client: TestClient, as_role: Headers, flight: str, order: str
) -> None:
    assert client.post(f"{flight}/{order}", headers=as_role(Role.PILOT)).status_code == 409
