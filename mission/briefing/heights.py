"""The heights along a flight as inline SVG: route, ground, limit. Black on white, no script, no style attribute."""

import math
from collections.abc import Iterator, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from mission.briefing.track import BriefingTrack
from telemetry.messages import Message

WIDTH = 720
HEIGHT = 260
LEFT = 46
RIGHT = 12
TOP = 16
BOTTOM = 34
LIMIT_M = 120.0
"""Above the ground: Regulation (EU) 2019/947, UAS.OPEN.010 (1)."""
MOST_POINTS = 900
TICKS = 6


class _Axes:
    """From metres to the drawing's units."""

    def __init__(self, track: BriefingTrack) -> None:
        home = track.home.amsl_m
        self.along = track.along_m
        self.height = track.samples.amsl_m - home
        self.ground = track.samples.ground_m - home
        self.length = max(float(self.along[-1]), 1.0)
        self.low = min(0.0, float(np.min(self.ground))) - 5
        self.high = max(float(np.max(self.height)), float(np.max(self.ground)) + LIMIT_M) + 12

    def x(self, along: float) -> float:
        return LEFT + along / self.length * (WIDTH - LEFT - RIGHT)

    def y(self, height: float) -> float:
        return HEIGHT - BOTTOM - (height - self.low) / (self.high - self.low) * (HEIGHT - TOP - BOTTOM)

    def line(self, along: NDArray[np.float64], height: NDArray[np.float64]) -> str:
        return " ".join(f"{self.x(a):.1f},{self.y(h):.1f}" for a, h in zip(along, height, strict=True))


def svg(track: BriefingTrack) -> str:
    """The drawing of `track`, an `svg` element. Heights are metres above home, as the pilot's screen shows them."""
    axes = _Axes(track)
    keep = _thinned(axes.height)
    along, height, ground = (values[keep] for values in (axes.along, axes.height, axes.ground))
    floor = f"{axes.y(axes.low):.1f}"
    last = f"{axes.x(float(along[-1])):.1f}"
    limit = axes.line(along, ground + LIMIT_M)
    parts = [
        f'<svg class="profile" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{_words("route")}">',
        *_grid(axes),
        f'<polygon class="ground" points="{axes.line(along, ground)} {last},{floor} {LEFT},{floor}"/>',
        f'<polyline class="limit" points="{limit}"/>',
        f'<polyline class="route" points="{axes.line(along, height)}"/>',
        *_waypoints(axes, track),
        _text(WIDTH - RIGHT - 4, axes.y(float(ground[-1]) + LIMIT_M) - 4, _words("limit", limit_m=LIMIT_M), "end"),
        _text(LEFT + 4, axes.y(0) + 11 if axes.low < -12 else axes.y(0) - 3, _words("home"), "start"),
        "</svg>",
    ]
    return "".join(parts)


def _words(what: str, **params: float) -> str:
    return escape(Message(f"briefing.heights.{what}", **params).text())


def _thinned(height: NDArray[np.float64]) -> NDArray[np.intp]:
    """Which samples to draw: every corner of the heights, and of the rest as many as can be told apart."""
    even = np.linspace(0, len(height) - 1, min(len(height), MOST_POINTS)).astype(np.intp)
    bends = np.flatnonzero(np.abs(np.diff(height, 2)) > 0.01) + 1
    return np.union1d(even, bends[:MOST_POINTS])


def _grid(axes: _Axes) -> Iterator[str]:
    for height in _ticks(axes.low, axes.high):
        y = axes.y(height)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield _text(LEFT - 5, y + 3, f"{height:g} m", "end")
    for along in _ticks(0, axes.length):
        x = axes.x(along)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'
        yield _text(x, HEIGHT - BOTTOM + 12, f"{along:g} m", "middle")
    yield _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, _words("along"), "middle")


def _waypoints(axes: _Axes, track: BriefingTrack) -> Iterator[str]:
    every = max(1, math.ceil(len(track.waypoints) / 24))
    for waypoint in track.waypoints:
        x = axes.x(waypoint.along_m)
        y = axes.y(waypoint.height_m)
        yield f'<circle class="waypoint" cx="{x:.1f}" cy="{y:.1f}" r="1.8"/>'
        if (waypoint.number - 1) % every == 0:
            yield _text(x, y - 5, str(waypoint.number), "middle")


def _ticks(low: float, high: float) -> Sequence[float]:
    rough = (high - low) / TICKS
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough)
    return [step * number for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>'
