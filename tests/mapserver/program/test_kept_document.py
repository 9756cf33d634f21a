"""The description that is kept in the tree is the program's own: a change of the API shows in it, and no change breaks
its clients unnoticed."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from mapserver.cli import app
from mapserver.cli.openapi import as_text, read
from mapserver.program.app import ROUTES
from mapserver.program.compatibility import breaking_changes
from mapserver.program.description import describe

KEPT = Path(__file__).parents[3] / "docs" / "openapi.json"


def test_the_kept_description_is_that_of_the_program() -> None:
    document = describe(ROUTES)
    broken = breaking_changes(read(KEPT), document)
    assert not broken, "clients would break; add instead, or decide so: vanagas openapi --breaking -o docs/openapi.json"
    assert KEPT.read_text() == as_text(document), "the API has grown; write it: vanagas openapi -o docs/openapi.json"


def test_the_command_replaces_no_description_whose_clients_would_break(tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    file.write_text(KEPT.read_text().replace('"/healthz"', '"/health"'))
    refused = CliRunner().invoke(app, ["openapi", "-o", str(file)])
    assert refused.exit_code != 0
    assert "GET /health: the operation is gone" in str(refused.exception)
    assert '"/health"' in file.read_text()
    allowed = CliRunner().invoke(app, ["openapi", "--breaking", "-o", str(file)])
    assert allowed.exit_code == 0, allowed.output
    assert file.read_text() == KEPT.read_text()


def test_a_file_that_is_no_description_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    file.write_text("nothing")
    with pytest.raises(Exception, match="no OpenAPI document"):
        read(file)
