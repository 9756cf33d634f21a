"""Control and orders through API and page: who may, what is refused and in which words, what is written down."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from incidents.timeline import repository
from mapserver.access import service as access
from mapserver.core.services import Services
from mapserver.flights.control import take_warning
from mission.control import service as control
from mission.flights.tables import FlightRow
from mission.flights.warnings import FlightWarning
from telemetry.access import Role
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.clock import SystemClock
from telemetry.messages import written
from telemetry.positions import Position
from telemetry.units import service as units
from tests.builders import live
from tests.mission.flights.builders import PILOT, a_drone, a_flight

Headers = Callable[..., dict[str, str]]
AT = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def second_pilot(parts: Services) -> str:
    with parts.store.write() as work:
        access.add_user(work.session, "janis", Role.PILOT, City("dobele"), password=None, now=AT)
    return "janis"


def test_a_control_is_taken_offered_shown_and_audited(
    client: TestClient, parts: Services, as_role: Headers, second_pilot: str
) -> None:
    a_drone(parts.store)
    path, pilot = "/api/v1/units/drone-1/control", as_role(Role.PILOT)
    assert client.post(path, json={"step": "take"}, headers=pilot).json()["holder"] == PILOT
    unknown = client.post(path, json={"step": "offer", "to": "nobody"}, headers=pilot)
    assert (unknown.status_code, "no pilot called nobody" in unknown.json()["message"]) == (422, True)
    client.post(path, json={"step": "offer", "to": second_pilot}, headers=pilot)
    seen = client.get(path, headers=as_role(Role.COORDINATOR)).json()
    assert (seen["holder"], seen["offered_to"]) == (PILOT, second_pilot)
    with parts.store.read() as session:
        done = [entry["action"] for entry in audit.latest(session, live(City("dobele")), limit=10)]
    assert done[:2] == ["control_offer", "control_take"]


def test_a_coordinator_may_only_free_a_control(client: TestClient, parts: Services, as_role: Headers) -> None:
    a_drone(parts.store)
    path, coordinator = "/api/v1/units/drone-1/control", as_role(Role.COORDINATOR)
    assert client.post(path, json={"step": "take"}, headers=coordinator).status_code == 403
    client.post(path, json={"step": "take"}, headers=as_role(Role.PILOT))
    assert client.post(path, json={"step": "give_back"}, headers=coordinator).json()["holder"] is None


def test_orders_are_a_pilots_and_only_for_a_flight_in_the_air(
    client: TestClient, parts: Services, as_role: Headers
) -> None:
    a_drone(parts.store)
    flight: FlightRow = a_flight(parts.store, SystemClock(), confirmed=False)
    path = f"/api/v1/flights/{flight.id}/pause"
    assert client.post(path, headers=as_role(Role.COORDINATOR)).status_code == 403
    refused = client.post(path, headers=as_role(Role.PILOT))
    assert (refused.status_code, "only a flight in the air" in refused.json()["message"]) == (409, True)
    assert "data-order" in client.get(f"/flights/{flight.id}/fly", headers=as_role(Role.PILOT)).text


def test_the_flights_page_takes_the_control(client: TestClient, parts: Services, as_role: Headers) -> None:
    a_drone(parts.store)
    pilot = as_role(Role.PILOT)
    shown = client.post("/flights/control/drone-1", data={"step": "take"}, headers=pilot)
    assert "Give it back" in shown.text
    assert "Give it back" in client.get("/flights/rows", headers=pilot).text


def test_a_pilot_without_the_control_is_told_beside_the_button_who_has_it(
    client: TestClient, parts: Services, as_role: Headers, second_pilot: str
) -> None:
    a_drone(parts.store)
    flight = a_flight(parts.store, SystemClock(), confirmed=False)
    with parts.store.write() as work:
        drone = units.get(work.session, "drone-1", live(City("dobele")))
        control.take(work, drone, by=second_pilot, at=AT)
    pilot = as_role(Role.PILOT)
    assert "janis has the control of Drone drone-1" in client.get("/flights", headers=pilot).text
    refused = client.post(f"/flights/{flight.id}/confirm", headers=pilot)
    assert refused.status_code == 409
    beside = refused.text.split(f'id="refused-{flight.id}"')[1].split("</div>")[0]
    assert "janis has the control of Drone drone-1; ask them to hand it over to you" in beside


def test_a_flight_is_called_off_on_the_page_with_a_reason(
    client: TestClient, parts: Services, as_role: Headers
) -> None:
    a_drone(parts.store)
    flight = a_flight(parts.store, SystemClock(), confirmed=False)
    path, pilot = f"/flights/{flight.id}/abort", as_role(Role.PILOT)
    assert "needs a reason" in client.post(path, data={"reason": " "}, headers=pilot).text
    assert "Fog on the river" in client.post(path, data={"reason": "Fog on the river"}, headers=pilot).text


def test_a_warning_becomes_one_observation_of_the_towns_own_equipment(parts: Services) -> None:
    place = Position(lat=56.62, lon=23.28, accuracy_m=3)
    a_drone(parts.store)
    flight = a_flight(parts.store, SystemClock())
    warning = FlightWarning(flight.id, "drone-1", "dobele", "battery", AT, place, written("battery at 20%"))
    take_warning(parts, warning)
    take_warning(parts, warning)
    with parts.store.read() as session:
        rows = repository.open_ones(session, live(City("dobele")))
        assert [(row.category, row.sources, row.simulated) for row in rows] == [("unit_trouble", ["telemetry"], False)]
