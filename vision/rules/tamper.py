"""The camera itself: covered, out of focus, turned away."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from telemetry.messages import Message
from vision.rules.memory import Quiet
from vision.rules.rule import Firing, RuleBase, Scene, named

Fraction = Annotated[float, Field(gt=0, lt=1)]

LEARN = 0.02
"""Share of a new picture in what the camera usually shows."""
WARM_UP = 15
"""So many pictures are learned from before anything is told."""
LEAST_CONTRAST = 2.0
"""A picture whose brightness spreads less than this (0..255) shows nothing at any time: night without light."""


class TamperRule(RuleBase):
    """The picture lost its contrast (covered), its edges (defocused) or its likeness to before (moved) for `for_s`."""

    kind: Literal["tamper"]
    covered_below: Fraction = 0.35
    """Left of the usual spread of brightness."""
    defocused_below: Fraction = 0.3
    """Left of the usual strength of edges."""
    moved_below: Fraction = 0.4
    """Correlation of the picture's edges with the usual ones, 1 alike, 0 nothing in common."""
    for_s: Annotated[float, Field(ge=1, le=3_600)] = 5.0

    def watch(self) -> "_TamperWatch":
        """This rule on one source."""
        return _TamperWatch(self)


@dataclass
class _Usual:
    """What the camera shows when nobody touches it."""

    luma: NDArray[np.float32]
    spread: float
    edges: float
    pictures: int = 1


class _TamperWatch:
    def __init__(self, rule: TamperRule) -> None:
        self._rule = rule
        self._quiet = Quiet(rule)
        self._usual: _Usual | None = None
        self._since: float | None = None
        self._told = False

    def see(self, scene: Scene) -> Iterator[Firing]:
        """Once for each time the camera is tampered with; after half a minute what it then shows is usual."""
        if scene.luma is None:
            return
        luma = scene.luma.astype(np.float32)
        usual = self._usual
        if usual is None or usual.luma.shape != luma.shape:
            self._usual = _Usual(luma, float(luma.std()), _edges(luma))
            return
        wrong = None
        if usual.pictures >= WARM_UP:
            wrong = self._wrong(luma, usual)
        if wrong is None:
            self._since = None
            self._told = False
            _learn(usual, luma)
            return
        if self._since is None:
            self._since = scene.seconds
        lasted = scene.seconds - self._since
        if lasted >= max(30.0, 2 * self._rule.for_s):
            self._usual = None
        if lasted < self._rule.for_s or self._told:
            return
        self._told = True
        what, why, sure = wrong
        if self._quiet.may_speak(scene):
            yield Firing(
                self._rule,
                f"{what}-{self._since:.0f}",
                self._since,
                scene.seconds,
                Message(f"findings.tamper.{what}", place=named(self._rule.name), lasted_s=lasted),
                Message("findings.tamper.why", seen=why, lasted_s=lasted, asked_s=self._rule.for_s),
                sure,
                attributes={"tamper": what},
            )

    def _wrong(self, luma: NDArray[np.float32], usual: _Usual) -> tuple[str, Message, float] | None:
        rule = self._rule
        if usual.spread < LEAST_CONTRAST:
            return None
        spread = float(luma.std()) / usual.spread
        edges = _edges(luma) / max(usual.edges, 1e-6)
        if spread < rule.covered_below:
            return "covered", Message("findings.tamper.why_covered", spread=spread), _sure(spread, rule.covered_below)
        alike = _likeness(luma, usual.luma)
        if edges < rule.defocused_below and alike > 0:
            return (
                "defocused",
                Message("findings.tamper.why_defocused", edges=edges),
                _sure(edges, rule.defocused_below),
            )
        if alike < rule.moved_below:
            return (
                "moved",
                Message("findings.tamper.why_moved", alike=max(alike, 0.0)),
                _sure(max(alike, 0), rule.moved_below),
            )
        return None


def _sure(value: float, asked_below: float) -> float:
    """A half where it is just below what is asked, 1 where nothing is left."""
    return 1 - value / asked_below / 2


def _learn(usual: _Usual, luma: NDArray[np.float32]) -> None:
    share = max(LEARN, 1 / (usual.pictures + 1))
    cv2.accumulateWeighted(luma, usual.luma, share)
    usual.spread += share * (float(luma.std()) - usual.spread)
    usual.edges += share * (_edges(luma) - usual.edges)
    usual.pictures += 1


def _edges(luma: NDArray[np.float32]) -> float:
    """How strong the fine edges are: variance of the Laplacian."""
    return float(cv2.Laplacian(luma, cv2.CV_32F).var())


def _likeness(luma: NDArray[np.float32], usual: NDArray[np.float32]) -> float:
    """Correlation of two pictures' coarse edges, blind to brightness and exposure."""
    one, other = (_coarse_edges(picture) for picture in (luma, usual))
    return float((one * other).sum() / max(np.sqrt((one**2).sum() * (other**2).sum()), 1e-9))


def _coarse_edges(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    smooth = cv2.GaussianBlur(luma, (0, 0), 1.5)
    return np.hypot(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)).astype(np.float32)
