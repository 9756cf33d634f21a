"""Phones and trackers over HTTP: they move the pin of their unit, never back, never by a cell tower."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from mapserver.devices import service as devices
from mapserver.devices.service import Binding
from telemetry.access import Principal, Role
from telemetry.cities import City
from telemetry.observations import SourceKind
from telemetry.scopes import LIVE
from telemetry.units.tables import UnitKind, UnitRow

Headers = Callable[..., dict[str, str]]
ADMINISTRATOR = Principal("admin", Role.ADMIN, None)


@pytest.fixture(autouse=True)
def body_cameras(parts: Services) -> None:
    with parts.store.write() as work:
        for name in ("BODY-1", "BODY-2"):
            kind = UnitKind.BODY_CAMERA
            work.session.add(UnitRow(id=name, city=City("dobele"), kind=kind, name=name, scope=LIVE))


@pytest.fixture
def phone(parts: Services) -> dict[str, str]:
    """Headers of a phone that may speak for BODY-1 alone."""
    now = parts.clock.now()
    with parts.store.write() as work:
        bound = [Binding(SourceKind.BODY_CAMERA, "BODY-1")]
        devices.add(work, "phone-7", City("dobele"), bound, by=ADMINISTRATOR, now=now)
        token = parts.tokens.issue(work.session, "phone-7", label="test", now=now, lasts=timedelta(hours=1))
    return {"Authorization": f"Bearer {token}"}


def location(at: datetime, *, lat: float = 56.63, **more: Any) -> dict[str, Any]:
    return {"_type": "location", "lat": lat, "lon": 23.28, "tst": int(at.timestamp()), "acc": 8, "tid": "p7", **more}


def unit(parts: Services, name: str = "BODY-1") -> UnitRow:
    with parts.store.read() as session:
        found = session.get(UnitRow, name)
        assert found is not None
        return found


def test_a_phone_moves_the_only_unit_that_it_speaks_for_and_gets_an_empty_list(
    client: TestClient, parts: Services, phone: dict[str, str]
) -> None:
    now = parts.clock.now()
    answer = client.post("/api/v1/intake/owntracks", json=location(now, batt=64, vel=5, cog=90), headers=phone)
    assert (answer.status_code, answer.json()) == (200, [])
    moved = unit(parts)
    assert (moved.lat, moved.accuracy_m, moved.battery, moved.heading_deg) == (56.63, 8, 0.64, 90)


def test_a_position_from_before_the_last_never_moves_the_pin_back(
    client: TestClient, parts: Services, phone: dict[str, str]
) -> None:
    now = parts.clock.now()
    for said in (location(now), location(now - timedelta(minutes=20), lat=56.5)):
        client.post("/api/v1/intake/owntracks", json=said, headers=phone)
    assert unit(parts).lat == 56.63


def test_a_clock_in_another_year_never_freezes_the_pin(
    client: TestClient, parts: Services, phone: dict[str, str]
) -> None:
    now = parts.clock.now()
    client.post("/api/v1/intake/owntracks", json=location(now + timedelta(days=3_650), lat=56.5), headers=phone)
    client.post("/api/v1/intake/owntracks", json=location(parts.clock.now() + timedelta(seconds=1)), headers=phone)
    assert unit(parts).lat == 56.63


def test_a_network_cell_is_no_place_and_its_charge_is_kept(
    client: TestClient, parts: Services, phone: dict[str, str]
) -> None:
    client.post("/api/v1/intake/owntracks", json=location(parts.clock.now(), acc=3_000, batt=12), headers=phone)
    assert (unit(parts).lat, unit(parts).battery, unit(parts).updated_at) == (None, 0.12, None)


def test_a_tracker_with_the_name_of_a_unit_moves_that_one_by_the_address_alone(
    client: TestClient, parts: Services, as_role: Headers
) -> None:
    query = f"id=body-2&lat=56.64&lon=23.29&timestamp={int(parts.clock.now().timestamp())}&hdop=1.5&speed=0&batt=80"
    for answer in (
        client.get(f"/api/v1/intake/osmand?{query}", headers=as_role(Role.DEVICE)),
        client.post(f"/api/v1/intake/osmand?{query}", headers=as_role(Role.DEVICE)),
    ):
        assert (answer.status_code, answer.json()) == (200, [])
    assert (unit(parts, "BODY-2").lat, unit(parts, "BODY-2").heading_deg) == (56.64, None)


def test_a_phone_may_not_move_a_unit_that_it_does_not_speak_for(
    client: TestClient, parts: Services, phone: dict[str, str]
) -> None:
    said = location(parts.clock.now(), topic="owntracks/anna/BODY-2")
    answer = client.post("/api/v1/intake/owntracks", json=said, headers=phone)
    assert answer.status_code == 403
    assert unit(parts, "BODY-2").lat is None


def test_a_person_hands_in_no_position_by_the_address(client: TestClient, as_role: Headers) -> None:
    answer = client.get("/api/v1/intake/osmand?id=BODY-1&lat=56.6&lon=23.2", headers=as_role(Role.INSPECTOR))
    assert answer.status_code == 403


def test_a_tracker_that_nobody_knows_waits_and_is_placed_once_its_unit_is_there(
    client: TestClient, parts: Services, as_role: Headers
) -> None:
    gateway, administrator = as_role(Role.DEVICE), as_role(Role.ADMIN, None)
    said = location(parts.clock.now(), topic="owntracks/anna/BODY-9")
    (receipt,) = client.post("/api/v1/intake/owntracks", json=said, headers=gateway).json()
    assert receipt["outcome"] == "quarantined"
    with parts.store.write() as work:
        kind = UnitKind.BODY_CAMERA
        work.session.add(UnitRow(id="BODY-9", city=City("dobele"), kind=kind, name="Nine", scope=LIVE))
    (replayed,) = client.post("/api/v1/intake/quarantine/replay", headers=administrator).json()
    assert replayed["taken"]
    assert unit(parts, "BODY-9").lat == 56.63
