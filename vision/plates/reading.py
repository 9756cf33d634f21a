"""One plate read: picture in, text, country and confidence out. Finds no plates and follows none."""

import math
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np

from telemetry.errors import BadInput
from telemetry.messages import Message
from vision.frames.decoder import Image
from vision.plates.decoding import Candidate, decode
from vision.plates.layout import in_one_line
from vision.plates.network import PlateNetwork, plain_text
from vision.plates.syntax import FormatGraph, countries_of, graph

MARGIN = 0.15
"""Of the box's height: how much is read around it, since boxes are cut close."""
MOST_MISSED = 2
"""How many characters the network may have missed that the syntax finds: where it sees fewer, there is no plate."""
SMALLEST = (16, 6)
"""Width and height in pixels under which nothing can be told."""
PixelBox = tuple[int, int, int, int]
"""Left, top, width, height in pixels."""


@dataclass(frozen=True)
class PlateReading:
    """What one picture of a plate says."""

    text: str
    """Letters and digits, no separators, accents dropped."""
    country: str | None
    """ISO 3166-1 alpha-2, the likeliest of those whose plates look so; None when no known country's do."""
    confidence: float
    """0..1: the probability that every character is right; see CERTAIN."""
    raw: str
    """What the network reads by itself, without syntax."""
    others: tuple[tuple[str, float], ...]
    """Other texts that it may be, and their share of the likelihood of all texts tried, 0..1, best first."""
    cpu_ms: float
    """Processor time of this thread, milliseconds."""

    def public(self) -> dict[str, Any]:
        """JSON-ready, as `vanagas plates` prints it."""
        return {
            "text": self.text,
            "country": self.country,
            "confidence": round(self.confidence, 3),
            "cpu_ms": round(self.cpu_ms, 1),
            "raw": self.raw,
        }


class PlateReader:
    """Reads plates with one network and the syntax of all known countries, or of some."""

    def __init__(self, network: PlateNetwork, syntax: FormatGraph | None = None) -> None:
        self._network = network
        self._graph = syntax or graph()

    def read(self, picture: Image, box: PixelBox | None = None) -> PlateReading | None:
        """The plate in `box` of `picture` (blue green red), or in all of it; None when there is no text like a plate's.

        Raises BadInput when less than half of the box is in the picture, or it is too small.
        """
        begun = time.thread_time()
        columns = self._network.read(in_one_line(cut_out(picture, box)))
        found = decode(columns, self._graph)
        if not found:
            return None
        best = found[0]
        shares = _shares(found)
        raw = plain_text(columns)
        if len(raw) + MOST_MISSED < len(best.text):
            return None
        countries = countries_of(best.text)
        return PlateReading(
            text=best.text,
            country=countries[0][0] if countries else None,
            confidence=confidence(best, shares[0]),
            raw=raw,
            others=tuple((one.text, share) for one, share in zip(found[1:], shares[1:], strict=True)),
            cpu_ms=1000 * (time.thread_time() - begun),
        )


@cache
def load_reader() -> PlateReader:
    """The reader with the shipped network, loaded and warmed up once. Raises Misconfigured."""
    reader = PlateReader(PlateNetwork())
    written = np.full((48, 200, 3), 255, np.uint8)
    cv2.putText(written, "ABC 123", (10, 38), cv2.FONT_HERSHEY_DUPLEX, 1.3, (0, 0, 0), 3)
    reader.read(written)
    return reader


def cut_out(picture: Image, box: PixelBox | None) -> Image:
    """The part of `picture` to read: `box` with MARGIN around it, as far as the picture reaches. Raises BadInput."""
    height, width = picture.shape[:2]
    left, top, wide, high = (0, 0, width, height) if box is None else box
    across = min(left + wide, width) - max(left, 0)
    down = min(top + high, height) - max(top, 0)
    if min(across, down) <= 0 or 2 * across * down < wide * high:
        raise BadInput(Message("plates.box_outside", box=f"{left},{top},{wide},{high}", width=width, height=height))
    if wide < SMALLEST[0] or high < SMALLEST[1]:
        raise BadInput(
            Message("plates.too_small", wide=wide, high=high, least_wide=SMALLEST[0], least_high=SMALLEST[1])
        )
    around = 0
    if box is not None:
        around = round(MARGIN * high)
    return picture[max(0, top - around) : top + high + around, max(0, left - around) : left + wide + around]


def confidence(best: Candidate, share: float) -> float:
    """The probability that `best` is right, from how sure the network was and how far the others are behind."""
    constant, of_certainty, of_bend, of_lead = CERTAIN
    lead = math.log(max(share, 1e-6) / max(1 - share, 1e-6))
    odds = constant + of_certainty * math.log(max(best.certainty, 1e-6)) + of_bend * best.bend + of_lead * lead
    return 1 / (1 + math.exp(min(-odds, 500.0)))


CERTAIN = (0.96, 4.3, 1.6, 0.57)
"""Constant, weight of the log certainty, of the bend, and of the log odds against the other texts: logistic regression
on 2,500 rendered plates of all countries, spoiled to any degree (benchmarks/plates.py tells how far to believe it)."""


def _shares(found: list[Candidate]) -> list[float]:
    weights = np.exp(np.array([one.score for one in found]) - found[0].score)
    return [float(weight) for weight in weights / weights.sum()]
