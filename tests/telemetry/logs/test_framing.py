"""Logs of autopilots that are cut, damaged or without a date say so, in a sentence and without noise."""

import json
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.logs.files import load_log, rows, save_log
from telemetry.logs.framing import Framing, dataflash_framing, ulog_framing

ULOG_HEAD = b"ULog\x01\x12\x35\x01" + struct.pack("<Q", 0)


def ulog_record(kind: bytes, body: bytes) -> bytes:
    return struct.pack("<H", len(body)) + kind + body


def ulog(count: int = 40) -> bytes:
    """A PX4 log of a position ten times a second, without any time of day."""
    fields = b"vehicle_global_position:uint64_t timestamp;double lat;double lon;float alt;"
    made = ULOG_HEAD + ulog_record(b"F", fields) + ulog_record(b"A", b"\0\0\0vehicle_global_position")
    for n in range(count):
        body = struct.pack("<HQddf", 0, 1_000_000 + n * 100_000, 56.6 + n * 1e-5, 23.2, 70.0)
        made += ulog_record(b"D", body)
    return made


def described(kind: int, length: int, name: str, form: str, columns: str) -> bytes:
    texts = [text.encode() for text in (name, form, columns)]
    return b"\xa3\x95\x80" + struct.pack("<BB4s16s64s", kind, length, *texts)


def dataflash(count: int = 400) -> bytes:
    """An ArduPilot log of a position ten times a second, without any time of day."""
    made = described(128, 89, "FMT", "BBnNZ", "Type,Length,Name,Format,Columns")
    made += described(130, 27, "POS", "QLLff", "TimeUS,Lat,Lng,Alt,RelHomeAlt")
    for n in range(count):
        at = struct.pack("<Qiiff", 1_000_000 + n * 100_000, 566_000_000 + n * 100, 232_000_000, 70.0, 10.0)
        made += b"\xa3\x95\x82" + at
    return made


WHOLE = {"ulg": ulog(), "bin": dataflash()}
FRAMING = {"ulg": ulog_framing, "bin": dataflash_framing}


@pytest.mark.parametrize("ending", sorted(WHOLE))
def test_a_whole_log_lacks_nothing(ending: str) -> None:
    assert FRAMING[ending](WHOLE[ending]) == Framing(0, 0, 0)


@pytest.mark.parametrize("ending", sorted(WHOLE))
@given(data=st.data())
def test_a_log_cut_anywhere_lacks_the_rest_of_one_record(ending: str, data: st.DataObject) -> None:
    whole = WHOLE[ending]
    size = data.draw(st.integers(300, len(whole)))
    found = FRAMING[ending](whole[:size])
    assert found.gaps <= 1
    assert found.missing_bytes < 100


@pytest.mark.parametrize("ending", sorted(WHOLE))
def test_a_log_that_is_cut_short_says_so(ending: str, tmp_path: Path) -> None:
    (tmp_path / f"cut.{ending}").write_bytes(WHOLE[ending][:-5])
    table = load_log(tmp_path / f"cut.{ending}")
    assert table.lost == 1
    assert "the log is cut short: its last record lacks 5 bytes" in table.notes[0]


@pytest.mark.parametrize("ending", sorted(WHOLE))
def test_damage_is_counted_and_told_without_noise(
    ending: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    whole = WHOLE[ending]
    middle = len(whole) // 2
    (tmp_path / f"damaged.{ending}").write_bytes(whole[:middle] + bytes(120) + whole[middle + 120 :])
    table = load_log(tmp_path / f"damaged.{ending}")
    assert table.lost >= 1
    assert table.notes[0].startswith("the log is damaged in one place: ")
    said = capfd.readouterr()
    assert said.out + said.err == ""


def test_padding_at_the_end_of_a_flash_page_is_no_damage() -> None:
    assert dataflash_framing(dataflash() + b"\xff" * 200).lost == 0


@pytest.mark.parametrize("ending", sorted(WHOLE))
def test_a_log_without_utc_is_not_of_1970(ending: str, tmp_path: Path) -> None:
    (tmp_path / f"undated.{ending}").write_bytes(WHOLE[ending])
    table = load_log(tmp_path / f"undated.{ending}")
    first = next(rows(table))
    assert (first["at"], first["clock_s"]) == (None, 1.0)
    assert "the log holds no UTC" in table.notes[-1]
    for name in ("out.jsonl", "out.geojson", "out.gpx", "out.parquet"):
        save_log(table, tmp_path / name)
        assert b"1970" not in (tmp_path / name).read_bytes()
    assert json.loads((tmp_path / "out.geojson").read_text())["features"][0]["properties"]["at"][0] is None
