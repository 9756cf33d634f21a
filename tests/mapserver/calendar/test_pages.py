"""The calendar page: what it shows whom, and what it says when a flight cannot be scheduled."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from incidents.shifts import service as shifts
from mapserver.core.services import Services
from mission.checks.policy import Policy
from mission.flights.check_inputs import Standards
from mission.zones import service as zones
from mobile_units.assignments import service as assignments
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import ManualClock
from telemetry.scopes import LIVE
from telemetry.units.tables import UnitKind, UnitRow
from tests.builders import live
from tests.mission.flights.builders import a_drone, a_plan
from tests.telemetry.vehicles.links import HOME

EASY = Policy(unknown_blocks=False, stale_zone_data_blocks=False)
"""What is not known warns, so that a flight can be scheduled without papers; the recording must be acknowledged."""
Headers = Callable[..., dict[str, str]]
NOON = datetime(2026, 10, 24, 9, tzinfo=UTC)
"""12:00 in both towns, on the day before the clock is put back."""


@pytest.fixture(autouse=True)
def town(parts: Services) -> str:
    """A drone with a plan, and a tower of the other town on loan; it is noon. Gives the plan's id."""
    parts.clock = ManualClock(NOON)
    parts.standards = Standards({City("dobele"): EASY})
    a_drone(parts.store, unit_id="DRN-1")
    with parts.store.write() as work:
        for unit_id, lent in (("TWR-1", City("dobele")), ("TWR-2", None)):
            work.session.add(
                UnitRow(
                    id=unit_id,
                    city=City("siauliai"),
                    lent_to=lent,
                    kind=UnitKind.TOWER,
                    name=f"<b>{unit_id}</b>",
                    scope=LIVE,
                )
            )
    return str(a_plan(parts.store).id)


def send(client: TestClient, headers: dict[str, str], plan: str, at: str, *, acknowledge: bool = True) -> str:
    form = {"plan_id": plan, "unit_id": "DRN-1", "at": at, "view": "day"}
    if acknowledge:
        form["acknowledge"] = "recording"
    answer = client.post("/calendar/flights", data=form, headers=headers, follow_redirects=False)
    return str(answer.headers.get("location") or answer.text)


def problem(html: str) -> str:
    found = re.search(r'role="alert">.*?<p>(.*?)</p>', html, re.DOTALL)
    return found.group(1) if found else ""


def test_a_pilot_schedules_at_a_time_of_the_towns_clock_and_sees_it_on_that_day(
    client: TestClient, as_role: Headers, town: str
) -> None:
    pilot = as_role(Role.PILOT)
    assert send(client, pilot, town, "2026-10-25T12:00") == "/calendar?view=day&day=2026-10-25"
    (flight,) = client.get("/api/v1/flights", headers=pilot).json()
    assert flight["scheduled_at"] == "2026-10-25T10:00:00.000Z"  # winter time by then
    shown = client.get("/calendar?view=day&day=2026-10-25", headers=pilot).text
    assert f'data-block-id="{flight["id"]}"' in shown
    assert 'data-at="52.0"' in shown  # the 13th of 25 hours
    assert "25 hours" in shown
    assert flight["id"] not in client.get("/calendar?day=2026-10-24", headers=pilot).text


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-10-24T09:00", "is in the past"),
        ("2027-03-28T03:30", "does not exist"),
        ("tomorrow", "no date and time"),
    ],
)
def test_a_refusal_is_said_on_the_page_with_the_form_as_it_was(
    client: TestClient, as_role: Headers, town: str, at: str, words: str
) -> None:
    pilot = as_role(Role.PILOT)
    send(client, pilot, town, "2026-10-24T14:00")
    answer = send(client, pilot, town, at)
    assert words in problem(answer)
    assert f'value="{at}"' in answer
    assert len(client.get("/api/v1/flights", headers=pilot).json()) == 1


def test_what_stands_in_the_way_is_listed_and_a_condition_can_be_acknowledged_there(
    client: TestClient, as_role: Headers, town: str
) -> None:
    pilot = as_role(Role.PILOT)
    answer = send(client, pilot, town, "2026-10-24T14:00", acknowledge=False)
    assert "This stands in the way of the flight" in answer
    assert 'name="acknowledge" value="recording"' in answer
    assert client.get("/api/v1/flights", headers=pilot).json() == []
    assert send(client, pilot, town, "2026-10-24T14:00") == "/calendar?view=day&day=2026-10-24"


def test_a_second_flight_of_the_drone_at_the_same_time_is_refused_in_the_words_of_the_check(
    client: TestClient, as_role: Headers, town: str
) -> None:
    pilot = as_role(Role.PILOT)
    send(client, pilot, town, "2026-10-24T14:00")
    answer = send(client, pilot, town, "2026-10-24T14:00", acknowledge=False)
    assert "Yard – laukuma uzņemšana" in answer.partition("This stands in the way")[2].partition("</div>")[0]
    assert len(client.get("/api/v1/flights", headers=pilot).json()) == 1


def test_the_worst_verdict_is_an_icon_with_words_on_the_block(client: TestClient, as_role: Headers, town: str) -> None:
    send(client, as_role(Role.PILOT), town, "2026-10-24T14:00")
    assert 'aria-label="passed with warnings"' in client.get("/calendar", headers=as_role(Role.COORDINATOR)).text


