"""The demo's story: people of Dobele do their evening's work, each signed in as themselves, through the API alone.

The drone's and tower's findings and the fixed cameras' events are not told here: they come from footage and devices.
"""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from mapserver.demo import places
from telemetry.cities import City
from telemetry.clock import SystemClock, iso
from telemetry.messages import Message
from telemetry.positions import LocalFrame

log = logging.getLogger("vanagas.story")

START_IN_S = 8
"""Seconds from planning to take-off."""
WALK_EVERY_S = 4.0


@dataclass(frozen=True)
class Cast:
    """Who acts, each with a token of their own."""

    pilot: str
    inspector: str
    coordinator: str
    device: str
    neighbour: str
    """The other town's coordinator."""


class Story:
    """One run of the story against a running server."""

    def __init__(
        self, url: str, cast: Cast, *, speed: float, patrol: Mapping[str, str], tell: Callable[[str], None]
    ) -> None:
        """`patrol`: who carries which other body cameras, by the camera."""
        self._url = url
        self._cast = cast
        self._speed = speed
        self._patrol = patrol
        self._tell = tell

    async def play(self) -> None:
        """Play it once and keep the inspector walking; one step that fails is told and the rest goes on."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._evening())
            tasks.create_task(self._walk())

    async def _evening(self) -> None:
        for step in (self._deploy, self._fly, self._report_the_tree, self._report_another_thing, self._report_the_fair):
            await self._safely(step)

    async def _deploy(self) -> None:
        zone = await self._zone()
        await self._assign(
            self._cast.neighbour,
            unit_id=places.TOWER_AT_HOME,
            zone_id=places.LAKESIDE,
            purpose="Watch the car park over the weekend",
            heading_deg=250.0,
        )
        await self._assign(
            self._cast.coordinator,
            unit_id=places.TOWER_ON_LOAN,
            zone_id=zone["id"],
            purpose="Watch the closed square during the fair",
            position=self._beside(zone, east_m=-20, north_m=-95),
            heading_deg=12.0,
        )
        await self._assign(
            self._cast.coordinator,
            unit_id=places.BODY_CAMERA,
            zone_id=zone["id"],
            holder="inspector.dobele",
            purpose="Evening patrol at the fair",
        )
        for unit_id, holder in self._patrol.items():
            await self._assign(
                self._cast.coordinator,
                unit_id=unit_id,
                zone_id=places.RIVERSIDE,
                holder=holder,
                purpose="Walk the path by the river",
            )
        self._tell(
            "coordinator.dobele has deployed tower TWR-2 (on loan from Šiauliai) and body camera BC-1 to the fair"
        )

    async def _fly(self) -> None:
        plan = await self._post(
            self._cast.pilot,
            "/plans",
            {
                "zone_id": places.FAIR,
                "unit_id": places.DRONE,
                "name": "Survey of the market square",
                "survey": {"altitude_m": 80, "side_overlap": 0.5, "speed_m_s": 9},
            },
        )
        summary = plan["summary"]
        self._tell(
            f"pilot.dobele has planned a survey: {summary['length_m']:.0f} m, {summary['photos']} photos, "
            f"{summary['covered_fraction']:.1%} of the square covered"
        )
        at = SystemClock().now() + timedelta(seconds=START_IN_S / self._speed)
        await self._check(plan["id"], iso(at))
        flight = await self._post(
            self._cast.pilot, "/flights", {"plan_id": plan["id"], "unit_id": places.DRONE, "scheduled_at": iso(at)}
        )
        await self._post(self._cast.pilot, f"/flights/{flight['id']}/confirm", {})
        here = at.astimezone(City("dobele").facts.zone)
        self._tell(f"the flight takes off at {here:%H:%M:%S} in Dobele, confirmed by pilot.dobele")

    async def _check(self, plan_id: str, at: str) -> None:
        """The pilot reads what the checks say, and acknowledges what asks for it."""
        wanted = {"unit_id": places.DRONE, "at": at}
        checked = await self._post(self._cast.pilot, f"/plans/{plan_id}/check", wanted)
        asking = [v["subject"] for v in checked["verdicts"] if v["level"] == "acknowledge"]
        if asking:
            said = {**wanted, "subjects": asking}
            checked = await self._post(self._cast.pilot, f"/plans/{plan_id}/acknowledgements", said)
            self._tell(f"pilot.dobele has acknowledged: {', '.join(asking)}")
        self._tell(f"{len(checked['verdicts'])} verdicts of the pre-flight checks, {checked['in_the_way']} in the way")

    async def _report_another_thing(self) -> None:
        await asyncio.sleep(25 / self._speed)
        receipt = await self._report(
            "illegal_dumping", "Two mattresses left by the river path", east_m=-610, north_m=-330
        )
        self._tell(f"inspector.dobele has reported dumping by the river: incident {receipt['incident_id'][:8]}")

    async def _report_the_tree(self) -> None:
        language = City("dobele").facts.language
        seen = Message("demo.tree_seen").text(language)
        receipt = await self._report("fallen_tree", seen, east_m=-420, north_m=260)
        said = {"note": Message("demo.tree_note").text(language)}
        handed = await self._post(
            self._cast.coordinator, f"/incidents/{receipt['incident_id']}/referrals", said
        )  # fmt: skip
        self._tell(Message("demo.tree_handed_over", service=handed["service_title"]).text())

    async def _report_the_fair(self) -> None:
        await asyncio.sleep(30 / self._speed)
        receipt = await self._report(
            "vehicle_in_closed_area", "Van driving between the stalls, people jumping aside", east_m=135, north_m=70
        )
        self._tell(f"inspector.dobele has reported the van on the square: incident {receipt['incident_id'][:8]}")

    async def _report(self, category: str, note: str, *, east_m: float, north_m: float) -> dict[str, Any]:
        town = places.ZONES[0].city.facts
        lat, lon = LocalFrame(town.lat, town.lon).to_degrees(east_m, north_m)
        said = {"category": category, "note": note, "position": {"lat": lat, "lon": lon, "accuracy_m": 8}}
        receipt: dict[str, Any] = await self._post(self._cast.inspector, "/reports", said)
        return receipt

    async def _walk(self) -> None:
        """The body camera reports its place as its holder walks round the square; the tower that it still stands."""
        step = 0
        while True:
            step += 1
            await self._safely(lambda at=step: self._walk_once(at))  # type: ignore[misc]
            await asyncio.sleep(WALK_EVERY_S)

    async def _walk_once(self, step: int) -> None:
        zone = await self._zone()
        angle = step * 0.11
        where = self._beside(zone, east_m=85 * math.cos(angle), north_m=55 * math.sin(angle))
        said = {"position": {**where, "accuracy_m": 5}, "battery": max(0.2, 0.93 - step * 2e-4)}
        await self._post(self._cast.device, f"/units/{places.BODY_CAMERA}/report", said)
        await self._post(self._cast.device, f"/units/{places.TOWER_ON_LOAN}/report", {"battery": 0.94})

    async def _zone(self) -> dict[str, Any]:
        found = await self._get(self._cast.coordinator, "/zones")
        return next(zone for zone in found if zone["id"] == places.FAIR)

    def _beside(self, zone: dict[str, Any], *, east_m: float, north_m: float) -> dict[str, float]:
        ring = zone["polygon"]["coordinates"][0][:-1]
        lon, lat = (sum(p[i] for p in ring) / len(ring) for i in (0, 1))
        there = LocalFrame(lat, lon).to_degrees(east_m, north_m)
        return {"lat": there[0], "lon": there[1]}

    async def _assign(self, by: str, *, unit_id: str, **wanted: Any) -> None:
        active = await self._get(by, "/assignments")
        if unit_id not in {assignment["unit_id"] for assignment in active}:
            await self._post(by, "/assignments", {"unit_id": unit_id, **wanted})

    async def _safely(self, step: Callable[[], Awaitable[None]]) -> None:
        try:
            await step()
        except httpx.ConnectError:
            log.info("the server is being stopped: a step of the story is left out")
        except (httpx.HTTPError, KeyError, StopIteration) as error:
            log.warning("a step of the story failed: %s", error)

    async def _get(self, token: str, path: str) -> Any:
        return await self._ask("GET", token, path, None)

    async def _post(self, token: str, path: str, body: dict[str, Any]) -> Any:
        return await self._ask("POST", token, path, body)

    async def _ask(self, method: str, token: str, path: str, body: dict[str, Any] | None) -> Any:
        async with httpx.AsyncClient(base_url=f"{self._url}/api/v1", timeout=30, trust_env=False) as client:
            answer = await client.request(method, path, json=body, headers={"Authorization": f"Bearer {token}"})
        if answer.is_error:
            raise httpx.HTTPStatusError(f"{method} {path}: {answer.text}", request=answer.request, response=answer)
        return answer.json()
