"""systemd reads the unit without a word; the state folder is the service's own, the key is in a file."""

import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from build_assets import ROOT

UNIT = ROOT / "deploy/vanagas.service"
PROGRAM = "/opt/vanagas/bin/vanagas"
ANALYSE = shutil.which("systemd-analyze")


def service() -> dict[str, str]:
    """The unit's section of the service; of what stands there more than once, the last."""
    unit = ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(UNIT)
    return dict(unit["Service"])


@pytest.mark.skipif(ANALYSE is None, reason="asks systemd-analyze")
def test_systemd_reads_the_unit_without_a_word(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    there = str(shutil.which("true"))
    unit.write_text(UNIT.read_text().replace(PROGRAM, there))
    told = subprocess.run([str(ANALYSE), "verify", unit], capture_output=True, text=True, check=False, timeout=60)
    said = [line for line in told.stderr.splitlines() if unit.name in line]
    assert (told.returncode, said) == (0, [])


def test_only_the_service_reads_its_state_and_no_key_stands_in_the_unit() -> None:
    said = service()
    assert (said["StateDirectoryMode"], said["UMask"]) == ("0700", "0077")
    assert (said["EnvironmentFile"], "Environment" in said) == ("/etc/vanagas/environment", False)
