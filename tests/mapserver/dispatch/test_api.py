"""A drone sent from an incident: offered with its checks, sent by a pilot's one word, asked for by a coordinator."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from telemetry.access import Role
from tests.mission.flights.builders import a_drone, ed269, good_weather, zones_known
from tests.telemetry.vehicles.links import HOME

Headers = Callable[..., dict[str, str]]


@pytest.fixture
def incident(client: TestClient, parts: Services, as_role: Headers) -> str:
    now = parts.clock.now()
    a_drone(parts.store)
    zones_known(parts.store, at=now)
    good_weather(parts.store, now)
    said = {"category": "noise", "position": {"lat": HOME.lat + 0.002, "lon": HOME.lon, "accuracy_m": 8}}
    answer = client.post("/api/v1/reports", json=said, headers=as_role(Role.INSPECTOR))
    return str(answer.json()["incident_id"])


def test_the_nearest_free_drone_is_offered_with_its_checks_and_sent_by_one_word(
    client: TestClient, as_role: Headers, incident: str
) -> None:
    pilot, path = as_role(Role.PILOT), f"/api/v1/incidents/{incident}/drone"
    offer = client.get(path, headers=pilot).json()
    assert (offer["unit_id"], offer["clear"], len(offer["verdicts"]) > 10) == ("drone-1", True, True), offer
    asking = [v["subject"] for v in offer["verdicts"] if v["level"] == "acknowledge"]
    flight = client.post(path, json={"unit_id": "drone-1", "subjects": asking}, headers=pilot).json()
    assert (flight["confirmed_by"], flight["control"]["holder"]) == ("pilot.dobele", "pilot.dobele")
    busy = client.get(path, headers=pilot)  # at once: nothing answers at its link, so it does not stay so
    assert busy.status_code == 409
    assert (
        "no drone is free: Drone drone-1 is on Troksnis – apskate no gaisa (scheduled, pilot.dobele)"
        in busy.json()["message"]
    )
    told = client.get(f"/incidents/{incident}", headers=pilot).text
    assert "Drone drone-1 is sent" in told


def test_what_stands_in_the_way_keeps_it_on_the_ground_and_nothing_is_kept(
    client: TestClient, parts: Services, as_role: Headers, incident: str
) -> None:
    zones_known(parts.store, ed269("LVP1", HOME.lon, HOME.lat + 0.002), at=parts.clock.now())
    pilot = as_role(Role.PILOT)
    assert "stands in the way" in client.get(f"/incidents/{incident}/drone", headers=pilot).text
    refused = client.post(f"/incidents/{incident}/drone", data={"unit_id": "drone-1"}, headers=pilot)
    assert (refused.status_code, "may not fly" in refused.text) == (409, True)
    assert client.get("/api/v1/flights", headers=pilot).json() == []
    assert client.get("/api/v1/zones", headers=pilot).json() == []


def test_a_coordinator_asks_and_a_pilot_sends(client: TestClient, as_role: Headers, incident: str) -> None:
    coordinator = as_role(Role.COORDINATOR)
    body = {"unit_id": "drone-1"}
    assert client.post(f"/api/v1/incidents/{incident}/drone", json=body, headers=coordinator).status_code == 403
    asked = client.post(f"/incidents/{incident}/drone/asked", headers=coordinator)
    assert "asks a pilot to send Drone drone-1" in asked.text
    pilot = as_role(Role.PILOT)
    assert "coordinator.dobele asks for a drone: Noise" in client.get("/flights", headers=pilot).text
    page = client.get(f"/incidents/{incident}/drone", headers=pilot).text
    assert "It waits for your answer" in page
    assert "Confirm: send Drone drone-1" in page
    client.post(f"/api/v1/incidents/{incident}/drone", json=body, headers=pilot)
    assert client.get("/api/v1/incidents/drones/asked", headers=pilot).json() == []


def test_a_pilot_declines_with_a_reason_and_it_may_be_asked_for_again(
    client: TestClient, as_role: Headers, incident: str
) -> None:
    coordinator, pilot, path = as_role(Role.COORDINATOR), as_role(Role.PILOT), f"/api/v1/incidents/{incident}/drone"
    assert client.post(f"{path}/declined", json={"reason": "fog"}, headers=pilot).status_code == 409
    client.post(f"{path}/asked", headers=coordinator)
    again = client.post(f"{path}/asked", headers=coordinator)
    assert (again.status_code, "has asked for a drone already" in again.json()["message"]) == (409, True)
    assert client.post(f"{path}/declined", json={"reason": "fog"}, headers=coordinator).status_code == 403
    refused = client.post(f"/flights/asked/{incident}", data={"reason": ""}, headers=pilot)
    assert (refused.status_code, "declining needs a reason" in refused.text) == (422, True)
    client.post(f"/flights/asked/{incident}", data={"reason": "Fog on the river"}, headers=pilot)
    assert "declines to send a drone: Fog on the river" in client.get(f"/incidents/{incident}", headers=pilot).text
    assert client.post(f"{path}/asked", headers=coordinator).status_code == 201


def test_a_closed_incident_asks_for_no_drone(client: TestClient, as_role: Headers, incident: str) -> None:
    coordinator, pilot = as_role(Role.COORDINATOR), as_role(Role.PILOT)
    client.post(f"/api/v1/incidents/{incident}/drone/asked", headers=coordinator)
    closed = {"state": "false_alarm", "reason": "A radio"}
    client.post(f"/api/v1/incidents/{incident}/state", json=closed, headers=coordinator)
    assert client.get("/api/v1/incidents/drones/asked", headers=pilot).json() == []


def test_what_is_written_declined_and_called_off_is_answered_as_declared(
    client: TestClient, as_role: Headers, incident: str
) -> None:
    pilot, coordinator, path = as_role(Role.PILOT), as_role(Role.COORDINATOR), f"/api/v1/incidents/{incident}"
    noted = client.post(f"{path}/notes", json={"text": "The neighbours have called too"}, headers=coordinator)
    assert noted.json()["id"] == incident
    assert client.post(f"{path}/drone/asked", headers=coordinator).status_code == 201
    declined = client.post(f"{path}/drone/declined", json={"reason": "wind"}, headers=pilot)
    assert (declined.status_code, declined.json()) == (201, {"status": "declined"})
    asking = [v["subject"] for v in client.get(f"{path}/drone", headers=pilot).json()["verdicts"] if v["subject"]]
    sent = client.post(f"{path}/drone", json={"unit_id": "drone-1", "subjects": asking}, headers=pilot).json()
    flight = f"/api/v1/flights/{sent['id']}"
    assert client.get(f"{flight}/checks", headers=pilot).json()
    called_off = client.post(f"{flight}/abort", json={"reason": "it is quiet again"}, headers=pilot)
    assert (called_off.status_code, called_off.json()["state"]) == (200, "aborted")
