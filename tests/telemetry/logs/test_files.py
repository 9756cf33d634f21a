"""Logs by the names of their files, in and out."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest

from telemetry.errors import BadInput
from telemetry.logs.files import load_log, rows, save_log
from telemetry.logs.table import TelemetryTable
from tests.telemetry.logs.samples import sample
from tests.telemetry.logs.test_tlog import record


@pytest.fixture
def table(tmp_path: Path) -> TelemetryTable:
    """A minute of a made vehicle."""
    path = tmp_path / "flight.tlog"
    path.write_bytes(b"".join(record(n) for n in range(240)))
    return load_log(path)


def test_the_same_table_is_written_in_every_form(table: TelemetryTable, tmp_path: Path) -> None:
    for ending in ("parquet", "jsonl", "geojson", "gpx"):
        save_log(table, tmp_path / f"out.{ending}")
    parquet = pyarrow.parquet.read_table(tmp_path / "out.parquet")
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    line = json.loads((tmp_path / "out.geojson").read_text())["features"][0]["geometry"]["coordinates"]
    points = ET.parse(tmp_path / "out.gpx").getroot().findall(".//{*}trkpt")  # noqa: S314 - written a line above
    assert parquet.num_rows == len(lines) == len(line) == len(points) == len(table) == 240
    assert lines[7]["lat"] == line[7][1] == float(points[7].get("lat") or 0) == round(float(table.columns["lat"][7]), 7)
    assert lines[0]["at"] == "2023-11-14T22:13:20.000Z"


def test_what_a_log_does_not_tell_is_left_out_of_a_row(table: TelemetryTable) -> None:
    assert "gimbal_pitch_deg" not in next(rows(table))


def test_a_real_px4_log_is_read_with_its_time() -> None:
    table = load_log(sample("drone/ulog/pyulog_sample_log_small.ulg"))
    assert (table.intact, table.utc) == (14_604, True)
    assert np.isfinite(table.columns["roll_deg"]).all()


def test_a_px4_log_cut_short_gives_what_is_there(tmp_path: Path) -> None:
    whole = sample("drone/ulog/pyulog_sample_log_small.ulg").read_bytes()
    path = tmp_path / "cut.ulg"
    path.write_bytes(whole[: len(whole) * 2 // 3])
    assert 0 < len(load_log(path)) < 32


@pytest.mark.parametrize("ending", ["ulg", "bin", "tlog"])
def test_a_file_that_is_no_log_is_refused_by_name(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"shopping.{ending}"
    path.write_bytes(b"milk, eggs, bread\n" * 40)
    with pytest.raises(BadInput, match=rf"shopping\.{ending}"):
        load_log(path)


def test_endings_that_are_not_known_are_refused_with_those_that_are(table: TelemetryTable, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"\.tlog"):
        load_log(tmp_path / "a.doc")
    with pytest.raises(BadInput, match=r"\.parquet"):
        save_log(table, tmp_path / "a.doc")
