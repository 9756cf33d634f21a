"""Tracks and scenes made for rules."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from vision.detection.detector import Box
from vision.detection.tracking import ObjectTrack
from vision.frames.decoder import Image
from vision.rules import AnyRule, Firing, Scene, parse_rules

LEFT_HALF = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
TOWN = ZoneInfo("Europe/Riga")
NOON = datetime(2026, 6, 3, 9, 0, tzinfo=UTC)
"""Wednesday, noon by the towns' clock."""


def track(
    x: float,
    y: float,
    *,
    number: int = 1,
    label: str = "person",
    score: float = 0.8,
    width: float = 10,
    height: float = 20,
) -> ObjectTrack:
    """A track whose foot point is at `x`, `y` (fractions of a picture of 100 x 100)."""
    box = Box(x * 100 - width / 2, y * 100 - height, x * 100 + width / 2, y * 100)
    return ObjectTrack(number, label, box, score, 1.0, 5)


def scene(seconds: float, *tracks: ObjectTrack, luma: Image | None = None, began: datetime = NOON) -> Scene:
    return Scene(tracks, seconds, 100, 100, began + timedelta(seconds=seconds), luma, zone=TOWN)


def rule(**says: object) -> AnyRule:
    """The rule that a file would say."""
    usual = {"name": "the yard", "category": "test", "quiet_s": 0}
    if says.get("kind") != "tamper":
        usual["classes"] = ["person"]
    return parse_rules({"rule": [usual | says]}, where="the test")[0]


def firings(of: AnyRule, *scenes: Scene) -> list[Firing]:
    """What the rule says of the scenes, one after the other."""
    watch = of.watch()
    return [firing for one in scenes for firing in watch.see(one)]
