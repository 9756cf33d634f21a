"""Flight logs of autopilots as telemetry tables: .tlog, PX4's .ulg, ArduPilot's DataFlash .bin."""

import contextlib
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pymavlink.DFReader import DFReader_binary
from pyulog.core import ULog

from telemetry.attitude import of_quaternions
from telemetry.errors import BadInput
from telemetry.logs.framing import dataflash_framing, ulog_framing
from telemetry.logs.table import TableBuilder, TelemetryTable
from telemetry.logs.tlog import Records, load_tlog
from telemetry.mavlink.gimbals import yaw_from_north
from telemetry.messages import Message

LATEST_S = 4e9
"""A time after the year 2096, or none, is of a damaged record."""
Floats = NDArray[np.float64]


def tlog_table(path: Path) -> TelemetryTable:
    """A telemetry log, of the vehicle that reports its position most often. Raises BadInput."""
    log = load_tlog(path)
    positions = log.messages.get("GLOBAL_POSITION_INT")
    if positions is None or not len(positions.time_us):
        raise BadInput(Message("logs.tlog_without_position", name=path.name, frames=log.count))
    systems, counts = np.unique(positions.system, return_counts=True)
    system = int(systems[counts.argmax()])
    notes: tuple[str, ...] = ()
    if len(systems) > 1:
        notes = (Message("logs.notes.one_of", vehicles=len(systems), system=system).text(),)

    def of(name: str) -> Records | None:
        records = log.messages.get(name)
        if records is None:
            return None
        rows = records.system == system
        return Records(records.time_us[rows], records.system[rows], records.component[rows], records.fields[rows])

    at = of("GLOBAL_POSITION_INT")
    assert at is not None  # noqa: S101 - looked at above
    table = TableBuilder(at.time_us)
    table.put("lat", at.fields["lat"] / 1e7)
    table.put("lon", at.fields["lon"] / 1e7)
    table.put("alt_m", at.fields["alt"] / 1e3)
    table.put("height_m", at.fields["relative_alt"] / 1e3)
    table.put("speed_m_s", np.hypot(at.fields["vx"].astype(float), at.fields["vy"].astype(float)) / 100)
    table.put("climb_m_s", -at.fields["vz"].astype(float) / 100)
    table.put("heading_deg", np.where(at.fields["hdg"] == 65535, np.nan, at.fields["hdg"] / 100))
    if (attitude := of("ATTITUDE")) is not None:
        for name in ("roll", "pitch"):
            table.join(f"{name}_deg", attitude.time_us, np.degrees(attitude.fields[name]))
    if (power := of("SYS_STATUS")) is not None:
        left = power.fields["battery_remaining"].astype(float)
        table.join("battery", power.time_us, np.where(left < 0, np.nan, left / 100))
    if (gps := of("GPS_RAW_INT")) is not None:
        seen = gps.fields["satellites_visible"].astype(float)
        table.join("satellites", gps.time_us, np.where(seen == 255, np.nan, seen))
    if (gimbal := of("GIMBAL_DEVICE_ATTITUDE_STATUS")) is not None:
        yaw, pitch, roll = of_quaternions(*gimbal.fields["q"].T)
        table.join("gimbal_pitch_deg", gimbal.time_us, pitch)
        table.join("gimbal_roll_deg", gimbal.time_us, roll)
        from_north = [yaw_from_north(int(flags)) for flags in gimbal.fields["flags"]]
        table.join("gimbal_yaw_deg", gimbal.time_us, yaw)
        table.join("from_north", gimbal.time_us, from_north)
        heading = np.where(table.columns["from_north"] == 0, table.columns["heading_deg"], 0.0)
        table.put("gimbal_yaw_deg", (table.columns["gimbal_yaw_deg"] + heading) % 360)
    return table.build("MAVLink telemetry log", utc=True, intact=log.count, lost=log.damaged, notes=notes)


