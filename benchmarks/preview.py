"""Time to the first preview while a pilot drags a corner: the quick route, beside the thorough one as it was before.

A U-shaped area with a hole in Dobele, one of its corners dragged in steps of 5 m. Each step asks the running
application what the page asks. Old: at each step the thorough route, its numbers, and the verdicts of all checks
against the synthetic zones round the town. New: at each step the quick route and its numbers; what was asked at each
step before is asked once, when the hand rests. Counted is the processor time of the whole process (request, route,
database, checks, answer), so that other programs do not count. Each column is measured in a process of its own; the
first preview, which fills caches, is shown apart. Longer: the time in the air of the quick route, to that of the
thorough one.
"""

import json
import logging
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from mapserver import migrations
from mapserver.access import service as access
from mapserver.core.services import Services, assemble
from mapserver.core.settings import Settings, new_secret
from mapserver.demo import synthetic_airspace
from mapserver.program.app import create_app
from mission.airspace import service as airspace
from mission.airspace.files import read_zones
from telemetry.access import Role
from telemetry.cities import City
from telemetry.positions import LocalFrame
from telemetry.scopes import LIVE
from telemetry.units.tables import UnitKind, UnitRow

STEPS = 40
TARGET_MS = 200
PATTERNS = ("survey", "perimeter", "corridor", "orbit")
OUTLINE = [(-150, -150), (150, -150), (150, 150), (60, 150), (60, -20), (-60, -20), (-60, 150), (-150, 150)]
HOLE = [(-110, -120), (-70, -120), (-70, -80), (-110, -80)]


@dataclass(frozen=True)
class Dragged:
    """What one drag took."""

    milliseconds: list[float]
    """Of processor time, a step each."""
    seconds: list[float]
    """In the air, by the route of each step."""
    verdicts: int

    @property
    def first(self) -> float:
        """Milliseconds to the first preview."""
        return self.milliseconds[0]

    @property
    def median(self) -> float:
        """Milliseconds of the steps after the first."""
        return statistics.median(self.milliseconds[1:])


def main() -> None:
    """Drag a corner with each pattern, thoroughly and quickly, and print what it took."""
    print(f"{STEPS} steps for each pattern; target {TARGET_MS} ms of processor time at the median.\n")
    print(
        "| pattern | first preview: old, ms | new, ms | ratio | median: old, ms | new, ms | ratio "
        "| slowest new, ms | longer | verdicts at rest | within the target |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for pattern in PATTERNS:
        old = _measured(pattern, quick=False)
        new = _measured(pattern, quick=True)
        longer = statistics.mean(a / b for a, b in zip(new.seconds, old.seconds, strict=True))
        print(
            f"| {pattern} | {old.first:.0f} | {new.first:.0f} | {new.first / old.first:.2f} "
            f"| {old.median:.0f} | {new.median:.0f} | {new.median / old.median:.2f} | {max(new.milliseconds):.0f} "
            f"| {longer - 1:+.1%} | {old.verdicts} | {'yes' if new.median <= TARGET_MS else 'no'} |"
        )


def _measured(pattern: str, *, quick: bool) -> Dragged:
    """The drag in a process of its own, whose caches are empty."""
    words = [sys.executable, "-m", "benchmarks.preview", pattern, "quick" if quick else "thorough"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return Dragged(**json.loads(done.stdout.splitlines()[-1]))


def drag(pattern: str, *, quick: bool) -> Dragged:
    """Drag the corner in this process. Raises AssertionError where a step cannot be planned."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        parts = assemble(Settings(data_dir=Path(folder), secret_key=new_secret(), secure_cookies=False))
        migrations.upgrade(parts.store)
        headers = _town(parts)
        with TestClient(create_app(parts), base_url="http://testserver") as client:
            client.get("/healthz")
            dragged = _drag(client, headers, parts, pattern, quick)
        parts.store.close()
    return dragged


def _drag(client: TestClient, headers: dict[str, str], parts: Services, pattern: str, quick: bool) -> Dragged:
    at = None if quick else (parts.clock.now() + timedelta(hours=1)).isoformat()
    took: list[float] = []
    flown: list[float] = []
    told: dict[str, Any] = {}
    for area in _dragged():
        wanted = {"unit_id": "drone", "pattern": pattern, "geometry": area, "at": at, "quick": quick}
        began = time.process_time()
        answer = client.post("/api/v1/plans/preview", headers=headers, json=wanted)
        took.append(1000 * (time.process_time() - began))
        told = answer.raise_for_status().json()
        assert told["problem"] is None, told["problem"]
        flown.append(told["route"]["properties"]["summary"]["duration_s"])
    return Dragged(took, flown, len(told.get("verdicts", [])))


def _dragged() -> Iterator[dict[str, Any]]:
    """The area with its south-east corner ever farther out."""
    frame = LocalFrame(City("dobele").facts.lat, City("dobele").facts.lon)
    for step in range(STEPS):
        corner = (150 + 5 * step, -150 - 5 * step)
        rings = [[corner if spot == (150, -150) else spot for spot in OUTLINE], HOLE]
        degrees = [[frame.to_degrees(*spot)[::-1] for spot in (*ring, ring[0])] for ring in rings]
        yield {"type": "Polygon", "coordinates": degrees}


def _town(parts: Services) -> dict[str, str]:
    """A drone, the synthetic zones, and a pilot; gives the headers with which requests are the pilot's."""
    facts, now = City("dobele").facts, parts.clock.now()
    with parts.store.write() as work:
        zones = synthetic_airspace.content(City("dobele"))
        airspace.take(
            work,
            read_zones(zones, "zones.json"),
            zones,
            city=City("dobele"),
            file_name="zones.json",
            at=now,
            by="me",
            scope=LIVE,
        )
        work.session.add(
            UnitRow(
                id="drone", city=City("dobele"), kind=UnitKind.DRONE, name="Drone", link="udpin://127.0.0.1:1",
                lat=facts.lat, lon=facts.lon, alt_m=70.0, accuracy_m=2.0, scope=LIVE)
        )  # fmt: skip
        access.add_user(work.session, "pilot", Role.PILOT, City("dobele"), password=None, now=now)
        token = parts.tokens.issue(work.session, "pilot", label="benchmark", now=now, lasts=timedelta(hours=1))
    return {"Authorization": f"Bearer {token}"}


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(vars(drag(sys.argv[1], quick=sys.argv[2] == "quick"))))
    else:
        main()
