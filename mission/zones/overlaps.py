"""Which zones lie on one another, and how much. Decides nothing: an overlap is worth knowing, not forbidden."""

from collections.abc import Iterable
from dataclasses import dataclass

from shapely import Polygon

from mission.zones.geometry import local_frame, to_metres
from telemetry.messages import Message

LEAST_M2 = 1.0
"""Less is where two outlines share a border."""


@dataclass(frozen=True)
class Overlap:
    """One other zone that an area lies on."""

    zone_id: str
    name: str
    share: float
    """Part of the area that lies on it, 0..1."""
    share_of_other: float
    """Part of the other zone that it covers, 0..1."""

    @property
    def message(self) -> Message:
        """One sentence for whoever draws."""
        return Message(
            "zones.overlap", share=_percent(self.share), name=self.name, of_that=_percent(self.share_of_other)
        )


def overlaps(area: Polygon, others: Iterable[tuple[str, str, Polygon]]) -> list[Overlap]:
    """The (id, name, polygon) zones that `area` lies on, the largest share first. Polygons in degrees."""
    frame = local_frame(area)
    own = to_metres(area, frame)
    found = []
    for zone_id, name, other in others:
        if not area.intersects(other):
            continue
        there = to_metres(other, frame)
        common = own.intersection(there).area
        if common >= LEAST_M2:
            found.append(Overlap(zone_id, name, common / own.area, common / there.area))
    return sorted(found, key=lambda overlap: (-overlap.share, overlap.name))


def _percent(share: float) -> Message:
    if share < 0.01:
        return Message("zones.small_share")
    if share > 0.9995:
        return Message("zones.all_of_it")
    return Message("zones.share", percent=min(99, round(share * 100)))
