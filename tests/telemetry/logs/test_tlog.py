"""Reading telemetry logs: equal to pymavlink's reading, whole or damaged."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymavlink import mavutil
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.errors import BadInput
from telemetry.logs.tlog import load_tlog, read_tlog

SAMPLE = Path(__file__).parents[4] / "shared" / "samples" / "drone" / "tlog" / "dronekit_flight.tlog"
START_US = 1_700_000_000_000_000


def record(number: int, *, version: int = 2, system: int = 1) -> bytes:
    """A position report, stamped a quarter of a second after the one before it."""
    mav = mavlink.MAVLink(None, system, 1)
    mav.seq = number % 256
    message = mavlink.MAVLink_global_position_int_message(number, 560_000_000 + number, 230_000_000, 0, 0, 0, 0, 0, 0)
    frame: bytes = message.pack(mav, force_mavlink1=version == 1)
    return (START_US + 250_000 * number).to_bytes(8, "big") + frame


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample files are not here")
def test_a_real_log_reads_as_pymavlink_reads_it() -> None:
    ours = load_tlog(SAMPLE)
    theirs: dict[str, list[dict[str, object]]] = {}
    reader = mavutil.mavlink_connection(str(SAMPLE))
    while (message := reader.recv_match()) is not None:
        if message.get_type() != "BAD_DATA":
            theirs.setdefault(message.get_type(), []).append(message.to_dict())
    assert {name: len(records.time_us) for name, records in ours.messages.items()} == {
        name: len(messages) for name, messages in theirs.items()
    }
    for name, messages in theirs.items():
        for field in set(ours.messages[name].fields.dtype.names or ()) & messages[0].keys():
            for mine, other in zip(ours.messages[name].fields[field], messages, strict=True):
                assert same(mine, other[field]), (name, field, mine, other[field])


def same(mine: Any, other: object) -> bool:
    if isinstance(other, str):
        return str(bytes(mine).split(b"\0")[0], "utf-8", "replace") == other
    if isinstance(other, float) and np.isnan(other):
        return bool(np.isnan(mine))
    return bool(np.all(np.asarray(mine) == np.asarray(other, dtype=getattr(mine, "dtype", None))))


def test_both_versions_of_the_protocol_are_read_in_one_log() -> None:
    log = read_tlog(b"".join(record(n, version=1 + n % 2) for n in range(6)))
    positions = log.messages["GLOBAL_POSITION_INT"]
    assert list(positions.fields["lat"]) == [560_000_000 + n for n in range(6)]
    assert list(np.diff(positions.time_us)) == [250_000] * 5
    assert (log.count, log.damaged, log.lost_bytes) == (6, 0, 0)


def test_zeros_cut_off_the_end_of_a_payload_are_put_back() -> None:
    assert int(read_tlog(record(3)).messages["GLOBAL_POSITION_INT"].fields["hdg"][0]) == 0


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(1, 400))
def test_a_log_cut_anywhere_gives_every_record_before_the_cut(cut: int) -> None:
    whole = [record(n) for n in range(12)]
    data = b"".join(whole)
    log = read_tlog(data[:-cut])
    left, intact = len(data) - cut, 0
    for one in whole:
        left -= len(one)
        intact += left >= 0
    assert log.count == intact


@settings(max_examples=100, deadline=None)
@given(at=st.integers(0, 11), junk=st.binary(min_size=1, max_size=60), data=st.data())
def test_damage_in_the_middle_costs_no_other_record(at: int, junk: bytes, data: st.DataObject) -> None:
    records = [record(n) for n in range(12)]
    place = data.draw(st.integers(0, len(records[at]) - 1))
    hurt = records[at][:place] + junk + records[at][place + len(junk) :]
    log = read_tlog(b"".join([*records[:at], hurt, *records[at + 1 :]]))
    found = set(log.messages["GLOBAL_POSITION_INT"].fields["time_boot_ms"].tolist())
    assert set(range(12)) - {at} <= found


def test_what_is_lost_is_counted() -> None:
    data = record(0) + b"\x00" * 50 + record(1) + record(2)[:-1]
    log = read_tlog(data)
    assert (log.count, log.damaged, log.lost_bytes) == (2, 2, 50 + len(record(2)) - 1)


def test_a_message_that_nobody_knows_is_counted_and_kept_apart() -> None:
    frame = bytes([0xFD, 1, 0, 0, 0, 1, 1, 0xFF, 0xFF, 0x7F, 42, 0, 0])
    log = read_tlog(record(0) + START_US.to_bytes(8, "big") + frame)
    assert (log.count, log.unknown) == (2, 1)


@pytest.mark.parametrize("content", [b"", b"no log at all", b"\xfe" * 5_000, b"\x00" * 5_000])
def test_a_file_without_frames_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.tlog"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"a\.tlog is no telemetry log"):
        load_tlog(path)
