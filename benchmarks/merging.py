"""Merging against fixed rules, on a seeded town with known truth: pair F1, B-cubed F1, over-merged incidents.

The town is invented: who reports how precisely, how long things last and where they cluster are assumptions, the same
for every contender. This program's windows (categories.toml) start from like assumptions about how long things last;
the fixed rules have none. What it shows is the order of the methods, not a figure for a real town.
"""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from incidents.merging import default_rules, merge
from telemetry.cities import City, known_towns
from telemetry.observations import Observation, Source, SourceKind
from telemetry.positions import LocalFrame, Position

START = datetime(2026, 6, 1, tzinfo=UTC)
DAYS = 28
SOURCES = {
    SourceKind.REPORT: (70.0, 0.75, 8),
    SourceKind.FIXED_CAMERA: (15.0, 0.9, 2),
    SourceKind.INSPECTOR: (8.0, 0.97, 2),
    SourceKind.DRONE: (12.0, 0.9, 1),
}
"""Kind: (one sigma of place in metres, how often the category is right, how often it speaks)."""
LASTS_H = {
    "illegal_dumping": 72.0, "street_light": 240.0, "pothole": 480.0, "noise": 2.0, "fight": 0.4,
    "graffiti": 300.0, "traffic_accident": 0.8, "parking": 3.0, "stray_animal": 5.0,
}  # fmt: skip
"""How long a thing is there to be seen, in hours."""
MIXED_UP = {
    "fight": "noise", "noise": "fight", "traffic_accident": "parking", "parking": "abandoned_vehicle",
    "graffiti": "illegal_dumping", "illegal_dumping": "graffiti", "street_light": "pothole", "pothole": "street_light",
    "stray_animal": "noise",
}  # fmt: skip


@dataclass(frozen=True)
class Truth:
    """A seeded town: what was said, and of which true incident."""

    observations: list[Observation]
    incident: list[int]


@dataclass(frozen=True)
class Score:
    """How a method did."""

    pair_f1: float
    b_cubed_f1: float
    over_merged: float
    """Share of its incidents that hold more than one true one."""


def town(seed: int, incidents: int = 700) -> Truth:
    """Invent a month of `incidents` incidents in both towns."""
    rnd = random.Random(seed)
    radius = {City("siauliai"): 4_500.0, City("dobele"): 1_800.0}
    corners = {c: [(rnd.gauss(0, r * 0.4), rnd.gauss(0, r * 0.4)) for _ in range(12)] for c, r in radius.items()}
    said: list[tuple[Observation, int]] = []
    for number in range(incidents):
        city = City("siauliai") if rnd.random() < 0.8 else City("dobele")
        if rnd.random() < 0.45:
            corner = rnd.choice(corners[city])
            east, north = rnd.gauss(corner[0], 80), rnd.gauss(corner[1], 80)
        else:
            east, north = (rnd.uniform(-radius[city], radius[city]) for _ in range(2))
        category = rnd.choice(list(LASTS_H))
        begins = rnd.uniform(0, DAYS * 24)
        for _ in range(1 + _poisson(rnd, 0.9)):
            ref = str(len(said))
            said.append((_word(rnd, ref, city, category, begins, east, north), number))
    return Truth([o for o, _ in said], [n for _, n in said])


def _word(
    rnd: random.Random, ref: str, city: City, category: str, begins_h: float, east: float, north: float
) -> Observation:
    kind = rnd.choices(list(SOURCES), [weight for _, _, weight in SOURCES.values()])[0]
    sigma, right, _ = SOURCES[kind]
    lat, lon = LocalFrame(city.facts.lat, city.facts.lon).to_degrees(rnd.gauss(east, sigma), rnd.gauss(north, sigma))
    return Observation(
        id=ref, city=city, source=Source(kind=kind, id=kind), source_ref=ref,
        category=category if rnd.random() < right else MIXED_UP[category],
        started_at=START + timedelta(hours=begins_h + rnd.uniform(0, LASTS_H[category])),
        position=Position(lat=lat, lon=lon, accuracy_m=sigma),
    )  # fmt: skip


