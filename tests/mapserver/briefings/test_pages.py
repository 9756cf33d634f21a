"""Briefings out of the server: what they say of a plan and of a flight, who gets them, and that it is written down."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from mapserver.core.town_settings import ContactSettings, TownSettings
from mission.checks.policy import Policy
from mission.flights.check_inputs import Standards
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import ManualClock
from telemetry.scopes import DEMO
from tests.mission.flights.builders import a_drone, a_plan

Headers = Callable[..., dict[str, str]]
NOON = datetime(2026, 11, 25, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def plan_id(parts: Services) -> str:
    """A plan of Dobele with a drone to fly it, and a town with a telephone."""
    parts.clock = ManualClock(NOON)
    parts.standards = Standards({City("dobele"): Policy(unknown_blocks=False, stale_zone_data_blocks=False)})
    centre = ContactSettings(name="Centre & Co", phone="+371 6370 0000")
    parts.settings.towns = {
        City("dobele"): TownSettings(coordination_centre=centre, pilot_phones={"pilot.dobele": "+371 2"})
    }
    a_drone(parts.store, unit_id="DRN-1")
    return str(a_plan(parts.store).id)


def test_a_plan_is_downloaded_as_one_file_with_its_town_and_its_verdicts(
    client: TestClient, as_role: Headers, plan_id: str
) -> None:
    answer = client.get(f"/plans/{plan_id}/briefing?unit_id=DRN-1", headers=as_role(Role.PILOT))
    assert answer.headers["content-disposition"].startswith('attachment; filename="briefing-yard-laukuma-uznemsana-')
    text = answer.text
    assert "Yard – laukuma uzņemšana" in text
    assert f"{plan_id}, version 1" in text
    assert "Centre &amp; Co" in text
    assert "+371 2" in text  # the pilot's, by user name
    assert "SIMULATED" not in text  # the drone is of the live scope
    assert "To be acknowledged: not to be flown" in text
    assert '<dt>Take-off</dt><dd><span class="line">' in text  # nobody has named a time


def test_a_briefing_of_an_exercise_says_that_it_is_simulated(
    parts: Services, client: TestClient, as_role: Headers
) -> None:
    a_drone(parts.store, unit_id="DRN-2", scope=DEMO)
    plan = a_plan(parts.store, scope=DEMO)
    pilot = as_role(Role.PILOT, scope=DEMO)
    assert "SIMULATED" in client.get(f"/plans/{plan.id}/briefing?unit_id=DRN-2", headers=pilot).text


def test_a_plan_at_a_time_is_checked_for_that_time(client: TestClient, as_role: Headers, plan_id: str) -> None:
    url = f"/plans/{plan_id}/briefing?unit_id=DRN-1&at=2026-11-25T22:00Z"
    text = client.get(url, headers=as_role(Role.PILOT)).text
    assert "Thu 26 Nov 2026 00:00 EET" in text
    assert "by night" in text


def test_a_flights_briefing_has_its_pilot_time_and_what_was_acknowledged(
    client: TestClient, as_role: Headers, plan_id: str
) -> None:
    pilot = as_role(Role.PILOT)
    wanted = {"unit_id": "DRN-1", "at": "2026-11-25T12:00:00Z"}
    client.post(f"/api/v1/plans/{plan_id}/acknowledgements", json={**wanted, "subjects": ["recording"]}, headers=pilot)
    made = client.post(
        "/api/v1/flights",
        json={"plan_id": plan_id, "unit_id": "DRN-1", "scheduled_at": wanted["at"]},
        headers=pilot,
    )
    assert made.status_code == 201, made.text
    text = client.get(f"/flights/{made.json()['id']}/briefing", headers=as_role(Role.COORDINATOR)).text
    assert "Wed 25 Nov 2026 14:00 EET" in text
    assert "Checks passed, with warnings." in text
    assert '<th scope="row">recording</th><td>pilot.dobele</td>' in text


def test_every_briefing_is_an_export_in_the_audit_trail(
    client: TestClient, as_role: Headers, plan_id: str, parts: Services
) -> None:
    client.get(f"/plans/{plan_id}/briefing?unit_id=DRN-1", headers=as_role(Role.COORDINATOR))
    trail = client.get("/api/v1/audit", headers=as_role(Role.SUPERVISOR)).json()
    newest = trail[0]
    assert (newest["who"], newest["action"], newest["subject"]) == ("coordinator.dobele", "export", f"plan {plan_id}")


def test_strangers_devices_and_passers_by_get_none(client: TestClient, as_role: Headers, plan_id: str) -> None:
    url = f"/plans/{plan_id}/briefing?unit_id=DRN-1"
    assert client.get(url, headers=as_role(Role.PILOT, City("siauliai"))).status_code == 404
    assert client.get(url, headers=as_role(Role.DEVICE)).status_code == 403
    assert client.get(url, headers={"Accept": "application/json"}).status_code == 401


def test_a_plan_made_for_no_drone_wants_one_named(client: TestClient, as_role: Headers, plan_id: str) -> None:
    answer = client.get(f"/plans/{plan_id}/briefing", headers=as_role(Role.PILOT))
    assert (answer.status_code, "unit_id" in answer.text) == (422, True)
