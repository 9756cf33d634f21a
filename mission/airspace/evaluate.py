"""Which zones a flight meets: where, how high and when. Decides nothing about permits or conditions.

Safe side: touching is meeting; a limit above ground is taken over the lowest and the highest ground below a leg; an
ellipsoidal limit over the whole band of geoid heights; a circle by a polygon round it; a sun event at the corner of the
zone where it lasts longest. A flight that is told "free" is free; now and then one is told "meets" that would miss.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from mission.airspace.applicability import Place, Span
from mission.airspace.data_set import DataSet
from mission.airspace.heights import ceiling_of, floor_of, geoid_near
from mission.airspace.outlines import copies, polygon_of
from mission.airspace.volume import Volume
from mission.airspace.zones import Restriction, UasZone
from telemetry.errors import BadGeometry

EDGE_M = 0.01
"""Height that counts as touching."""


@dataclass(frozen=True)
class Finding:
    """A zone that a flight meets."""

    zone: UasZone
    volumes: tuple[int, ...]
    """Which of the volumes asked about meet it, by their place in the question, ascending."""
    begins: datetime
    """When the first of them meets it, UTC."""
    ends: datetime
    """When the last of them leaves it, UTC."""
    restriction: Restriction


class Airspace:
    """The zones of a town, indexed once for many questions. Never changes, so threads may share it."""

    def __init__(self, zones: Sequence[UasZone], data_sets: Sequence[DataSet] = ()) -> None:
        self.zones = tuple(zones)
        self.data_sets = tuple(data_sets)
        shapes, rows, owners = [], [], []
        for number, zone in enumerate(self.zones):
            for volume in zone.volumes:
                outline = polygon_of(volume.shape)
                geoid = geoid_near(*outline.bounds)
                row = (*floor_of(volume.lower, geoid), *ceiling_of(volume.upper, geoid))
                for copy in copies(outline):
                    shapes.append(copy)
                    rows.append(row)
                    owners.append(number)
        self._heights = np.array(rows, dtype=np.float64).reshape(-1, 4)
        self._owner = np.array(owners, dtype=np.intp)
        outlines = np.array(shapes, dtype=np.object_)
        self._tree = STRtree(outlines)
        self._places = _places(shapely.bounds(outlines).reshape(-1, 4), self._owner, len(self.zones))

    @property
    def version(self) -> str:
        """What verdicts name as the data they stand on."""
        return ", ".join(data.label for data in self.data_sets) or "no zone data"

    def place_of(self, number: int) -> Place:
        """The box that zone `number` covers, degrees."""
        return Place(*self._places[number].tolist())

    def findings(self, volumes: Sequence[Volume]) -> list[Finding]:
        """Every zone that any of `volumes` meets in place, height and time; gravest first, then by identifier.

        A volume whose heights or times are exchanged counts with all that lies between. Raises BadGeometry for one
        without a place.
        """
        if not volumes or not self.zones:
            return []
        asked, entry = self._touching(volumes)
        asked, entry = self._as_high(volumes, asked, entry)
        met = np.unique(np.column_stack([self._owner[entry], asked]), axis=0)
        times = _seconds([v.begins for v in volumes]), _seconds([v.ends for v in volumes])
        begins, ends = np.minimum(*times), np.maximum(*times)
        found = []
        starts = np.flatnonzero(np.diff(met[:, 0], prepend=-1))
        for start, stop in zip(starts, [*starts, len(met)][1:], strict=True):
            finding = self._in_time(int(met[start, 0]), met[start:stop, 1], begins, ends)
            if finding is not None:
                found.append(finding)
        return sorted(found, key=lambda f: (-f.restriction.gravity, f.zone.identifier))

    def _touching(self, volumes: Sequence[Volume]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Pairs of a volume and an entry of the index whose outlines touch."""
        footprints = _footprints(volumes)
        bounds = shapely.bounds(footprints)
        far = np.flatnonzero((bounds[:, 0] <= -180) | (bounds[:, 2] >= 180) | (bounds[:, 2] - bounds[:, 0] > 180))
        asked = np.arange(len(volumes))
        if len(far):
            near = np.setdiff1d(asked, far)
            turned = [(number, copy) for number in far for copy in copies(footprints[number])]
            asked = np.concatenate([near, [number for number, _ in turned]])
            footprints = np.concatenate([footprints[near], np.array([copy for _, copy in turned], dtype=np.object_)])
        number, entry = self._tree.query(footprints, predicate="intersects")
        return asked[number], entry

    def _as_high(
        self, volumes: Sequence[Volume], asked: NDArray[np.intp], entry: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Those of the pairs whose heights touch."""
        band = np.array([(v.lower_m, v.upper_m, v.ground_low_m, v.ground_high_m) for v in volumes])[asked]
        floor, floor_on_ground, ceiling, ceiling_on_ground = self._heights[entry].T
        low = floor + floor_on_ground * band[:, 2]
        high = ceiling + ceiling_on_ground * band[:, 3]
        # Written so that a height that is not a number counts as meeting.
        apart = (band[:, :2].max(axis=1) < low - EDGE_M) | (band[:, :2].min(axis=1) > high + EDGE_M)
        return asked[~apart], entry[~apart]

    def _in_time(
        self, number: int, asked: NDArray[np.intp], begins: NDArray[np.float64], ends: NDArray[np.float64]
    ) -> Finding | None:
        """The finding of a zone for the volumes that are there while it applies."""
        zone = self.zones[number]
        since, until = begins[asked], ends[asked]
        if not zone.always:
            spans = zone.active(_moment(since.min()), _moment(until.max()), self.place_of(number))
            since, until, there = _clipped(spans, since, until)
            asked, since, until = asked[there], since[there], until[there]
        if not len(asked):
            return None
        return Finding(
            zone, tuple(asked.tolist()), _moment(since.min()), _moment(until.max()), restriction=zone.restriction
        )


def _footprints(volumes: Sequence[Volume]) -> NDArray[np.object_]:
    """Where the volumes are; one that crosses itself counts with all that it surrounds. Raises BadGeometry."""
    footprints = np.array([v.footprint for v in volumes], dtype=np.object_)
    crossed = ~shapely.is_valid(footprints)
    if crossed.any():
        footprints[crossed] = shapely.convex_hull(footprints[crossed])
    lost = np.flatnonzero(shapely.is_empty(footprints) | ~np.isfinite(shapely.bounds(footprints)).all(axis=1))
    if len(lost):
        raise BadGeometry(f"leg {lost[0] + 1} covers no place, so no zone can be looked up for it; draw it again")
    return footprints


def _clipped(
    spans: Sequence[Span], since: NDArray[np.float64], until: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Each stretch of time cut to those of the ordered `spans` that it touches, and whether it touches one."""
    if not spans:
        return since, until, np.zeros(len(since), dtype=bool)
    starts, stops = _seconds([s.begins for s in spans]), _seconds([s.ends for s in spans])
    first = np.searchsorted(stops, since, side="left")
    last = np.searchsorted(starts, until, side="right") - 1
    there = first <= last
    begins = np.maximum(since, starts[np.minimum(first, len(spans) - 1)])
    ends = np.minimum(until, stops[np.maximum(last, 0)])
    return begins, ends, there


def _places(bounds: NDArray[np.float64], owners: NDArray[np.intp], zones: int) -> NDArray[np.float64]:
    places = np.tile([np.inf, np.inf, -np.inf, -np.inf], (zones, 1))
    for side, widest in enumerate((np.minimum, np.minimum, np.maximum, np.maximum)):
        widest.at(places[:, side], owners, bounds[:, side])
    return np.asarray(np.clip(places, [-180, -90, -180, -90], [180, 90, 180, 90]), dtype=np.float64)


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _seconds(moments: Sequence[datetime]) -> NDArray[np.float64]:
    return np.array([(moment - EPOCH).total_seconds() for moment in moments], dtype=np.float64)


def _moment(seconds: float) -> datetime:
    return EPOCH + timedelta(seconds=float(seconds))
