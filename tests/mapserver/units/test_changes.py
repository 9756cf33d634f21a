"""A unit's name, link and driver can be changed by an administrator, on the ground, and it is written down."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from mission.flights import repository as flights
from telemetry.access import Role
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.scopes import LIVE
from telemetry.units.tables import UnitKind, UnitRow
from tests.builders import NOON, live

Headers = Callable[..., dict[str, str]]
NAMED = {"name": "Kestrel", "link": "udpin://0.0.0.0:14560", "driver": "dronekit"}


@pytest.fixture(autouse=True)
def units(parts: Services) -> None:
    with parts.store.write() as work:
        for unit_id, kind in (("DOB-D1", UnitKind.DRONE), ("DOB-T1", UnitKind.TOWER)):
            unit = UnitRow(
                id=unit_id,
                city=City("dobele"),
                kind=kind,
                name=unit_id,
                lat=56.62,
                lon=23.27,
                updated_at=NOON,
                scope=LIVE,
            )
            work.session.add(unit)


def unit(parts: Services, unit_id: str = "DOB-D1") -> UnitRow:
    with parts.store.read() as session:
        return session.get_one(UnitRow, unit_id)


def test_name_link_and_driver_are_changed_and_written_down(
    parts: Services, client: TestClient, as_role: Headers
) -> None:
    answer = client.patch("/api/v1/units/DOB-D1", json=NAMED, headers=as_role(Role.ADMIN, None))
    assert answer.status_code == 200, answer.text
    assert {name: answer.json()[name] for name in NAMED} == NAMED
    with parts.store.read() as session:
        entry = audit.latest(session, live(City("dobele")), limit=1)[0]
    assert (entry["action"], entry["subject"]) == ("change_unit", "unit DOB-D1")
    assert "udpin://0.0.0.0:14560 (dronekit)" in entry["detail"]


def test_what_is_left_out_stays(parts: Services, client: TestClient, as_role: Headers) -> None:
    headers = as_role(Role.ADMIN, None)
    client.patch("/api/v1/units/DOB-D1", json=NAMED, headers=headers)
    client.patch("/api/v1/units/DOB-D1", json={"name": "Merlin"}, headers=headers)
    found = unit(parts)
    assert (found.name, found.link, found.driver) == ("Merlin", NAMED["link"], "dronekit")


@pytest.mark.parametrize(
    ("unit_id", "change", "words"),
    [
        ("DOB-D1", {"link": "udp:14550"}, "is no link"),
        ("DOB-D1", {"link": "udpin://0.0.0.0:0"}, "port from 1 to 65535"),
        ("DOB-D1", {"driver": "telepathy"}, "driver"),
        ("DOB-D1", {"colour": "red"}, "colour"),
        ("DOB-T1", {"link": "udpin://0.0.0.0:14560"}, "only a drone has a link"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_keeps_nothing(
    parts: Services, client: TestClient, as_role: Headers, unit_id: str, change: dict[str, str], words: str
) -> None:
    change = {"name": "Never kept", **change}
    answer = client.patch(f"/api/v1/units/{unit_id}", json=change, headers=as_role(Role.ADMIN, None))
    assert (answer.status_code, words in answer.json()["message"]) == (422, True), answer.text
    assert (unit(parts, unit_id).name, unit(parts, unit_id).link) == (unit_id, None)


def test_only_an_administrator_changes_units(client: TestClient, as_role: Headers) -> None:
    for role in (Role.PILOT, Role.COORDINATOR, Role.SUPERVISOR):
        assert client.patch("/api/v1/units/DOB-D1", json=NAMED, headers=as_role(role)).status_code == 403


def test_a_drone_in_the_air_keeps_its_link_but_may_be_renamed(
    parts: Services, client: TestClient, as_role: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Flight:
        name = "Evening survey"

    monkeypatch.setattr(flights, "in_the_air", lambda session, unit_id: Flight())
    headers = as_role(Role.ADMIN, None)
    refused = client.patch("/api/v1/units/DOB-D1", json=NAMED, headers=headers)
    assert (refused.status_code, "once it has landed" in refused.json()["message"]) == (409, True)
    assert client.patch("/api/v1/units/DOB-D1", json={"name": "Merlin"}, headers=headers).status_code == 200
    assert (unit(parts).name, unit(parts).link) == ("Merlin", None)


def test_the_page_changes_a_unit_and_says_beside_the_button_why_not(
    parts: Services, client: TestClient, as_role: Headers
) -> None:
    headers = as_role(Role.ADMIN, None)
    done = client.post("/units/DOB-D1", data=NAMED, headers=headers, follow_redirects=False)
    assert (done.status_code, unit(parts).link) == (303, NAMED["link"])
    refused = client.post("/units/DOB-D1", data={**NAMED, "link": "nowhere"}, headers=headers)
    assert (refused.status_code, "is no link" in refused.text) == (422, True)
    assert 'value="udpin://0.0.0.0:14560"' in client.get("/units", headers=headers).text
    assert unit(parts).link == NAMED["link"]
