"""What cameras write of where they were: DJI's subtitles, MISB packets, GoPro's metadata, whole and damaged."""

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telemetry.errors import BadInput
from telemetry.logs.gpmf import gpmf_table
from telemetry.logs.klv import KEY, checksum, klv_table, read_packets
from telemetry.logs.srt import srt_table
from telemetry.logs.table import TelemetryTable
from tests.telemetry.logs.samples import sample

MODERN = (
    "1\n00:00:00,000 --> 00:00:00,033\n{}[latitude: 56.6] [longitude: 23.3] [rel_alt: 60.0 abs_alt: 98.5] [iso: 100]\n"
)
DIALECTS: dict[str, tuple[str, dict[str, float]]] = {
    "modern": (MODERN.format("2026-05-17 08:28:30.219\n"), {"lat": 56.6, "lon": 23.3, "height_m": 60.0, "alt_m": 98.5}),
    "misspelt": (
        "1\n00:00:00,000 --> 00:00:01,000\n[iso : 100] [latitude : 56.6] [longtitude : 23.3] [altitude: 3]\n",
        {"lat": 56.6, "lon": 23.3},
    ),
    "Phantom 4 RTK": (
        "1\n00:00:01,000 --> 00:00:02,000\nF/4.0, SS 200, GPS (23.3, 56.6, 19), HOME (23.3, 56.6, 0m), D 69.7m, "
        "H 85.8m, H.S 4.2m/s, V.S 0.0m/s, F.PRY (2.7°, -7.0°, 110.1°), G.PRY (-24.4°, 0.0°, 110.4°)\n",
        {"lat": 56.6, "lon": 23.3, "height_m": 85.8, "gimbal_pitch_deg": -24.4, "heading_deg": 110.1},
    ),
    "early Mavic": (
        "1\n00:00:01,000 --> 00:00:02,000\nHOME(23.3000,56.6000) 2017.08.05 14:11:51\nGPS(23.3000,56.6000,16) "
        "BAROMETER:1.9\nISO:100 Shutter:60 EV: Fnum:F2.2\n",
        {"lat": 56.6, "lon": 23.3, "height_m": 1.9},
    ),
}


def subtitles(folder: Path, text: str) -> TelemetryTable:
    path = folder / "DJI_0001.SRT"
    path.write_text(text, encoding="utf-8")
    return srt_table(path)


@pytest.mark.parametrize("name", DIALECTS)
def test_each_dialect_of_subtitles_tells_the_place(name: str, tmp_path: Path) -> None:
    text, expected = DIALECTS[name]
    columns = subtitles(tmp_path, text).columns
    assert {column: float(columns[column][0]) for column in expected} == expected


@pytest.mark.parametrize(
    "name", ["examples_DJI_sample", "samples_Avata360_clip", "samples_Mini5PRO_clip", "samples_air3_clip"]
)
def test_real_subtitles_are_read_whole(name: str) -> None:
    table = srt_table(sample(f"video/dji-srt/{name}.SRT"))
    assert (len(table) >= 2, table.lost, table.utc) == (True, 0, False)


def test_an_entry_cut_short_is_counted_and_the_rest_read(tmp_path: Path) -> None:
    table = subtitles(tmp_path, MODERN.format("") + "\n2\n00:00:00,033 --> 00:00:00,066\n[latitude: 56.6] [longi")
    assert (table.intact, table.lost) == (1, 1)


def test_subtitles_of_a_film_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no position"):
        subtitles(tmp_path, "1\n00:00:01,000 --> 00:00:02,000\nHere's looking at you, kid.\n")


def packet(number: int = 0) -> bytes:
    """An ST 0601 packet over Dobele, one second after the one before it."""
    lat, lon = round(56.62 / 180 * (2**32 - 2)), round(23.28 / 360 * (2**32 - 2))
    body = struct.pack(">BBQ", 2, 8, 1_700_000_000_000_000 + number * 1_000_000)
    body += struct.pack(">BBi", 13, 4, lat) + struct.pack(">BBi", 14, 4, lon)
    head = KEY + bytes([len(body) + 4]) + body + b"\x01\x02"
    return head + checksum(head).to_bytes(2, "big")


