"""The pages of papers: the register with what runs out first, permits with their zones, the weather that people see."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from mission.airspace import permit_store
from mission.registry import service as registry
from mission.weather import service as weather
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import ManualClock
from telemetry.positions import Position
from telemetry.scopes import LIVE
from telemetry.units.tables import UnitKind, UnitRow
from telemetry.visibility import EVERYTHING
from tests.builders import live
from tests.mission.flights.builders import ed269, zones_known

Headers = Callable[..., dict[str, str]]
NOON = datetime(2026, 10, 1, 9, tzinfo=UTC)
OPERATOR = {
    "name": "Dobele town", "registration": "LVAabcdefgh12345", "registered_until": "2027-01-01",
    "insurance_until": "2026-10-12", "number": "LV-OA-7", "until": "2026-09-28", "bvlos": "yes",
}  # fmt: skip
PERMIT = {
    "reference": "CAA 12/26", "zones": "EYSA9", "lower": "0", "upper": "100", "above": "AGL",
    "begins": "2026-10-01T12:00", "ends": "2026-10-20T18:00",
}  # fmt: skip


@pytest.fixture(autouse=True)
def now(parts: Services) -> None:
    parts.clock = ManualClock(NOON)
    with parts.store.write() as work:
        work.session.add(UnitRow(id="D", city=City("dobele"), kind=UnitKind.DRONE, name="<b>Falcon</b>", scope=LIVE))


@pytest.fixture
def supervisor(as_role: Headers) -> dict[str, str]:
    return as_role(Role.SUPERVISOR)


def entries(parts: Services) -> list[tuple[str, str]]:
    with parts.store.read() as session:
        return [(entry["kind"], entry["holder"]) for entry in registry.listed(session, EVERYTHING)]


def test_what_runs_out_soon_comes_first_and_names_the_days(client: TestClient, supervisor: dict[str, str]) -> None:
    client.post("/papers/operator/dobele", data=OPERATOR, headers=supervisor).raise_for_status()
    shown = client.get("/papers", headers=supervisor).text
    soon = shown[shown.index("Runs out within 30 days") : shown.index('class="work-rows"')]
    assert [word in soon for word in ("insurance", "11 days left", "LV-OA-7", "ran out 3 days ago")] == [True] * 4
    assert "registration" not in soon
    assert soon.index("ran out") < soon.index("11 days")


def test_a_pilot_and_a_drone_are_entered_on_the_page(
    client: TestClient, parts: Services, supervisor: dict[str, str], as_role: Headers
) -> None:
    pilot = as_role(Role.PILOT)
    held = {"number A2": "LT-1", "until A2": "2028-01-01", "bvlos_until": "2027-05-01"}
    drone = {"maintenance_due": "2027-01-01", "firmware": "1.2", "firmware_approved": "yes", "return_height_m": "60"}
    client.post("/papers/pilot/pilot.dobele", data=held, headers=supervisor).raise_for_status()
    client.post("/papers/drone/D", data={**drone, "eu_class": "none"}, headers=supervisor).raise_for_status()
    assert entries(parts) == [("pilot", "pilot.dobele"), ("drone", "D")]
    with parts.store.read() as session:
        papers = registry.papers_for(session, city=City("dobele"), scope=LIVE, pilot="pilot.dobele", unit_id="D")
    assert papers.pilot is not None and papers.drone is not None
    assert [c.number for c in papers.pilot.certificates] == ["LT-1"]
    assert (papers.drone.return_height_m, papers.drone.firmware_approved, papers.drone.eu_class) == (60, True, "")
    assert "&lt;b&gt;Falcon" in client.get("/papers", headers=pilot).text


@pytest.mark.parametrize(
    ("path", "form", "sentence"),
    [
        ("operator/dobele", {**OPERATOR, "registration": "LV1"}, "registration"),
        ("operator/dobele", {**OPERATOR, "until": ""}, "authorisation.until"),
        ("drone/D", {"maintenance_due": "soon", "firmware": "1"}, "maintenance_due"),
        ("drone/D", {"maintenance_due": "2027-01-01", "firmware": "1", "airframe": "kite"}, "kite"),
    ],
)
def test_papers_that_cannot_be_entered_are_refused_on_the_page_and_kept_in_the_form(
    client: TestClient, parts: Services, supervisor: dict[str, str], path: str, form: dict[str, str], sentence: str
) -> None:
    answer = client.post(f"/papers/{path}", data=form, headers=supervisor)
    assert (answer.status_code, entries(parts)) == (422, [])
    assert sentence in answer.text
    assert form["firmware" if "firmware" in form else "number"] in answer.text


def test_only_who_keeps_the_register_changes_it(client: TestClient, as_role: Headers, parts: Services) -> None:
    for role, read in ((Role.PILOT, 200), (Role.INSPECTOR, 403)):
        assert client.get("/papers", headers=as_role(role)).status_code == read
        assert client.post("/papers/operator/dobele", data=OPERATOR, headers=as_role(role)).status_code == 403
    other = client.post("/papers/operator/dobele", data=OPERATOR, headers=as_role(Role.SUPERVISOR, City("siauliai")))
    assert (other.status_code, entries(parts)) == (404, [])


def test_a_permit_for_a_zone_that_is_not_there_is_kept_with_a_hint(
    client: TestClient, parts: Services, as_role: Headers
) -> None:
    zones_known(parts.store, ed269("EYSA1", 23.28, 56.62))
    client.post("/permits", data=PERMIT, headers=as_role(Role.PILOT)).raise_for_status()
    with parts.store.read() as session:
        (kept,) = permit_store.listed(session, EVERYTHING)
        permit_id, begins = kept.id, kept.begins
    assert begins == NOON
    shown = client.get("/permits", headers=as_role(Role.PILOT)).text
    assert "There is no zone EYSA9 in the zone data of Dobele; did you mean EYSA1?" in shown
    client.post(f"/permits/{permit_id}/withdraw", headers=as_role(Role.PILOT)).raise_for_status()
    assert "withdrawn" in client.get("/permits", headers=as_role(Role.COORDINATOR)).text


def test_a_permit_that_ends_before_it_begins_is_refused_on_the_page(client: TestClient, as_role: Headers) -> None:
    wrong = {**PERMIT, "ends": "2026-09-01T12:00"}
    answer = client.post("/permits", data=wrong, headers=as_role(Role.PILOT))
    assert (answer.status_code, "exchange the two times" in answer.text) == (422, True)
    assert (
        "is no date and time" in client.post("/permits", data={**PERMIT, "ends": "x"}, headers=as_role(Role.PILOT)).text
    )
    assert client.post("/permits", data=PERMIT, headers=as_role(Role.COORDINATOR)).status_code == 403


def test_the_weather_shows_what_the_checks_go_by_hour_by_hour(
    client: TestClient, parts: Services, as_role: Headers
) -> None:
    pilot = as_role(Role.PILOT)
    assert "nobody says" in client.get("/weather", headers=pilot).text
    seen = {"begins": "2026-10-01T11:00", "ends": "2026-10-01T23:59", "wind_m_s": "7.5", "gust_m_s": "11"}
    client.post("/weather", data=seen, headers=pilot).raise_for_status()
    shown = client.get("/weather", headers=pilot).text
    assert all(words in shown for words in ("7.5 m/s", "11 m/s", "not known", "entered by pilot.dobele"))
    with parts.store.read() as session:
        here = Position(lat=City("dobele").facts.lat, lon=City("dobele").facts.lon)
        said = weather.outlook_for(session, live(City("dobele")), here, NOON, NOON + timedelta(hours=1))
    assert said is not None and said.wind_m_s == 7.5


def test_weather_that_cannot_be_is_refused_on_the_page(client: TestClient, as_role: Headers) -> None:
    seen = {"begins": "2026-10-01T11:00", "ends": "2026-10-01T10:00", "wind_m_s": "7"}
    answer = client.post("/weather", data=seen, headers=as_role(Role.PILOT))
    assert (answer.status_code, "ends is not after begins" in answer.text) == (422, True)
