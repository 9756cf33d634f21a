"""Reading a telemetry log: messages a second of CPU, against pymavlink, all fields of all messages equal.

The log is made for the purpose: ten minutes of a vehicle that streams attitude at 15 Hz, position at 5 Hz and the rest
at PX4's default rates, in both versions of the protocol. Both sides read it whole and decode every field; it fails
unless both count the same messages.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pymavlink import mavutil
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.logs.tlog import load_tlog

SECONDS = 600
START_US = 1_700_000_000_000_000


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.tlog"
        path.write_bytes(_log())
        ours, count = _timed(lambda: load_tlog(path).count)
        theirs, others = _timed(lambda: _by_pymavlink(path))
    if count != others:
        raise RuntimeError(f"the sides disagree: {count} messages here, {others} by pymavlink")
    print("| side | messages | a second of CPU |\n|---|---|---|")
    print(f"| pymavlink | {others:,} | {others / theirs:,.0f} |")
    print(f"| Vanagas | {count:,} | {count / ours:,.0f} |")
    print(f"\nRatio: {theirs / ours:.1f} to 1")


def _timed(read: Callable[[], int]) -> tuple[float, int]:
    begun = time.process_time()
    count = read()
    return time.process_time() - begun, count


def _by_pymavlink(path: Path) -> int:
    reader, count = mavutil.mavlink_connection(str(path)), 0
    while (message := reader.recv_match()) is not None:
        message.to_dict()
        count += message.get_type() != "BAD_DATA"
    return count


def _log() -> bytes:
    mav = mavlink.MAVLink(None, 1, 1)
    stamped = []
    for tick in range(SECONDS * 15):
        at = START_US + tick * 1_000_000 // 15
        millis = tick * 1000 // 15
        wave = (tick % 97) / 97
        said = [mavlink.MAVLink_attitude_message(millis, wave, -wave, wave * 3, wave, wave, wave)]
        if tick % 3 == 0:
            place = (566_000_000 + tick, 232_000_000 - tick, 80_000 + tick, 50_000, 300, -200, 10, tick % 36_000)
            said.append(mavlink.MAVLink_global_position_int_message(millis, *place))
            said.append(mavlink.MAVLink_rc_channels_message(millis, 8, *([1500] * 18), 200))
        if tick % 4 == 0:
            said.append(mavlink.MAVLink_vfr_hud_message(5, 5.1, 90, 40, 50, 0.2))
        if tick % 15 == 0:
            said.append(mavlink.MAVLink_heartbeat_message(2, 12, 81, 0, 4, 3))
            said.append(mavlink.MAVLink_sys_status_message(0, 0, 0, 300, 15_800, 900, 80, *([0] * 6)))
            said.append(
                mavlink.MAVLink_gps_raw_int_message(at, 3, 566_000_000, 232_000_000, 80_000, 90, 90, 300, 0, 14)
            )
        for message in said:
            frame = message.pack(mav, force_mavlink1=tick % 2 == 0)
            mav.seq = (mav.seq + 1) % 256
            stamped.append(at.to_bytes(8, "big") + frame)
    return b"".join(stamped)


if __name__ == "__main__":
    main()
