"""Which zones a flight meets: where, how high and when. Decides nothing about permits or conditions.

Safe side: touching is meeting; a limit above ground is taken over the lowest and the highest ground below a leg; an
ellipsoidal limit over the whole band of geoid heights; a circle by a polygon round it; a sun event at the corner of the
zone where it lasts longest. A flight that is told "free" is free; now and then one is told "meets" that would miss.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from mission.airspace.applicability import DegreeBox, TimeSpan
from mission.airspace.data_set import DataSet
from mission.airspace.heights import ceiling_of, floor_of, geoid_near
from mission.airspace.index import Index
from mission.airspace.outlines import copies, polygon_of
from mission.airspace.volume import Volume
from mission.airspace.zones import Restriction, UasZone


@dataclass(frozen=True)
class ZoneFinding:
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
        shapes = []
        rows = []
        owners = []
        for number, zone in enumerate(self.zones):
            for volume in zone.volumes:
                outline = polygon_of(volume.shape)
                geoid = geoid_near(*outline.bounds)
                row = (*floor_of(volume.lower, geoid), *ceiling_of(volume.upper, geoid))
                for copy in copies(outline):
                    shapes.append(copy)
                    rows.append(row)
                    owners.append(number)
        self._owner = np.array(owners, dtype=np.intp)
        self._index = Index(np.array(shapes, dtype=np.object_), np.array(rows, dtype=np.float64).reshape(-1, 4))
        self._places = _places(self._index.bounds, self._owner, len(self.zones))

    @property
    def version(self) -> str:
        """What verdicts name as the data they stand on."""
        return ", ".join(data.label for data in self.data_sets) or "no zone data"

    def place_of(self, number: int) -> DegreeBox:
        """The box that zone `number` covers, degrees."""
        return DegreeBox(*self._places[number].tolist())

    def findings(self, volumes: Sequence[Volume]) -> list[ZoneFinding]:
        """Every zone that any of `volumes` meets in place, height and time; gravest first, then by identifier.

        A volume whose heights or times are exchanged counts with all that lies between. Raises BadGeometry for one
        without a place.
        """
        if not volumes or not self.zones:
            return []
        asked, entry = self._index.meeting(volumes)
        met = np.sort(self._owner[entry] * len(volumes) + asked)
        met = met[np.flatnonzero(np.diff(met, prepend=-1))]
        owners, asked = np.divmod(met, len(volumes))
        times = _seconds([v.begins for v in volumes]), _seconds([v.ends for v in volumes])
        begins = np.minimum(*times)
        ends = np.maximum(*times)
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        found = [
            self._in_time(int(owners[start]), asked[start:stop], begins, ends)
            for start, stop in zip(starts, [*starts, len(met)][1:], strict=True)
        ]
        return sorted((f for f in found if f), key=lambda f: (-f.restriction.gravity, f.zone.identifier))

    def _in_time(
        self, number: int, asked: NDArray[np.intp], begins: NDArray[np.float64], ends: NDArray[np.float64]
    ) -> ZoneFinding | None:
        """The finding of a zone for the volumes that are there while it applies."""
        zone = self.zones[number]
        since = begins[asked]
        until = ends[asked]
        if not zone.always:
            spans = zone.active(_moment(since.min()), _moment(until.max()), self.place_of(number))
            since, until, there = _clipped(spans, since, until)
            asked = asked[there]
            since = since[there]
            until = until[there]
        if not len(asked):
            return None
        return ZoneFinding(
            zone, tuple(asked.tolist()), _moment(since.min()), _moment(until.max()), restriction=zone.restriction
        )


def _clipped(
    spans: Sequence[TimeSpan], since: NDArray[np.float64], until: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Each stretch of time cut to those of the ordered `spans` that it touches, and whether it touches one."""
    if not spans:
        return since, until, np.zeros(len(since), dtype=bool)
    starts = _seconds([s.begins for s in spans])
    stops = _seconds([s.ends for s in spans])
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