def test_the_packet_of_the_standard_is_read_to_its_printed_values() -> None:
    columns = klv_table(sample("video/klv/DynamicOnlyMISMMSPacketData.bin")).columns
    assert float(columns["lat"][0]) == pytest.approx(60.1768229669783, abs=1e-9)
    assert float(columns["lon"][0]) == pytest.approx(128.426759042045, abs=1e-9)
    assert float(columns["heading_deg"][0]) == pytest.approx(159.974365, abs=1e-5)


def test_a_packet_with_a_wrong_checksum_is_dropped_and_counted(tmp_path: Path) -> None:
    hurt = bytearray(packet(1))
    hurt[30] ^= 1
    path = tmp_path / "a.klv"
    path.write_bytes(packet(0) + bytes(hurt) + packet(2))
    table = klv_table(path)
    assert (table.intact, table.lost) == (2, 1)
    assert list(np.diff(table.time_us)) == [2_000_000]


def test_packets_are_found_in_a_transport_stream(tmp_path: Path) -> None:
    path = tmp_path / "flight.ts"
    with av.open(str(path), "w", format="mpegts") as out:
        stream = out.add_data_stream("klv")
        for number in range(5):
            one = av.Packet(packet(number))
            one.stream, one.pts, one.dts, one.time_base = stream, number * 90_000, number * 90_000, Fraction(1, 90_000)
            out.mux(one)
    table = klv_table(path)
    assert len(table) == 5
    assert float(table.columns["lat"][0]) == pytest.approx(56.62, abs=1e-6)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 60))
def test_no_bytes_make_the_packet_reader_fail_or_hang(junk: bytes, cut: int) -> None:
    found = list(read_packets(junk + packet(0) + junk + packet(1)[: len(packet(1)) - cut]))
    assert all(one is None or 2 in one or one == {} or one for one in found)


def gps5(fix: int = 3) -> bytes:
    """One second of a camera over Dobele, two samples."""

    def entry(key: bytes, kind: str, size: int, value: bytes) -> bytes:
        padded = value + bytes(-len(value) % 4)
        return key + struct.pack(">cBH", kind.encode() if kind else b"\0", size, len(value) // size) + padded

    samples = struct.pack(">10i", *[566_200_000, 232_800_000, 85_000, 1_200, 130] * 2)
    inner = entry(b"SCAL", "l", 4, struct.pack(">5i", 10**7, 10**7, 1000, 1000, 100))
    inner += entry(b"GPSF", "L", 4, struct.pack(">I", fix)) + entry(b"GPSU", "U", 16, b"261125120000.000")
    inner += entry(b"GPS5", "l", 20, samples)
    return entry(b"DEVC", "", 1, entry(b"STRM", "", 1, inner))


def test_a_gopro_payload_tells_place_speed_and_time(tmp_path: Path) -> None:
    path = tmp_path / "a.gpmf"
    path.write_bytes(gps5() + gps5())
    table = gpmf_table(path)
    assert (len(table), table.utc) == (4, True)
    assert float(table.columns["lat"][0]) == 56.62
    assert float(table.columns["speed_m_s"][0]) == 1.2


def test_a_real_walk_with_a_gopro_is_read() -> None:
    table = gpmf_table(sample("video/gpmf/max-heromode.mp4"))
    assert len(table) > 100
    assert float(np.ptp(table.columns["lat"])) < 0.001


@pytest.mark.parametrize("content", [gps5(fix=0), b"", b"DEVC", gps5()[:-9]])
def test_a_camera_without_a_fix_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.gpmf"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"a\.gpmf holds no GPS position"):
        gpmf_table(path)
