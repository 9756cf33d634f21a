"""The handover to the next shift: what is open, asked, changed since somebody left, and who comes next."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from incidents.shifts import service as shifts
from incidents.timeline.acceptance import accept
from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import ManualClock, SystemClock, iso
from telemetry.scopes import LIVE
from tests.builders import observation

pytestmark = pytest.mark.both_databases
Headers = Callable[..., dict[str, str]]
DOBELE = City("dobele")


@pytest.fixture
def clock(parts: Services) -> ManualClock:
    clock = ManualClock(SystemClock().now())
    parts.clock = clock
    return clock


@pytest.fixture
def coordinator(clock: ManualClock, as_role: Headers) -> dict[str, str]:
    return as_role(Role.COORDINATOR)


def tell(parts: Services, ref: str, city: City = DOBELE) -> str:
    with parts.store.write() as work:
        seen = [observation(ref, category="pothole", city=city, source=ref)]
        (receipt,) = accept(work, seen, now=parts.clock.now(), rules=parts.rules)
    return receipt.incident_id or ""


def plan(parts: Services, person: str, *, after_h: float, lasts_h: float = 8) -> None:
    begins = parts.clock.now() + timedelta(hours=after_h)
    with parts.store.write() as work:
        shifts.plan(
            work, DOBELE, LIVE, person=person, role=Role.COORDINATOR, begins=begins,
            ends=begins + timedelta(hours=lasts_h), by="head", now=parts.clock.now(),
        )  # fmt: skip


def changed(client: TestClient, headers: dict[str, str]) -> list[str]:
    return [one["incident"]["id"] for one in client.get("/api/v1/handover", headers=headers).json()["changed"]]


def test_changes_count_from_the_end_of_ones_last_shift(
    client: TestClient, parts: Services, clock: ManualClock, coordinator: dict[str, str]
) -> None:
    plan(parts, "coordinator.dobele", after_h=0, lasts_h=2)
    during = tell(parts, "during")
    clock.advance(3 * 3_600)
    assert changed(client, coordinator) == []
    note = {"text": "the road service comes at six"}
    client.post(f"/api/v1/incidents/{during}/notes", json=note, headers=coordinator)
    said = client.get("/api/v1/handover", headers=coordinator).json()
    assert said["since"] == iso(clock.now() - timedelta(hours=1))
    (one,) = said["changed"]
    assert (one["incident"]["id"], one["entries"], one["last"]["text"]) == (during, 1, note["text"])


def test_what_was_read_is_no_longer_new(
    client: TestClient, parts: Services, clock: ManualClock, coordinator: dict[str, str]
) -> None:
    before = tell(parts, "before")
    clock.advance(60)
    assert changed(client, coordinator) == [before]
    client.post("/handover/read", headers=coordinator)
    assert changed(client, coordinator) == []
    clock.advance(60)
    assert client.post("/api/v1/handover/read", headers=coordinator).json()["since"] == iso(clock.now())


def test_the_page_says_who_is_on_shift_who_comes_next_and_what_is_open(
    client: TestClient, parts: Services, clock: ManualClock, coordinator: dict[str, str]
) -> None:
    assert "Nobody is on shift" in client.get("/handover", headers=coordinator).text
    plan(parts, "anna", after_h=0)
    plan(parts, "janis", after_h=8)
    tell(parts, "hole")
    page = client.get("/handover", headers=coordinator).text
    assert ("anna" in page, "janis" in page, "Nobody is on shift" in page) == (True, True, False)
    said = client.get("/api/v1/handover", headers=coordinator).json()
    assert [one["person"] for one in said["next"]] == ["janis"]
    assert len(said["open"]) == 1


def test_one_sees_ones_own_town_and_an_inspector_none(
    client: TestClient, parts: Services, coordinator: dict[str, str], as_role: Headers
) -> None:
    tell(parts, "elsewhere", City("siauliai"))
    said = client.get("/api/v1/handover", headers=coordinator).json()
    assert (said["open"], said["changed"]) == ([], [])
    assert client.get("/handover", headers=as_role(Role.INSPECTOR)).status_code == 403


def test_the_page_is_in_the_readers_language(client: TestClient, coordinator: dict[str, str]) -> None:
    for language, words in (("lt", "Pamainos perdavimas"), ("lv", "Maiņas nodošana")):
        assert words in client.get(f"/handover?lang={language}", headers=coordinator).text
