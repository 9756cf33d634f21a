"""An invented town as files: `obs.jsonl` in order of arrival, `truth.jsonl`, `pairs.json`."""

import json
import random
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from incidents.synthetic.telling import Spoken
from incidents.synthetic.town import InventedTown, TownKind, generate_town
from telemetry.files import write_whole
from telemetry.positions import LocalFrame

BEGINS = datetime(2026, 10, 17, 2, 0, tzinfo=UTC)
RESENT_SHARE = 0.03
RESENT_AFTER_S = (2.0, 30.0, 600.0, 7_200.0)


def write_town(seed: int, kind: TownKind, folder: Path) -> int:
    """Write the town of `seed` into `folder`, which is made; returns how many observations it has."""
    town = generate_town(seed, kind)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "obs.jsonl", _lines(observation_lines(town, seed)))
    write_whole(folder / "truth.jsonl", _lines(_truth_lines(town, seed)))
    write_whole(folder / "pairs.json", json.dumps(town.pairs) + "\n")
    return len(town.spoken)


def observation_lines(town: InventedTown, seed: int) -> list[dict[str, Any]]:
    """The observations in order of arrival, some of them sent twice."""
    rnd = random.Random(f"resent {seed}")
    arrivals: list[tuple[float, dict[str, Any]]] = []
    for number, spoken in enumerate(town.spoken):
        line = _observation(spoken, number, seed)
        arrivals.append((spoken.arrives_s, line))
        if rnd.random() < RESENT_SHARE:
            arrivals.append((spoken.arrives_s + rnd.choice(RESENT_AFTER_S), line))
    arrivals.sort(key=lambda one: (one[0], one[1]["id"]))
    return [line for _, line in arrivals]


def _truth_lines(town: InventedTown, seed: int) -> list[dict[str, Any]]:
    return [
        {"id": _id(number, seed), "incident": spoken.incident, "kind": spoken.kind, "safety": spoken.safety}
        for number, spoken in enumerate(town.spoken)
    ]


def _id(number: int, seed: int) -> str:
    """An id that says nothing of the order."""
    return str(uuid.UUID(int=random.Random(f"id {seed} {number}").getrandbits(128), version=4))


def _observation(spoken: Spoken, number: int, seed: int) -> dict[str, Any]:
    centre = spoken.city.facts
    lat, lon = LocalFrame(centre.lat, centre.lon).to_degrees(spoken.east_m, spoken.north_m)
    started = BEGINS + timedelta(seconds=round(spoken.at_s, 3))
    line = {
        "id": _id(number, seed),
        "city": str(spoken.city),
        "source": {"kind": spoken.source_kind, "id": spoken.source_id},
        "source_ref": f"w{number}",
        "category": spoken.category,
        "started_at": started.isoformat(),
        "received_at": (BEGINS + timedelta(seconds=round(spoken.arrives_s, 3))).isoformat(),
        "position": {"lat": round(lat, 7), "lon": round(lon, 7), "accuracy_m": round(spoken.accuracy_m, 1)},
        "confidence": 0.8,
        "summary": spoken.summary,
        "attributes": dict(spoken.attributes),
    }
    if spoken.lasts_s:
        line["ended_at"] = (started + timedelta(seconds=spoken.lasts_s)).isoformat()
    return line


def _lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