def _poisson(rnd: random.Random, mean: float) -> int:
    count, product, limit = 0, rnd.random(), math.exp(-mean)
    while product > limit:
        count, product = count + 1, product * rnd.random()
    return count


def ours(observations: Sequence[Observation]) -> list[int]:
    """The cluster of each observation by this program."""
    merged = merge(observations, now=START + timedelta(days=3 * DAYS), rules=default_rules())
    clusters = {i: n for n, incident in enumerate(merged.incidents) for i in incident.observation_ids}
    return [clusters[o.id] for o in observations]


def fixed(metres: float, hours: float, *, same_category: bool) -> Callable[[Sequence[Observation]], list[int]]:
    """A fixed rule: join the newest cluster with a member within `metres` and `hours`."""

    def run(observations: Sequence[Observation]) -> list[int]:
        frame = {c: LocalFrame(c.facts.lat, c.facts.lon) for c in known_towns()}
        spot = {o.id: frame[o.city].to_metres(o.position.lat, o.position.lon) for o in observations if o.position}
        clusters: list[list[Observation]] = []
        label = {}
        for o in sorted(observations, key=lambda o: o.started_at):

            def near(other: Observation, o: Observation = o) -> bool:
                return (
                    o.city == other.city
                    and (not same_category or o.category == other.category)
                    and (o.started_at - other.started_at).total_seconds() <= hours * 3_600
                    and math.dist(spot[o.id], spot[other.id]) <= metres
                )

            found = next((n for n in range(len(clusters) - 1, -1, -1) if any(near(m) for m in clusters[n])), None)
            if found is None:
                found = len(clusters)
                clusters.append([])
            clusters[found].append(o)
            label[o.id] = found
        return [label[o.id] for o in observations]

    return run


def score(truth: Sequence[int], found: Sequence[int]) -> Score:
    """Pair F1, B-cubed F1 (Bagga and Baldwin 1998) and the share of over-merged incidents."""
    both = Counter(zip(truth, found, strict=True))
    real, mine = Counter(truth), Counter(found)
    hits = sum(math.comb(n, 2) for n in both.values())
    said, true = (sum(math.comb(n, 2) for n in c.values()) for c in (mine, real))
    precision = sum(n * n / mine[f] for (_, f), n in both.items()) / len(truth)
    recall = sum(n * n / real[t] for (t, _), n in both.items()) / len(truth)
    held: dict[int, set[int]] = defaultdict(set)
    for t, f in both:
        held[f].add(t)
    return Score(
        2 * hits / max(said + true, 1),
        2 * precision * recall / (precision + recall),
        sum(len(members) > 1 for members in held.values()) / len(held),
    )


METHODS: dict[str, Callable[[Sequence[Observation]], list[int]]] = {
    "this program": ours,
    "same category, 250 m, any age": fixed(250, 24 * DAYS, same_category=True),
    "same category, 100 m, 24 h": fixed(100, 24, same_category=True),
    "any category, 100 m, 24 h": fixed(100, 24, same_category=False),
}


def main() -> None:
    """Print the table, and the ratio to the best fixed rule."""
    seeds = (1, 2, 3)
    print(f"Merging: {len(seeds)} seeded towns of 700 incidents, mean of each figure\n")
    print("| method | pair F1 | B-cubed F1 | over-merged |\n|---|---|---|---|")
    best_fixed, mine = 0.0, 0.0
    for name, method in METHODS.items():
        scores = [score(t.incident, method(t.observations)) for t in map(town, seeds)]
        f1, b3, over = (
            sum(values) / len(values)
            for values in zip(*((s.pair_f1, s.b_cubed_f1, s.over_merged) for s in scores), strict=True)
        )
        print(f"| {name} | {f1:.2f} | {b3:.2f} | {over:.1%} |")
        if method is ours:
            mine = f1
        else:
            best_fixed = max(best_fixed, f1)
    print(f"\nPair F1 of this program to that of the best fixed rule: {mine / best_fixed:.2f} to 1")


if __name__ == "__main__":
    main()
