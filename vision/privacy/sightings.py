"""Where people, faces and plates of a video are between the pictures that were looked at, so that all can be covered.

Somebody is covered a little before they are first seen and after they are last seen. Finds nobody itself.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from vision.detection.detector import Box, Detection
from vision.detection.tracking import Tracker
from vision.frames.decoder import Image
from vision.privacy.heads import hide_people

AROUND_S = 0.6
"""Somebody is covered for so long before they are first seen and after they are last seen."""
GROWN = 0.25
"""Share of its size by which a box is grown between two looks, for whoever did not move evenly."""
LABELS = ("person", "face", "plate")


@dataclass
class Sighting:
    """One person, face or plate through a clip: where it was seen when."""

    label: str
    seconds: list[float] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)

    def at(self, seconds: float) -> Box | None:
        """Where it is taken to be; None when it is long gone or not yet there."""
        if not self.seconds[0] - AROUND_S <= seconds <= self.seconds[-1] + AROUND_S:
            return None
        after = bisect_right(self.seconds, seconds)
        if after in (0, len(self.seconds)):
            return self._beyond(seconds, last=after > 0)
        return _grown(self._between(after, seconds))

    def _between(self, after: int, seconds: float) -> Box:
        """On the line through the looks `after - 1` and `after`, before, between or behind them."""
        since, until = self.seconds[after - 1 : after + 1]
        share = (seconds - since) / (until - since)
        before, then = self.boxes[after - 1 : after + 1]
        return Box(*(a + (b - a) * share for a, b in zip(before, then, strict=True)))

    def _beyond(self, seconds: float, *, last: bool) -> Box:
        """Where it was before it was first seen, or after it was last: where it stood, and where it moved as before."""
        seen = self.boxes[-1 if last else 0]
        if len(self.boxes) == 1:
            return _grown(seen)
        moved = self._between(len(self.boxes) - 1 if last else 1, seconds)
        return _grown(
            Box(min(seen.x1, moved.x1), min(seen.y1, moved.y1), max(seen.x2, moved.x2), max(seen.y2, moved.y2))
        )


class SightingTracker:
    """Follows whatever may be somebody: one doubtful look is enough. Give it the looks in order of time."""

    def __init__(self) -> None:
        self._trackers = {label: Tracker(sure_score=0.0, min_hits=1) for label in LABELS}
        self._followed: dict[tuple[str, int], Sighting] = {}

    def see(self, found: Mapping[str, Sequence[Detection]], seconds: float) -> None:
        """What was found, by label, in a look at `seconds`; a label that was not looked for is left out."""
        for label, there in found.items():
            for track in self._trackers[label].update(there, seconds):
                one = self._followed.setdefault((label, track.id), Sighting(label))
                one.seconds.append(seconds)
                one.boxes.append(track.box)

    def sightings(self) -> list[Sighting]:
        """Everybody so far."""
        return list(self._followed.values())

    def forget_before(self, seconds: float) -> None:
        """Let go of who was last seen before `seconds`."""
        self._followed = {key: one for key, one in self._followed.items() if one.seconds[-1] >= seconds}


def covered(image: Image, sightings: Iterable[Sighting], seconds: float) -> Image:
    """`image`, taken at `seconds`, with everybody made unrecognisable."""
    there = [(one.label, box) for one in sightings if (box := one.at(seconds)) is not None]
    boxes = {wanted: [box for label, box in there if label == wanted] for wanted in ("person", "face", "plate")}
    return hide_people(image, boxes["person"], boxes["face"], boxes["plate"])


def _grown(box: Box) -> Box:
    x = box.width * GROWN / 2
    y = box.height * GROWN / 2
    return Box(box.x1 - x, box.y1 - y, box.x2 + x, box.y2 + y)
