"""A mission that somebody else changes in flight, through the whole server: named on the page, and counted as none."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.links.address import free_udp_port
from tests.mapserver.connected import connected_vehicle, until_news
from tests.mission.flights.builders import STANDARDS, a_drone, a_flight

Headers = Callable[..., dict[str, str]]


@pytest.fixture(autouse=True)
def standards(parts: Services) -> None:
    parts.standards = STANDARDS


def test_it_is_named_in_flight_and_the_flight_has_not_flown_all_its_items(
    client: TestClient, parts: Services, as_role: Headers
) -> None:
    pilot = as_role(Role.PILOT)
    port = free_udp_port()
    a_drone(parts.store, f"udpin://127.0.0.1:{port}")

    def get(path: str) -> Any:
        return client.get(f"/api/v1/flights/{flight.id}{path}", headers=pilot).json()

    def named() -> list[str]:
        return [event["why"] for event in get("/events") if "was changed by somebody else" in event["why"]]

    with connected_vehicle(client, port, speed=6) as tell:
        flight = a_flight(parts.store, parts.clock)
        until_news(parts.store, lambda: get("")["progress"]["current"] >= 2)
        tell("shorten mission")
        until_news(parts.store, named)
        assert client.post(f"/api/v1/flights/{flight.id}/return", headers=pilot).status_code == 202
        until_news(parts.store, lambda: get("")["state"] in ("landed", "debriefed"))

    total = flight.progress_total
    (said,) = named()
    assert f"items are on board, {total} were read back" in said or "is another one than was read back" in said
    landed = get("")
    assert "somebody else changed its mission in flight after" in landed["outcome"]
    assert "landed after all" not in landed["outcome"]
    assert landed["progress"]["current"] < total
    assert "somebody else changed its mission" in client.get("/flights", headers=pilot).text
