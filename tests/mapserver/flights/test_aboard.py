"""What is on board, and the yes to a vehicle that does nothing by itself: who may see it, and who may say it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mapserver.access import service as access
from mapserver.core.services import Services
from mapserver.program.app import create_app
from mission.flights import service as flights
from telemetry.access import Permission, Principal, Role
from telemetry.cities import City
from telemetry.links.address import free_udp_port
from tests.mapserver.clients import english_client
from tests.mapserver.conftest import assembled, makes_tokens
from tests.mapserver.connected import connected_vehicle, until_news
from tests.mission.flights.builders import PILOT, STANDARDS, a_drone, a_flight

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
SECOND = "janis"
Thing = dict[str, Any]


@dataclass(frozen=True)
class Town:
    """A server with one flight that waits, its drone connected, and everybody who asks about it."""

    client: TestClient
    parts: Services
    people: dict[str, dict[str, str]]
    """Headers, by name; "nobody" has none."""
    connected: str
    """The flight whose drone is connected, and does nothing on link loss."""
    apart: str
    """A flight of another drone, which no link leads to."""

    def see(self, flight_id: str, who: str) -> Any:
        return self.client.get(f"/api/v1/flights/{flight_id}/aboard", headers=self.people[who])

    def accept(self, flight_id: str, who: str, *subjects: str) -> Any:
        path = f"/api/v1/flights/{flight_id}/failsafes"
        return self.client.post(path, json={"subjects": subjects or ["link loss"]}, headers=self.people[who])

    def control(self, who: str, step: str, **more: str) -> None:
        done = self.client.post("/api/v1/units/drone-1/control", json={"step": step, **more}, headers=self.people[who])
        assert done.status_code == 200, done.text

    def asked(self) -> list[str]:
        return [one["subject"] for one in self.see(self.connected, PILOT).json().get("asks", [])]

    def events(self) -> list[Thing]:
        with self.parts.store.read() as session:
            return flights.events(session, self.connected)

    def until(self, true: Callable[[], object]) -> None:
        until_news(self.parts.store, true)


@pytest.fixture(scope="module")
def town(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("aboard")
    with assembled(folder, migrated) as parts:
        parts.standards = STANDARDS
        port = free_udp_port()
        a_drone(parts.store, f"udpin://127.0.0.1:{port}")
        a_drone(parts.store, unit_id="drone-2")
        apart = a_flight(parts.store, parts.clock, confirmed=False, unit_id="drone-2")
        with parts.store.write() as work:
            flights.abort(work, apart, by=PILOT, why="fog", at=parts.clock.now())
        connected = a_flight(parts.store, parts.clock, confirmed=False)
        with (
            english_client(create_app(parts), base_url="http://testserver") as client,
            connected_vehicle(client, port) as tell,
        ):
            tell("set NAV_DLL_ACT 0")
            made = Town(client, parts, _people(parts), connected.id, apart.id)
            made.until(made.asked)
            yield made


def _people(parts: Services) -> dict[str, dict[str, str]]:
    token = makes_tokens(parts)
    people = {"nobody": {}, "pilot.siauliai": _bearer(token(Role.PILOT, City("siauliai")))}
    for role in Role:
        city = None if role is Role.ADMIN else City("dobele")
        people[f"{role}.{city or 'both'}"] = _bearer(token(role, city))
    with parts.store.write() as work:
        now = parts.clock.now()
        access.add_user(work.session, SECOND, Role.PILOT, City("dobele"), password=None, now=now)
        second = parts.tokens.issue(work.session, SECOND, label="test", now=now, lasts=timedelta(hours=1))
    return {**people, SECOND: _bearer(second)}


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _may_fly(role: Role) -> bool:
    return Principal("somebody", role, City("dobele")).may(Permission.FLY)


def test_a_pilot_of_the_town_sees_the_lists_the_failsafes_and_what_asks_for_a_yes(town: Town) -> None:
    seen = town.see(town.connected, SECOND).json()
    assert (seen["is_connected"], seen["is_on_board"]) == (True, False)
    assert seen["mission_items"] > 3
    assert any("On link loss" in words and "does nothing" in words for words in seen["by_itself"])
    assert [one["subject"] for one in seen["asks"]] == ["link loss"]


@pytest.mark.parametrize("role", [role for role in Role if not _may_fly(role)])
def test_a_role_that_does_not_fly_neither_sees_it_nor_says_yes(town: Town, role: Role) -> None:
    who = f"{role}.{'both' if role is Role.ADMIN else City('dobele')}"
    assert town.see(town.connected, who).status_code == 403
    assert town.accept(town.connected, who).status_code == 403
    assert town.asked() == ["link loss"]


def test_who_is_not_signed_in_is_asked_to(town: Town) -> None:
    assert town.see(town.connected, "nobody").status_code == 401
    assert town.accept(town.connected, "nobody").status_code == 401


@pytest.mark.parametrize("flight", ["connected", "apart", "unknown"])
def test_a_flight_of_another_town_is_not_there_and_neither_is_an_unknown_one(town: Town, flight: str) -> None:
    flight_id = getattr(town, flight, "flight-000000000000")
    who = SECOND if flight == "unknown" else "pilot.siauliai"
    for refused in (town.see(flight_id, who), town.accept(flight_id, who)):
        assert refused.status_code == 404
        assert refused.json()["message"] == f"there is no flight {flight_id} in a town you may see"
    assert town.asked() == ["link loss"]


def test_without_a_link_it_says_so_and_there_is_nothing_to_say_yes_to(town: Town) -> None:
    assert town.see(town.apart, PILOT).json() == {"is_connected": False}
    refused = town.accept(town.apart, PILOT)
    assert (refused.status_code, "no vehicle is connected" in refused.json()["message"]) == (409, True)


def test_the_yes_is_the_holder_s_alone_and_asked_anew_of_the_next_one(town: Town) -> None:
    nobody = town.accept(town.connected, PILOT)
    assert (nobody.status_code, "nobody has the control of Drone drone-1" in nobody.json()["message"]) == (409, True)
    town.control(PILOT, "take")
    town.until(lambda: town.accept(town.connected, SECOND).json()["message"].startswith(f"{PILOT} has the control"))
    assert town.accept(town.connected, SECOND).status_code == 409
    other = town.accept(town.connected, PILOT, "critical battery")
    assert (other.status_code, "nobody asks about critical battery" in other.json()["message"]) == (409, True)
    assert town.asked() == ["link loss"]

    said = town.accept(town.connected, PILOT)
    assert (said.status_code, said.json()["asks"]) == (200, [])
    words = "yes to a vehicle that does nothing by itself on link loss"
    town.until(lambda: (PILOT, words) in [(event["who"], event["why"]) for event in town.events()])
    town.until(lambda: town.see(town.connected, PILOT).json()["is_on_board"])

    town.control(PILOT, "offer", to=SECOND)
    town.control(SECOND, "accept")
    town.until(lambda: town.asked() == ["link loss"])
    assert town.accept(town.connected, PILOT).status_code == 409
