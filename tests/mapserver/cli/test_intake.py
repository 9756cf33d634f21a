"""`vanagas intake DIALECT FILE...`: observations that `merge` takes, positions it passes over, a place for the rest."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from mapserver.cli.intake import app
from mapserver.cli.merge import merge
from mapserver.intake.dialects import DIALECTS
from telemetry.errors import BadInput
from tests.mapserver.intake.device_messages import EXAMPLES, as_json, hikvision

RECEIVED = ["--received", "2026-05-01T12:00:05Z"]
CAMERAS = """
[[camera]]
id = "SIA-C07"
city = "siauliai"
lat = 55.93
lon = 23.31
device_names = ["aa:bb:cc:00:00:07"]
categories = { linedetection = "vehicle_in_closed_area" }
"""


def run(*words: str | Path) -> Result:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, (done.output, done.exception)
    return done


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_all_dialects_are_listed() -> None:
    assert [line.split()[0] for line in run("dialects").output.splitlines()] == list(DIALECTS)
    assert {one["name"] for one in json.loads(run("dialects", "--json").output)} == set(DIALECTS)


def test_files_of_every_dialect_at_once_go_straight_into_merge(tmp_path: Path) -> None:
    sources = []
    for number, example in enumerate(EXAMPLES):
        sources.append(tmp_path / f"{number}.bin")
        sources[-1].write_bytes(example.payload)
    observations = tmp_path / "obs.jsonl"
    done = run("auto", *sources, *RECEIVED, "-o", observations, "--quarantine", tmp_path / "q.jsonl")
    assert f"{len(EXAMPLES)} files" in done.output
    told = lines(observations)
    positions = [line for line in told if line.get("kind") == "position"]
    assert (len(positions), len(lines(tmp_path / "q.jsonl"))) == (3, 5)
    merging = typer.Typer()
    merging.command()(merge)
    merged = CliRunner().invoke(merging, [str(observations), "-o", str(tmp_path / "out.json")])
    assert merged.exit_code == 0, merged.output
    assert "3 positions passed over" in merged.output


def test_what_cannot_be_read_gets_a_place_beside_the_output(tmp_path: Path) -> None:
    source = tmp_path / "page.md"
    source.write_text("# a page")
    run("hikvision", source, "-o", tmp_path / "obs.jsonl")
    (line,) = lines(tmp_path / "obs.quarantine.jsonl")
    assert (line["file"], line["reason_message"]["code"]) == ("page.md", "events.refused")
    assert (tmp_path / "obs.jsonl").read_text() == ""


def test_a_camera_map_places_events_and_says_what_they_mean(tmp_path: Path) -> None:
    (tmp_path / "cameras.toml").write_text(CAMERAS)
    (tmp_path / "alert.xml").write_bytes(hikvision("linedetection"))
    run("isapi", tmp_path / "alert.xml", *RECEIVED, "--cameras", tmp_path / "cameras.toml", "-o", tmp_path / "o.jsonl")
    (seen,) = lines(tmp_path / "o.jsonl")
    assert (seen["source"]["id"], seen["category"], seen["city"]) == ("SIA-C07", "vehicle_in_closed_area", "siauliai")
    assert 55.92 < seen["position"]["lat"] < 55.94


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "no [[camera]] stands in it"),
        ("[[camera]]\nid = ''", "camera 1: id"),
        ("[[camera]]\nid = 'a'\nlatt = 5", "latt"),
        ("[[camera]]\nid = 'a'\ncity = 'atlantis'", "atlantis"),
        ("[[camera]]\nid = 'a'\n[[camera]]\nid = 'b'\ndevice_names = ['a']", "'a'"),
        ("[[camera", "cameras.toml"),
    ],
)
def test_a_camera_map_that_cannot_be_used_says_where(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "cameras.toml").write_text(content)
    (tmp_path / "a.json").write_bytes(as_json(a=1))
    words = ["auto", str(tmp_path / "a.json"), "--cameras", str(tmp_path / "cameras.toml"), "-o", str(tmp_path / "o")]
    failed = CliRunner().invoke(app, words)
    assert isinstance(failed.exception, BadInput)
    assert says in failed.exception.message


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["telex", "a.json"], "'telex' is no known format"),
        (["auto", "missing.json"], "missing.json"),
        (["auto", "a.json", "--received", "noon"], "noon"),
    ],
)
def test_what_was_typed_wrong_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.json").write_bytes(as_json(a=1))
    failed = CliRunner().invoke(app, [*words, "-o", "o.jsonl"])
    assert isinstance(failed.exception, BadInput)
    assert says in failed.exception.message
