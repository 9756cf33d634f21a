"""One table for every log: a row a position, whatever vehicle or camera wrote it. Reads no format."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from telemetry.errors import BadInput
from telemetry.messages import Message

UNITS = {
    "lat": "degrees north, WGS 84",
    "lon": "degrees east, WGS 84",
    "alt_m": "metres above mean sea level",
    "height_m": "metres above the take-off",
    "roll_deg": "degrees, right side down",
    "pitch_deg": "degrees, nose up",
    "heading_deg": "degrees clockwise from true north, 0..360",
    "speed_m_s": "metres a second over ground",
    "climb_m_s": "metres a second, up",
    "battery": "fraction left, 0..1",
    "satellites": "satellites used",
    "gimbal_roll_deg": "degrees",
    "gimbal_pitch_deg": "degrees, 0 level, -90 straight down",
    "gimbal_yaw_deg": "degrees clockwise from true north",
    "hfov_deg": "horizontal field of view, degrees",
    "vfov_deg": "vertical field of view, degrees",
}
"""The columns there are, and what they are in. A value that the log does not hold is NaN."""
EARLIEST_US = 946_684_800_000_000
"""2000-01-01: no log is older, so what counts less counts from the start of something."""
UNDATED = "the log holds no UTC: when it was made is not known, and its times count from when it was switched on"


@dataclass(frozen=True)
class TelemetryTable:
    """What a log says, row by row in the order of time."""

    format: str
    """Which kind of log it was, in words."""
    time_us: NDArray[np.int64]
    """Microseconds since 1970."""
    utc: bool
    """Whether the times are UTC; else they are a clock without a zone, or count from the start of the log."""
    columns: Mapping[str, NDArray[np.float64]]
    """Every name of `UNITS`, as long as `time_us`."""
    intact: int
    """Records of the log that were read."""
    lost: int
    """Records, or stretches where they cannot be counted, that were damaged or cut short."""
    notes: tuple[str, ...] = ()
    """What the reader should know, in sentences."""

    @property
    def dated(self) -> bool:
        """Whether the times are of a calendar; else they count from when the vehicle was switched on."""
        return self.utc or int(self.time_us[0]) > EARLIEST_US

    def __len__(self) -> int:
        return len(self.time_us)


@dataclass
class TableBuilder:
    """Columns gathered round the times of the positions."""

    time_us: NDArray[np.int64]
    columns: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    def put(self, name: str, values: ArrayLike) -> None:
        """A column measured at the times of the positions."""
        self.columns[name] = np.asarray(values, np.float64)

    def join(self, name: str, time_us: NDArray[np.int64], values: ArrayLike) -> None:
        """A column measured at times of its own: each row gets the last value from before it, NaN before the first."""
        if not len(time_us):
            return
        order = np.argsort(time_us, kind="stable")
        sorted_values = np.asarray(values, np.float64)[order]
        last = np.searchsorted(time_us[order], self.time_us, side="right") - 1
        self.columns[name] = np.where(last >= 0, sorted_values[np.maximum(last, 0)], np.nan)

    def build(
        self, log_format: str, *, utc: bool, intact: int, lost: int, notes: tuple[str, ...] = ()
    ) -> TelemetryTable:
        """The table in the order of time, rows without a sane place left out. Raises BadInput when none is left."""
        empty = np.full(len(self.time_us), np.nan)
        columns = {name: self.columns.get(name, empty) for name in UNITS}
        lat = columns["lat"]
        lon = columns["lon"]
        with np.errstate(invalid="ignore"):
            sane = (np.abs(lat) <= 90) & (np.abs(lon) <= 180) & ~((lat == 0) & (lon == 0))
        keep = np.flatnonzero(sane)[np.argsort(self.time_us[sane], kind="stable")]
        if not len(keep):
            raise BadInput(Message("logs.no_place_on_globe", format=log_format, records=intact))
        placed = {name: values[keep] for name, values in columns.items()}
        table = TelemetryTable(log_format, self.time_us[keep], utc, placed, intact, lost, notes)
        if table.dated:
            return table
        return replace(table, notes=(*notes, UNDATED))
