"""A drone of its own for browser tests: a simulated vehicle behind a link that can be made bad, or pulled.

Registered in the running demo as a real one would be, through the API; its truth is read past the link.
"""

import asyncio
import contextlib
import json
import threading
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from mission.flights.states import IN_THE_AIR, OVER, FlightState
from telemetry.cities import City
from telemetry.links.address import free_udp_port
from telemetry.links.impaired import ImpairedRelay, Trouble
from telemetry.positions import LocalFrame, Position
from telemetry.simulator.vehicle import SimulatedVehicleProcess
from tests.browser.demo.conftest import Demo, token

T = TypeVar("T")
TOWN = City("siauliai")
NORTH_M, ALT_M = 600.0, 100.0
SPEED = 2.0
"""Model seconds a second. What a test has to do before the drone has come home by itself must not be a race."""
HEIGHT_M = 40
"""Of the survey: under the zones of 100 m, though the ground is known to 40 m only; coming down takes a while."""


class Bench:
    """A context: the vehicle lives in it, on an event loop of its own."""

    def __init__(self, demo: Demo, unit_id: str, *, east_m: float) -> None:
        """Its home is that far east of the middle of the town."""
        self.demo, self.unit_id, self.name = demo, unit_id, f"Drone {unit_id}"
        frame = LocalFrame(TOWN.facts.lat, TOWN.facts.lon)
        self.frame, self.east_m = frame, east_m
        lat, lon = frame.to_degrees(east_m, NORTH_M)
        self.home = Position(lat=lat, lon=lon, alt_m=ALT_M)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="bench", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        port = free_udp_port()
        self._relay = ImpairedRelay(port, Trouble())
        self._run(self._relay.__aenter__())
        link = f"udpout://127.0.0.1:{self._relay.vehicle_port}"
        self._vehicle = SimulatedVehicleProcess(link, self.home, speed=SPEED)
        self._run(self._vehicle.__aenter__())
        self._register(f"udpin://127.0.0.1:{port}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(AssertionError, httpx.HTTPError):  # what failed before is what is to be told
            self._end_flights()
        self._run(self._vehicle.stop())
        self._run(self._relay.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def lose(self, loss: float) -> None:
        """That part of all datagrams is lost from now on, both ways; 1 is a pulled plug."""
        self._relay.trouble = Trouble(loss=loss)

    def truth(self) -> dict[str, Any]:
        """How things are with the vehicle, past the link."""
        said: dict[str, Any] = json.loads(self._run(self._vehicle.tell("state")))
        return said

    def schedule(self, by: str, *, name: str = "Survey of the yard") -> str:
        """Plan a small survey beside its home, for now, as `by`; gives the flight. Its start is not confirmed."""
        polygon = self._square(self.east_m + 40, NORTH_M + 40, 70)
        zone = self.api("POST", "/zones", by, {"city": TOWN, "name": f"Yard {self.unit_id}", "polygon": polygon})
        wishes = {"altitude_m": HEIGHT_M, "speed_m_s": 8, "side_overlap": 0.3}
        home = self.home.model_dump(mode="json", include={"lat", "lon", "alt_m"})
        plan = {"zone_id": zone["id"], "unit_id": self.unit_id, "name": name, "survey": wishes, "home": home}
        made = self.api("POST", "/plans", by, plan)
        at = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
        wanted = {"unit_id": self.unit_id, "at": at}
        said = self.api("POST", f"/plans/{made['id']}/check", by, wanted)["verdicts"]
        asking = [verdict["subject"] for verdict in said if verdict["level"] == "acknowledge"]
        if asking:
            self.api("POST", f"/plans/{made['id']}/acknowledgements", by, {**wanted, "subjects": asking})
        flight = {"plan_id": made["id"], "unit_id": self.unit_id, "scheduled_at": at}
        return str(self.api("POST", "/flights", by, flight)["id"])

    def incident(self) -> str:
        """Something reported 200 m from its home; gives the incident."""
        lat, lon = self.frame.to_degrees(self.east_m + 100, NORTH_M + 170)
        place = {"lat": lat, "lon": lon, "accuracy_m": 8}
        said = {"category": "noise", "note": "Shouting behind the garages", "position": place}
        return str(self.api("POST", "/reports", f"inspector.{TOWN}", said)["incident_id"])

    def api(self, method: str, path: str, by: str, body: dict[str, Any] | None = None) -> Any:
        """Ask the server as one of the demo's people."""
        answer = httpx.request(
            method, f"{self.demo.url}/api/v1{path}", json=body, timeout=30, trust_env=False,
            headers={"Authorization": f"Bearer {token(self.demo, by)}"},
        )  # fmt: skip
        assert answer.is_success, answer.text
        return answer.json()

    def _end_flights(self) -> None:
        """A test that failed leaves no flight behind that keeps its pilot from the next one."""
        self.lose(0)
        for flight in self.api("GET", "/flights", "admin"):
            if flight["unit_id"] != self.unit_id or FlightState(flight["state"]) in OVER:
                continue
            path, pilot = f"/flights/{flight['id']}", flight["control"]["holder"] or flight["pilot"]
            if FlightState(flight["state"]) in IN_THE_AIR:
                self.api("POST", f"{path}/stop", pilot, {"drone": self.name})
            else:
                self.api("POST", f"{path}/abort", pilot, {"reason": "the test is over"})

    def _register(self, link: str) -> None:
        unit = {"id": self.unit_id, "city": TOWN, "kind": "drone", "name": self.name, "link": link}
        self.api("POST", "/units", "admin", {**unit, "lat": self.home.lat, "lon": self.home.lon})
        due = (datetime.now(UTC) + timedelta(days=300)).date().isoformat()
        papers = {"eu_class": "C2", "serial": "1DEM6D00007", "maintenance_due": due, "firmware": "simulated"}
        wanted = {**papers, "firmware_approved": True, "green_light": True}
        self.api("PUT", f"/registry/drones/{self.unit_id}", "admin", wanted)

    def _square(self, east_m: float, north_m: float, side_m: float) -> dict[str, Any]:
        corners = ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
        ring = [self.frame.to_degrees(east_m + x * side_m, north_m + y * side_m)[::-1] for x, y in corners]
        return {"type": "Polygon", "coordinates": [ring]}

    def _run(self, what: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(30)
