"""`vanagas devices` and `vanagas intake`, on a data folder."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mapserver.cli import devices, intake
from mapserver.core.settings import new_secret
from telemetry.errors import Conflict, NotFound

Run = Callable[..., str]


@pytest.fixture
def folder(migrated: Path, tmp_path: Path) -> Path:
    """A data folder with an empty database and a secret key in its settings."""
    shutil.copy(migrated, tmp_path / "vanagas.db")
    (tmp_path / "vanagas.toml").write_text(f'secret_key = "{new_secret()}"\n', encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    """Runs `vanagas devices …` and gives what it prints."""

    def command(*arguments: str) -> str:
        result = CliRunner().invoke(devices.app, [*arguments, "--data", str(folder)])
        if result.exception is not None:
            raise result.exception
        return result.output

    return command


def test_a_device_is_added_bound_listed_and_revoked(run: Run) -> None:
    token = run("add", "lpr.gate", "--city", "dobele", "plate_reader:DOB-C01").strip()
    assert len(token) > 40
    run("bind", "lpr.gate", "fixed_camera:DOB-C01")
    listed = run("list")
    assert "lpr.gate  Dobele  active  never used" in listed
    assert "speaks for fixed_camera:DOB-C01, plate_reader:DOB-C01" in listed
    run("revoke", "lpr.gate", "--source", "fixed_camera:DOB-C01")
    assert "speaks for plate_reader:DOB-C01" in run("list")
    run("revoke", "lpr.gate")
    assert "revoked" in run("list")


def test_what_is_bound_already_or_is_not_there_is_said(run: Run) -> None:
    run("add", "lpr.gate", "--city", "dobele", "plate_reader:*")
    with pytest.raises(Conflict, match="may speak for plate_reader:\\* already"):
        run("bind", "lpr.gate", "plate_reader:*")
    with pytest.raises(NotFound, match="no device nobody"):
        run("revoke", "nobody")


def test_an_empty_quarantine_is_said_to_be_empty(folder: Path) -> None:
    for command, says in (("list", "0 messages wait"), ("replay", "0 taken in, 0 still wait")):
        assert says in CliRunner().invoke(intake.app, [command, "--data", str(folder)]).output
