"""`vanagas custody`."""

import json
from pathlib import Path

from typer.testing import CliRunner

from mapserver.cli.custody import app
from tests.mobile_units.custody.test_replay import ROUND, lines


def test_strict_ends_with_status_1_when_an_event_was_refused_and_writes_all_the_same(tmp_path: Path) -> None:
    source = tmp_path / "events.jsonl"
    out = tmp_path / "states.json"
    source.write_bytes(b"".join([*lines(*ROUND[:2]), b"{\n"]))
    for more, status in (([], 0), (["--strict"], 1)):
        done = CliRunner().invoke(app, ["replay", str(source), "-o", str(out), *more])
        assert done.exit_code == status
        assert "line 3: the line is not JSON" in done.output
        told = json.loads(out.read_text("utf-8"))
        assert (told["BODY-1"]["state"], len(told["refused"])) == ("recording", 1)


def test_a_file_without_refused_events_is_fine_under_strict(tmp_path: Path) -> None:
    source = tmp_path / "events.jsonl"
    source.write_bytes(b"".join(lines(*ROUND)))
    done = CliRunner().invoke(app, ["replay", str(source), "-o", str(tmp_path / "out.json"), "--strict"])
    assert (done.exit_code, done.output.strip()) == (0, "cameras: 1, events taken: 9, refused: 0")
