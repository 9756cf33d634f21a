"""Where a thing is on the ground, 60 m up: median error against simulated truth, and how often the 95 % ellipse holds.

Truth is made: a target, a pose that sees it, and instruments with the errors that a pose tells of by default (position
1.5 m, height 1 m, pitch and roll 0.5 degrees, direction 0.3 degrees at each look and 2 degrees for the whole flight,
pixel 0.2 % of the picture's width). The plain side takes of ten looks from around the target the mean; this program
weighs them by how well each knows.
"""

import math

import numpy as np

from telemetry.positions import LocalFrame
from vision.ground.lens import Lens
from vision.ground.looking import GroundLook, holds, look, together
from vision.ground.pose import Pose, Spread, seen_from

FRAME = LocalFrame(56.6234, 23.2789)
LENS = Lens(hfov_deg=70)
FLIGHTS = 1_500
HEIGHT_M = 60.0


def measured(true: Pose, bias: float, rng: np.random.Generator) -> Pose:
    """What the instruments say."""
    s = Spread()
    east, north = FRAME.to_metres(true.lat, true.lon)
    lat, lon = FRAME.to_degrees(east + rng.normal(0, s.horizontal_m), north + rng.normal(0, s.horizontal_m))
    return Pose(
        lat,
        lon,
        true.alt_m + rng.normal(0, s.height_m),
        true.yaw_deg + bias + rng.normal(0, s.yaw_deg),
        true.pitch_deg + rng.normal(0, s.pitch_deg),
        rng.normal(0, s.roll_deg),
    )


def sighting(
    target: tuple[float, float], pitch: float, side: float, bias: float, rng: np.random.Generator
) -> tuple[Pose, float, float]:
    """The measured pose of a camera `side` degrees round the target, and where the target is in its picture."""
    away = HEIGHT_M / math.tan(math.radians(-pitch)) if pitch > -89 else 0.0
    place = LocalFrame(*target).to_degrees(-away * math.sin(math.radians(side)), -away * math.cos(math.radians(side)))
    true = Pose(*place, HEIGHT_M, side + float(rng.uniform(-10, 10)), pitch + float(rng.uniform(-3, 3)))
    east, north = LocalFrame(true.lat, true.lon).to_metres(*target)
    seen = seen_from(true, north, east, -HEIGHT_M)
    assert seen is not None
    x, y = LENS.point(*seen)
    pixel = Spread().pixel
    return (
        measured(true, bias, rng),
        float(x) + rng.normal(0, pixel),
        float(y) + rng.normal(0, pixel * LENS.aspect),
    )


def flight(pitch: float, rng: np.random.Generator) -> dict[str, tuple[float, bool | None]]:
    """One flight: error in metres and whether the ellipse held, by method."""
    bias = float(rng.normal(0, Spread().yaw_bias_deg))
    target = FRAME.to_degrees(*rng.uniform(-150, 150, 2))
    first = float(rng.uniform(0, 360))
    seen = [sighting(target, pitch, first + 36 * number, bias, rng) for number in range(10)]
    plain = [_look(pose, x, y) for pose, x, y in seen]
    mean = float(np.mean([one.lat for one in plain])), float(np.mean([one.lon for one in plain]))
    best = together(plain)
    return {
        "one look": (_off(plain[0].lat, plain[0].lon, target), holds(plain[0].position, *target)),
        "mean of ten": (_off(*mean, target), None),
        "ten looks, weighed": (_off(best.lat, best.lon, target), holds(best, *target)),
    }


def main() -> None:
    """The table."""
    print(f"{FLIGHTS} flights for each line, {HEIGHT_M:g} m up\n")
    print("| camera | method | median error m | 95 % of errors under m | ellipse held |\n|---|---|---|---|---|")
    for pitch in (-90.0, -45.0, -30.0):
        rng = np.random.default_rng(7)
        flights = [flight(pitch, rng) for _ in range(FLIGHTS)]
        for method in flights[0]:
            off = [one[method][0] for one in flights]
            held = [float(one[method][1] or False) for one in flights if one[method][1] is not None]
            share = f"{100 * np.mean(held):.1f} %" if held else "says none"
            print(f"| {pitch:g}° | {method} | {np.median(off):.2f} | {np.percentile(off, 95):.1f} | {share} |")


def _look(pose: Pose, x: float, y: float) -> GroundLook:
    seen = look(pose, LENS, x, y)
    assert seen is not None
    return seen


def _off(lat: float, lon: float, target: tuple[float, float]) -> float:
    return math.hypot(*LocalFrame(*target).to_metres(lat, lon))