def test_the_pilot_confirms_on_the_calendar(client: TestClient, as_role: Headers, town: str) -> None:
    pilot = as_role(Role.PILOT)
    send(client, pilot, town, "2026-10-24T14:00")
    (flight,) = client.get("/api/v1/flights", headers=pilot).json()
    client.post(f"/calendar/flights/{flight['id']}/confirm", data={"day": "2026-10-24"}, headers=pilot)
    assert f"<dd>{flight['pilot']}</dd>" in client.get("/calendar?day=2026-10-24", headers=pilot).text
    assert client.get(f"/api/v1/flights/{flight['id']}", headers=pilot).json()["confirmed_by"] == flight["pilot"]


def test_own_and_lent_units_have_lines_and_those_of_others_have_none(client: TestClient, as_role: Headers) -> None:
    shown = client.get("/calendar", headers=as_role(Role.COORDINATOR)).text
    assert re.findall(r'data-unit-id="([^"]*)"', shown) == ["DRN-1", "TWR-1"]
    assert "lent to Dobele" in shown
    assert "<b>TWR-1" not in shown


def test_the_other_towns_flights_are_not_shown(client: TestClient, as_role: Headers, town: str) -> None:
    send(client, as_role(Role.PILOT), town, "2026-10-24T14:00")
    other = client.get("/calendar?day=2026-10-24", headers=as_role(Role.COORDINATOR, City("siauliai"))).text
    both = client.get("/calendar?day=2026-10-24", headers=as_role(Role.ADMIN, None)).text
    assert "calendar-block" not in other
    assert "calendar-block" in both


def test_a_deployment_past_its_end_is_overdue_until_somebody_ends_it(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    with parts.store.write() as work:
        zone = zones.listed(work.session, live(City("dobele")))[0]
        assignments.deploy(
            work, unit=work.session.get_one(UnitRow, "TWR-1"), zone_id=zone.id, city=City("dobele"), holder=None,
            purpose="Fair", position=HOME, since=NOON - timedelta(hours=30),
            until=NOON - timedelta(hours=2), by="x", now=NOON,
        )  # fmt: skip
    for day, there in (("2026-10-23", True), ("2026-10-24", True), ("2026-10-26", True), ("2026-10-21", False)):
        assert ("is-overdue" in client.get(f"/calendar?day={day}", headers=as_role(Role.COORDINATOR)).text) is there


def test_whoever_may_not_fly_gets_no_form_and_no_entry(client: TestClient, as_role: Headers, town: str) -> None:
    coordinator = as_role(Role.COORDINATOR)
    assert 'action="/calendar/flights"' not in client.get("/calendar", headers=coordinator).text
    assert client.post("/calendar/flights", data={"plan_id": town}, headers=coordinator).status_code == 403
    assert client.get("/calendar", headers=as_role(Role.DEVICE)).status_code == 403


@pytest.mark.parametrize("day", ["yesterday", "0001-01-01", "2026-02-30"])
def test_a_day_that_is_none_is_refused_in_a_sentence(client: TestClient, as_role: Headers, day: str) -> None:
    answer = client.get(f"/calendar?day={day}", headers=as_role(Role.PILOT))
    assert (answer.status_code, "write it as 2026-11-22" in answer.text) == (422, True)


def test_a_coordinator_has_the_day_planned_confirms_a_visit_and_takes_another_off(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    coordinator, today = as_role(Role.COORDINATOR), {"day": "2026-10-24"}
    as_role(Role.PILOT)  # somebody to fly the drone, in a shift
    with parts.store.write() as work:
        shifts.plan(
            work, City("dobele"), LIVE, person="pilot.dobele", role=Role.PILOT, begins=NOON,
            ends=NOON + timedelta(hours=8), by="head", now=NOON,
        )  # fmt: skip
    made = client.post("/calendar/schedule", data=today, headers=coordinator, follow_redirects=False)
    assert made.headers["location"] == "/calendar?view=day&day=2026-10-24", made.text
    shown = client.get("/calendar?day=2026-10-24", headers=coordinator).text
    (visit,) = set(re.findall(r'action="/calendar/visits/([^"]+)"', shown))
    assert "is-visit is-proposed" in shown
    assert "1 of 1" in shown
    for state in ("confirmed", "cancelled"):
        client.post(f"/calendar/visits/{visit}", data={"state": state, **today}, headers=coordinator)
        shown = client.get("/calendar?day=2026-10-24", headers=coordinator).text
        assert ("is-visit is-confirmed" in shown) is (state == "confirmed")
    again = client.post(f"/calendar/visits/{visit}", data={"state": "started", **today}, headers=coordinator)
    assert "cannot become started" in problem(again.text)


def test_only_who_deploys_has_visits_planned_and_a_day_that_is_over_is_refused(
    client: TestClient, as_role: Headers
) -> None:
    form = {"day": "2026-10-20"}
    assert client.post("/calendar/schedule", data=form, headers=as_role(Role.PILOT)).status_code == 403
    answer = client.post("/calendar/schedule", data=form, headers=as_role(Role.COORDINATOR))
    assert (answer.status_code, "is over" in problem(answer.text)) == (422, True)
