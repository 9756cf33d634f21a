"""`vanagas airspace`: a file put in force from the command line, shown in plain words, written in the other format."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mapserver.cli import app
from mapserver.core.settings import new_secret
from mission.airspace.files import load_zones
from telemetry.cities import City
from telemetry.errors import BadInput
from tests.mission.airspace.builders import ed269, ed318, file_of


def run(*words: str | Path) -> Result:
    result = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=True)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def zones(tmp_path: Path) -> Path:
    path = tmp_path / "zones.json"
    evening = {"day": ["SAT"], "startTime": "17:00Z", "endTime": "23:59:59Z"}
    path.write_bytes(
        file_of(ed269(applicability=[{"permanent": "NO", "schedule": [evening]}], limits={"upperLimit": None}))
    )
    return path


def test_a_file_is_put_in_force_for_a_town(zones: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VANAGAS_SECRET_KEY", new_secret())
    data = tmp_path / "data"
    run("db", "upgrade", "--data", data)
    said = run("airspace", "import", zones, "--city", City("dobele"), "--name", "national", "--data", data).output
    assert "1 zones of zones.json are in force as national for Dobele" in said


def test_a_file_is_shown_in_plain_words(zones: Path) -> None:
    said = run("airspace", "show", zones, "--at", "2026-06-06T18:00Z").output
    for words in ("PROHIBITED", "from the ground upward", "SAT 17:00 UTC to", "applies until Sun 07 Jun 00:00"):
        assert words in " ".join(said.replace("│", " ").split())
    assert "does not apply" in run("airspace", "show", zones, "--at", "2026-06-05T18:00Z").output.replace("\n", " ")


def test_a_time_that_is_none_is_refused(zones: Path) -> None:
    with pytest.raises(BadInput, match="--at 'noon' is no time"):
        run("airspace", "show", zones, "--at", "noon")


def test_what_the_other_format_cannot_hold_is_said(tmp_path: Path) -> None:
    path, out = tmp_path / "318.json", tmp_path / "269.json"
    path.write_bytes(file_of(ed318(type="USPACE")))
    said = run("airspace", "convert", path, out, "--to", "ed269").output
    assert "lost: USPACE is written as REQ_AUTHORISATION (LVX1)" in said
    assert load_zones(out).zones[0].restriction == "REQ_AUTHORISATION"


def test_the_invented_zones_are_written_to_try_things_with(tmp_path: Path) -> None:
    out = tmp_path / "zones.json"
    run("airspace", "synthetic", "--city", City("siauliai"), "-o", out)
    assert json.loads(out.read_text("utf-8"))["synthetic"] is True
