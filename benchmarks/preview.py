"""The planner's preview as the pilot drags a corner: processor time of each, checks included; 200 ms are wanted.

A U-shaped area with a hole in Dobele, one of its corners dragged in steps of 5 m. Each step asks the running
application what the page asks: the route, its numbers, and the verdicts of all checks against the synthetic zones round
the town. Counted is the processor time of the whole process: request, route, database, checks, answer; the first of
each pattern, which fills caches, is shown apart.
"""

import logging
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from mapserver import migrations
from mapserver.access import service as access
from mapserver.app import create_app
from mapserver.services import Services, assemble
from mapserver.settings import Settings, new_secret
from mission.airspace import service as airspace
from mission.airspace import synthetic
from mission.airspace.files import read_zones
from telemetry.access import Role
from telemetry.cities import City
from telemetry.positions import LocalFrame
from telemetry.units.tables import UnitKind, UnitRow

STEPS = 40
TARGET_MS = 200
PATTERNS = ("survey", "perimeter", "corridor", "orbit")
OUTLINE = [(-150, -150), (150, -150), (150, 150), (60, 150), (60, -20), (-60, -20), (-60, 150), (-150, 150)]
HOLE = [(-110, -120), (-70, -120), (-70, -80), (-110, -80)]


def main() -> None:
    """Drag a corner with each pattern and print what it took."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        parts = assemble(Settings(data_dir=Path(folder), secret_key=new_secret(), secure_cookies=False))
        migrations.upgrade(parts.store)
        headers = _town(parts)
        with TestClient(create_app(parts), base_url="http://testserver") as client:
            print(f"{STEPS} steps for each pattern; target {TARGET_MS} ms of processor time at the median.\n")
            print("| pattern | first, ms | median, ms | slowest, ms | legs | verdicts | within the target |")
            print("|---|---|---|---|---|---|---|")
            for pattern in PATTERNS:
                _drag(client, headers, parts, pattern)
        parts.store.close()


def _drag(client: TestClient, headers: dict[str, str], parts: Services, pattern: str) -> None:
    at = (parts.clock.now() + timedelta(hours=1)).isoformat()
    took: list[float] = []
    told: dict[str, Any] = {}
    for area in _dragged():
        wanted = {"unit_id": "drone", "pattern": pattern, "geometry": area, "at": at}
        began = time.process_time()
        answer = client.post("/api/v1/plans/preview", headers=headers, json=wanted)
        took.append(1000 * (time.process_time() - began))
        told = answer.raise_for_status().json()
        assert told["problem"] is None, told["problem"]
    first, *rest = took
    median = statistics.median(rest)
    print(
        f"| {pattern} | {first:.0f} | {median:.0f} | {max(rest):.0f} | {len(told['route']['properties']['legs'])} "
        f"| {len(told['verdicts'])} | {'yes' if median <= TARGET_MS else 'no'} |"
    )


def _dragged() -> Iterator[dict[str, Any]]:
    """The area with its south-east corner ever farther out."""
    frame = LocalFrame(City.DOBELE.facts.lat, City.DOBELE.facts.lon)
    for step in range(STEPS):
        corner = (150 + 5 * step, -150 - 5 * step)
        rings = [[corner if spot == (150, -150) else spot for spot in OUTLINE], HOLE]
        degrees = [[frame.to_degrees(*spot)[::-1] for spot in (*ring, ring[0])] for ring in rings]
        yield {"type": "Polygon", "coordinates": degrees}


def _town(parts: Services) -> dict[str, str]:
    """A drone, the synthetic zones, and a pilot; gives the headers with which requests are the pilot's."""
    facts, now = City.DOBELE.facts, parts.clock.now()
    with parts.store.write() as work:
        zones = synthetic.content(City.DOBELE)
        airspace.take(
            work, read_zones(zones, "zones.json"), zones, city=City.DOBELE, file_name="zones.json", at=now, by="me"
        )
        work.session.add(
            UnitRow(
                id="drone", city=City.DOBELE, kind=UnitKind.DRONE, name="Drone", link="udpin://127.0.0.1:1",
                lat=facts.lat, lon=facts.lon, alt_m=70.0, accuracy_m=2.0,
            )
        )  # fmt: skip
        access.add_user(work.session, "pilot", Role.PILOT, City.DOBELE, password=new_secret(), now=now)
        token = parts.tokens.issue(work.session, "pilot", label="benchmark", now=now, lasts=timedelta(hours=1))
    return {"Authorization": f"Bearer {token}"}


if __name__ == "__main__":
    main()
