"""The zones of a whole country, 10,000 of them, are looked up for a flight of 500 legs in under 200 ms; none is missed.

The plain loop asks every leg of every zone, with the same outlines, heights and times; both must find the same. Zones
and legs are random and seeded: "country" spreads the zones over 300 by 300 km, "town" puts them all within 30 by 30 km,
where a flight meets hundreds of them. Building the index is measured on its own: it is done once for each data version.
The oracle is that of the tests (`tests/mission/airspace/oracle.py`): a point in each volume, judged without any
algorithm of the evaluator, a third of them within a tenth of the radius of a circle's edge.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

import numpy as np
import shapely
from shapely import LineString

from mission.airspace.evaluate import EDGE_M, Airspace
from mission.airspace.heights import ceiling_of, floor_of, geoid_near
from mission.airspace.outlines import copies, polygon_of
from mission.airspace.volume import Volume
from mission.airspace.zones import UasZone
from tests.mission.airspace.scene import BALTIC, BEGIN, DATE_LINE, Region, answers, zones

ZONES, LEGS, ROUNDS = 10_000, 500, 9
QUESTIONS, CHUNK = 1_000_000, 50_000


def flight(region: Region, seed: int) -> list[Volume]:
    """Legs one after the other over about 3 by 3 km, each with a buffer of some 30 m, a quarter of a minute each."""
    rng = np.random.default_rng(seed)
    corners = np.cumsum(rng.normal(0, 0.0012, (LEGS + 1, 2)), axis=0) * [1.8, 1] + [region.lon, region.lat]
    corners = region_fold(corners, region)
    legs = [LineString(corners[n : n + 2]).buffer(0.0004, quad_segs=4) for n in range(LEGS)]
    at = BEGIN + timedelta(hours=10)
    step = timedelta(seconds=15)
    return [Volume(leg, 140, 170, 90, 110, at + n * step, at + (n + 1) * step) for n, leg in enumerate(legs)]


def region_fold(corners: np.ndarray, region: Region) -> np.ndarray:
    """The same walk kept within 3 km of the middle."""
    reach = np.array([0.025, 0.014])
    middle = np.array([region.lon, region.lat])
    return middle + np.abs((corners - middle + reach) % (4 * reach) - 2 * reach) - reach


def plain_loop(asked: Sequence[UasZone]) -> Callable[[Sequence[Volume]], dict[str, tuple[int, ...]]]:
    """Every leg against every zone, outlines and limits worked out beforehand as they are for the index."""
    parts = []
    for zone in asked:
        for volume in zone.volumes:
            outline = polygon_of(volume.shape)
            geoid = geoid_near(*outline.bounds)
            for copy in copies(outline):
                shapely.prepare(copy)
                parts.append((zone, copy, floor_of(volume.lower, geoid), ceiling_of(volume.upper, geoid)))
    airspace = Airspace(asked)
    places = {zone.identifier: airspace.place_of(number) for number, zone in enumerate(asked)}

    def run(volumes: Sequence[Volume]) -> dict[str, tuple[int, ...]]:
        found: dict[str, set[int]] = {}
        for zone, outline, floor, ceiling in parts:
            for number, leg in enumerate(volumes):
                low = floor.offset_m + floor.on_ground * leg.ground_low_m
                high = ceiling.offset_m + ceiling.on_ground * leg.ground_high_m
                if leg.upper_m < low - EDGE_M or leg.lower_m > high + EDGE_M or not outline.intersects(leg.footprint):
                    continue
                if zone.always or zone.active(leg.begins, leg.ends, places[zone.identifier]):
                    found.setdefault(zone.identifier, set()).add(number)
        return {identifier: tuple(sorted(legs)) for identifier, legs in found.items()}

    return run


@dataclass(frozen=True)
class Timing:
    """What was measured in one scene."""

    index_s: float
    ours_s: float
    worst_s: float
    loop_s: float
    met: int


def measure(half_deg: float) -> Timing:
    """Both sides on one scene; they must agree on every zone and leg."""
    region = Region(BALTIC.lat, BALTIC.lon, BALTIC.geoid_m, half_deg)
    asked, legs = zones(Random(7), region, ZONES), flight(region, 7)
    began = time.perf_counter()
    airspace = Airspace(asked)
    index_s = time.perf_counter() - began
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        findings = airspace.findings(legs)
        times.append(time.perf_counter() - began)
    loop = plain_loop(asked)
    began = time.perf_counter()
    expected = loop(legs)
    loop_s = time.perf_counter() - began
    assert {finding.zone.identifier: finding.volumes for finding in findings} == expected
    return Timing(index_s, statistics.median(times), max(times), loop_s, len(findings))


def main() -> None:
    """Print both tables."""
    print(f"{ZONES:,} zones, {LEGS} legs; median and worst of {ROUNDS} rounds\n")
    print("| scene | zones met | index built once | this program | worst | plain loop | loop / this |")
    print("|---|---|---|---|---|---|---|")
    for name, half_deg in (("country", 1.35), ("town", 0.135)):
        t = measure(half_deg)
        print(
            f"| {name} | {t.met} | {t.index_s:.2f} s | {t.ours_s * 1e3:.0f} ms | {t.worst_s * 1e3:.0f} ms "
            f"| {t.loop_s:.1f} s | {t.loop_s / t.ours_s:,.0f} |"
        )
    print(f"\n{QUESTIONS:,} random volumes against the oracle, 60 zones at a time\n")
    print("| place | volumes | pairs blocked | called free though blocked | found, its point not in the zone |")
    print("|---|---|---|---|---|")
    for name, region, first in (("Baltic", BALTIC, 100), ("180th meridian", DATE_LINE, 200)):
        said = [answers(region, first + n, CHUNK) for n in range(QUESTIONS // CHUNK // 2)]
        found, truth = sum(int(a.found.sum()) for a in said), sum(int(a.truth.sum()) for a in said)
        extra = sum(int((a.found & ~a.truth).sum()) for a in said)
        count = len(said) * CHUNK
        print(f"| {name} | {count:,} | {truth:,} | {sum(a.unsafe for a in said)} | {extra / found:.1%} |")


if __name__ == "__main__":
    main()
