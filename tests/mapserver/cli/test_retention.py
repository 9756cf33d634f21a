"""`vanagas retention check`."""

import json
from pathlib import Path

from typer.testing import CliRunner

from mapserver.cli.retention import app
from telemetry.errors import BadInput
from tests.incidents.retention.test_evidence import HISTORY


def test_each_line_gets_its_date_and_its_reason_by_the_policy_of_a_file(tmp_path: Path) -> None:
    source = tmp_path / "history.jsonl"
    out = tmp_path / "due.jsonl"
    policy = tmp_path / "policy.toml"
    policy.write_text('[retention]\npicture_days = 10\n[[retention.evidence]]\nsource = "BC-1"\ndays = 2\n')
    source.write_text("".join(json.dumps({**HISTORY, "source": name}) + "\n" for name in ("BC-1", "BC-2")))
    done = CliRunner().invoke(app, ["check", str(source), "-o", str(out), "--policy", str(policy)])
    assert done.exit_code == 0, done.output
    told = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [one["due_at"] for one in told] == ["2026-01-03T00:00:00.000Z", "2026-01-11T00:00:00.000Z"]
    assert told[0]["because"] == "kept 2 days from when it was recorded (source BC-1)"


def test_a_line_that_cannot_be_read_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    source = tmp_path / "history.jsonl"
    source.write_text(json.dumps(HISTORY) + "\n\n{\n")
    done = CliRunner().invoke(app, ["check", str(source), "-o", str(tmp_path / "due.jsonl")])
    assert isinstance(done.exception, BadInput)
    assert "line 3" in str(done.exception)
    assert not (tmp_path / "due.jsonl").exists()
