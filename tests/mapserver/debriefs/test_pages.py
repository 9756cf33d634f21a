"""Debrief and log-book over HTTP, from a flight whose track was recorded as the runner records it."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from mission.debrief import service as debriefs
from mission.flights import repository, service, tracks
from mission.flights.states import FlightState
from mission.flights.tables import FlightRow
from mission.plans import service as plans
from mission.plans.tables import PlanRow
from telemetry.access import Role
from telemetry.cities import City
from telemetry.positions import Position
from telemetry.store import Store
from telemetry.vehicles import VehicleState
from telemetry.visibility import EVERYTHING
from tests.mission.flights.builders import PILOT, STANDARDS, a_drone, a_flight, read

Headers = Callable[..., dict[str, str]]
STATES = (FlightState.UPLOADING, FlightState.READY, FlightState.FLYING)


@pytest.fixture(autouse=True)
def standards(parts: Services) -> None:
    """The running server checks flights by what the tests check them by."""
    parts.standards = STANDARDS


def a_flown_flight(parts: Services, *, part: float = 1.0) -> FlightRow:
    return flown(parts, a_flight(parts.store, parts.clock), part=part)


def flown(parts: Services, flight: FlightRow, *, part: float = 1.0) -> FlightRow:
    """Flown at 5 m/s along the first `part` of its route, and landed."""
    begins = parts.clock.now()
    with parts.store.write() as work:
        row = repository.get(work.session, flight.id, EVERYTHING)
        for state in STATES:
            service.move_to(work, row, state, who="system", why="test", at=begins)
        line = np.array(service.public(work.session, row)["route"]["coordinates"])
        scale = np.array([111_320 * np.cos(np.radians(line[0, 1])), 111_320, 1])
        along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line * scale, axis=0), axis=1))])
        steps = np.arange(0, along[-1] * part, 5)
        for second, metres in enumerate(steps):
            lon, lat, height = (float(np.interp(metres, along, line[:, axis])) for axis in range(3))
            at, level = begins + timedelta(seconds=second), 1 - 0.02 * second / len(steps)
            where = Position(lat=lat, lon=lon, alt_m=60 + height)
            said = VehicleState(at, where, height, None, 5, level, True, True, "mission", 1, 9, True)
            tracks.record(work, row, said)
        ends = begins + timedelta(seconds=len(steps))
        service.move_to(work, row, FlightState.LANDED, who="system", why="landed", at=ends)
    return row


def make(store: Store, flight: FlightRow) -> dict:  # type: ignore[type-arg]
    debriefs.make(store, flight.id, EVERYTHING, STANDARDS, by="system", now=flight.landed_at or flight.updated_at)
    with store.read() as session:
        return debriefs.latest(session, flight.id) or {}


def test_a_whole_survey_covers_its_zone_and_half_of_one_does_not(parts: Services) -> None:
    a_drone(parts.store)
    whole = make(parts.store, a_flown_flight(parts))["coverage"]
    assert whole["fraction"] > 0.9


def test_a_flight_broken_off_leaves_a_gap_and_a_debriefed_flight(parts: Services) -> None:
    a_drone(parts.store)
    flight = a_flown_flight(parts, part=0.5)
    found = make(parts.store, flight)["coverage"]
    assert 0.2 < found["fraction"] < 0.75
    assert found["gaps"][0]["geometry"]["type"] == "Polygon"
    after = read(parts.store, flight)
    assert (after.state, after.outcome) == (FlightState.DEBRIEFED, "landed")


def test_the_page_shows_it_and_takes_the_pilot_s_remark(client: TestClient, parts: Services, as_role: Headers) -> None:
    a_drone(parts.store)
    flight = a_flown_flight(parts)
    make(parts.store, flight)
    mine, path = as_role(Role.PILOT), f"/api/v1/flights/{flight.id}/remarks"
    assert client.post(path, json={"text": "=gusts"}, headers=mine).status_code == 201
    shown = client.get(f"/flights/{flight.id}/debrief", headers=mine).text
    assert "=gusts" in shown
    assert "Covered" in shown
    assert client.get(f"/flights/{flight.id}/debrief", headers=as_role(Role.PILOT, City("siauliai"))).status_code == 404
    assert client.post(path, json={"text": " "}, headers=mine).status_code == 422


def test_what_a_drone_saw_in_flight_leads_to_its_flight(client: TestClient, parts: Services, as_role: Headers) -> None:
    a_drone(parts.store)
    flight = a_flown_flight(parts)
    assert flight.started_at
    seen = [
        {
            "city": "dobele",
            "source": {"kind": "drone", "id": "drone-1"},
            "source_ref": str(seconds),
            "category": "fire",
            "started_at": (flight.started_at + timedelta(seconds=seconds)).isoformat(),
            "position": {"lat": 56.62, "lon": 23.28},
        }
        for seconds in (5, -60)
    ]
    receipts = client.post("/api/v1/observations", json=seen, headers=as_role(Role.DEVICE)).json()
    incident, mine = receipts[0]["incident_id"], as_role(Role.COORDINATOR)
    shown = client.get(f"/incidents/{incident}", headers=mine).text
    assert shown.count(f"/flights/{flight.id}/debrief") == 1


def test_the_log_book_is_the_town_s_own_and_runs_no_formulas(
    client: TestClient, parts: Services, as_role: Headers
) -> None:
    a_drone(parts.store)
    flight = a_flown_flight(parts)
    client.post(f"/api/v1/flights/{flight.id}/remarks", json={"text": "=1+1"}, headers=as_role(Role.PILOT))
    days = {"since": "2020-01-01T00:00:00Z", "until": "2090-01-01T00:00:00Z"}
    answer = client.get("/api/v1/flights/logbook.csv", params=days, headers=as_role(Role.PILOT))
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["pilot"], row["landings"], row["remarks"]) == (PILOT, "1", f"'=1+1 ({PILOT})")
    other = client.get("/api/v1/flights/logbook.csv", params=days, headers=as_role(Role.PILOT, City("siauliai")))
    assert len(other.text.splitlines()) == 1
    assert PILOT in client.get("/flights/logbook", headers=as_role(Role.PILOT)).text


def test_a_page_that_waits_for_a_debrief_is_told_to_look_again_only_once_there_is_one(
    client: TestClient, parts: Services, as_role: Headers
) -> None:
    a_drone(parts.store)
    flight = a_flight(parts.store, parts.clock)  # once it has landed, the server may debrief it at any moment
    asked, path = {**as_role(Role.PILOT), "HX-Request": "true"}, f"/flights/{flight.id}/debrief"
    waiting = client.get(path, headers=asked)
    assert (waiting.status_code, waiting.content, "HX-Refresh" in waiting.headers) == (204, b"", False)
    make(parts.store, flown(parts, flight))
    assert client.get(path, headers=asked).headers["HX-Refresh"] == "true"


def test_the_rest_of_a_flight_that_was_broken_off_is_a_checked_plan_of_its_own(
    client: TestClient, parts: Services, as_role: Headers
) -> None:
    a_drone(parts.store)
    flight = a_flown_flight(parts, part=0.5)
    with parts.store.write() as work:
        row = repository.get(work.session, flight.id, EVERYTHING)
        row.progress_current = (
            next(number for number, item in enumerate(plan_of(parts, row)["items"]) if item["command"] == 206) + 2
        )
        work.session.add(row)
    mine = as_role(Role.PILOT)
    assert "Plan the rest" in client.get(f"/flights/{flight.id}/debrief", headers=mine).text
    rest = client.post(f"/api/v1/flights/{flight.id}/rest", headers=mine)
    assert rest.status_code == 201, rest.text
    told = rest.json()
    whole = plan_of(parts, row)
    assert told["name"] == f"{whole['name']}, atlikusī daļa"
    assert told["previous_id"] == whole["id"]
    assert 0 < told["summary"]["photos"] < whole["summary"]["photos"]
    assert told["fence"] == whole["fence"]
    assert len({verdict["check"] for verdict in told["verdicts"]}) == 16
    opened = client.post(f"/flights/{flight.id}/rest", headers=mine, follow_redirects=False)
    assert opened.headers["location"].startswith("/planner?plan=plan-")
    assert client.post(f"/api/v1/flights/{flight.id}/rest", headers=as_role(Role.COORDINATOR)).status_code == 403


def test_of_a_flight_that_did_all_nothing_is_left_and_the_page_says_so(
    client: TestClient, parts: Services, as_role: Headers
) -> None:
    a_drone(parts.store)
    flight = a_flown_flight(parts)
    with parts.store.write() as work:
        row = repository.get(work.session, flight.id, EVERYTHING)
        row.progress_current = row.progress_total - 1
        work.session.add(row)
    mine = as_role(Role.PILOT)
    refused = client.post(f"/flights/{flight.id}/rest", headers=mine)
    assert refused.status_code == 422
    assert "nothing of it is left" in refused.text


def plan_of(parts: Services, flight: FlightRow) -> dict[str, Any]:
    with parts.store.read() as session:
        return plans.public(session.get_one(PlanRow, flight.plan_id))