def ulog_table(path: Path) -> TelemetryTable:
    """A PX4 log (docs.px4.io, "ULog File Format"). Raises BadInput."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # the reader prints what it finds damaged
            log = ULog(str(path))
    except Exception as error:  # the reader raises whatever a damaged header makes it raise
        raise BadInput(Message("logs.not_px4", name=path.name, reason=error)) from error
    topics = {data.name: data.data for data in log.data_list if data.multi_id == 0}
    name = next((n for n in ("vehicle_global_position", "vehicle_gps_position", "sensor_gps") if n in topics), None)
    if name is None:
        raise BadInput(Message("logs.ulog_without_position", name=path.name))
    at = topics[name]
    scale = 1e-7 if at["lat"].dtype.kind == "i" else 1.0
    offset, utc = _utc_offset(topics)
    table = TableBuilder(_times(at) + offset)
    table.put("lat", at["lat"] * scale)
    table.put("lon", at["lon"] * scale)
    table.put("alt_m", at["alt"] * (1e-3 if at["alt"].dtype.kind == "i" else 1.0))
    if (home := topics.get("home_position")) is not None and len(home["alt"]):
        table.put("height_m", table.columns["alt_m"] - float(home["alt"][0]))
    if (local := topics.get("vehicle_local_position")) is not None:
        table.join("speed_m_s", _times(local) + offset, np.hypot(local["vx"], local["vy"]))
        table.join("climb_m_s", _times(local) + offset, -local["vz"])
    if (attitude := topics.get("vehicle_attitude")) is not None:
        yaw, pitch, roll = of_quaternions(*(attitude[f"q[{n}]"] for n in range(4)))
        for column, angle in (("roll_deg", roll), ("pitch_deg", pitch), ("heading_deg", yaw % 360)):
            table.join(column, _times(attitude) + offset, angle)
    if (battery := topics.get("battery_status")) is not None:
        table.join("battery", _times(battery) + offset, battery["remaining"])
    framing = ulog_framing(content_of(path))
    notes = [*framing.notes]
    if log.file_corruption and not framing.gaps:
        notes.append(Message("logs.notes.damaged_inside").text())
    if log.dropouts:
        ms = sum(dropout.duration for dropout in log.dropouts)
        notes.append(Message("logs.notes.dropouts", count=len(log.dropouts), ms=ms).text())
    inside = int(bool(log.file_corruption) and not framing.gaps)
    rows = sum(len(data.data["timestamp"]) for data in log.data_list)
    lost = framing.lost + inside + len(log.dropouts)
    return table.build("PX4 ULog", utc=utc, intact=rows, lost=lost, notes=tuple(notes))


class _ReaderThatPrintsInPython(DFReader_binary):  # type: ignore[misc]  # pymavlink has no types
    """Finds its records without the index in C, whose printing cannot be caught."""

    def init_arrays_fast(self, progress_callback: Callable[[int], None] | None = None) -> None:
        self.init_arrays(progress_callback)


def dataflash_table(path: Path) -> TelemetryTable:
    """An ArduPilot DataFlash log (ardupilot.org, "Log messages"). Raises BadInput."""
    framing = dataflash_framing(content_of(path))
    rows: dict[str, list[tuple[float, ...]]] = {"POS": [], "GPS": [], "ATT": [], "BAT": []}
    count = 0
    try:
        unheard = io.StringIO()  # the reader prints each byte that it finds damaged
        with contextlib.redirect_stderr(unheard), contextlib.redirect_stdout(unheard):
            reader_class = DFReader_binary
            if framing.gaps:
                reader_class = _ReaderThatPrintsInPython
            reader = reader_class(str(path))
            while (message := reader.recv_msg()) is not None:
                count += 1
                kind = message.get_type()
                if kind in rows and 0 <= (row := _row(kind, message))[0] < LATEST_S:
                    rows[kind].append(row)
    except Exception as error:  # the reader raises whatever a damaged header makes it raise
        raise BadInput(Message("logs.not_dataflash", name=path.name, reason=error)) from error
    kind = "GPS"
    if rows["POS"]:
        kind = "POS"
    if not rows[kind]:
        raise BadInput(Message("logs.dataflash_without_position", name=path.name, messages=count))
    at = np.array(rows[kind])
    table = TableBuilder((at[:, 0] * 1e6).astype(np.int64))
    for number, name in enumerate(("lat", "lon", "alt_m", "height_m"), start=1):
        table.put(name, at[:, number])
    if rows["GPS"]:
        gps = np.array(rows["GPS"])
        table.join("speed_m_s", (gps[:, 0] * 1e6).astype(np.int64), gps[:, 5])
        table.join("satellites", (gps[:, 0] * 1e6).astype(np.int64), gps[:, 6])
    if rows["ATT"]:
        attitude = np.array(rows["ATT"])
        for number, name in enumerate(("roll_deg", "pitch_deg", "heading_deg"), start=1):
            table.join(name, (attitude[:, 0] * 1e6).astype(np.int64), attitude[:, number])
    if rows["BAT"]:
        battery = np.array(rows["BAT"])
        table.join("battery", (battery[:, 0] * 1e6).astype(np.int64), battery[:, 1] / 100)
    return table.build(
        "ArduPilot DataFlash", utc=bool(rows["GPS"]), intact=count, lost=framing.lost, notes=framing.notes
    )


def content_of(path: Path) -> bytes:
    """The bytes of a log. Raises BadInput."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(Message("logs.unreadable", name=path.name, reason=error.strerror)) from error


def _row(kind: str, message: object) -> tuple[float, ...]:
    def value(name: str) -> float:
        found = getattr(message, name, None)
        if found is None:
            return np.nan
        return float(found)

    at = value("_timestamp")
    match kind:
        case "POS":
            return at, value("Lat"), value("Lng"), value("Alt"), value("RelHomeAlt")
        case "GPS":
            return at, value("Lat"), value("Lng"), value("Alt"), float("nan"), value("Spd"), value("NSats")
        case "ATT":
            return at, value("Roll"), value("Pitch"), value("Yaw")
    return at, value("RemPct")


def _times(topic: dict[str, NDArray[np.uint64]]) -> NDArray[np.int64]:
    return topic["timestamp"].astype(np.int64)


def _utc_offset(topics: dict[str, dict[str, NDArray[np.uint64]]]) -> tuple[int, bool]:
    """Microseconds from the log's clock to UTC by its GPS, and whether there was one."""
    for name in ("vehicle_gps_position", "sensor_gps"):
        gps = topics.get(name)
        if gps is not None and "time_utc_usec" in gps and (fixed := np.flatnonzero(gps["time_utc_usec"] > 0)).size:
            first = fixed[0]
            return int(gps["time_utc_usec"][first]) - int(gps["timestamp"][first]), True
    return 0, False
