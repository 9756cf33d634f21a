"""Every command works where the locale is not UTF-8, and the log of the server tells of start and stop."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.process.running import Program, free_port, vanagas
from tests.process.test_commands import STRONG
from tests.process.test_install import AREA

ASCII = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", **STRONG}
ONE_AFTER_THE_OTHER = """
import json, sys
from mapserver.cli import main
for command in json.loads(sys.argv[1]):
    sys.argv = ["vanagas", *command]
    try:
        main()
    except SystemExit as ended:
        if ended.code not in (0, 1):
            sys.exit(f"{command} ended with status {ended.code}")
"""
"""Commands in one program: most of a command's time goes into loading."""
LITHUANIAN = {**ASCII, "LC_ALL": "", "LANG": "lt_LT", "PYTHONIOENCODING": "iso8859-13"}


@pytest.mark.parametrize("locale", [ASCII, LITHUANIAN], ids=["C", "lt_LT"])
def test_no_command_fails_over_a_character(locale: dict[str, str], tmp_path: Path) -> None:
    area, plan = tmp_path / "area.geojson", tmp_path / "out.plan"
    area.write_text(AREA)
    data = ("--data", str(tmp_path / "data"))
    commands: list[tuple[str, ...]] = [
        ("--help",),
        ("plan", "survey", str(area), "-o", str(plan), "--altitude", "60"),
        ("check", str(plan)),
        ("briefing", str(plan), "-o", str(tmp_path / "out.html")),
        ("convert", str(plan), str(tmp_path / "out.kmz")),
        ("doctor", *data),
        ("db", "upgrade", *data),
    ]
    told = subprocess.run(
        [sys.executable, "-c", ONE_AFTER_THE_OTHER, json.dumps(commands)],
        capture_output=True, env={**os.environ, **locale}, timeout=180, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr


def test_the_server_tells_of_its_start_and_stop_with_the_time_zone(tmp_path: Path) -> None:
    env = {**ASCII, "VANAGAS_DATA_DIR": str(tmp_path)}
    assert vanagas("db", "upgrade", env=env).returncode == 0
    log = tmp_path / "serve.log"
    with Program("serve", "--port", str(free_port()), env=env, log=log) as server:
        server.wait_for("ready")
    told = log.read_text("utf-8")
    serves = r"^\S+T\S+[+-]\d{4} INFO mapserver\.program\.server: vanagas \S+ serves at http"
    assert re.search(serves, told, re.MULTILINE)
    assert re.search(r"^\S+ INFO mapserver\.program\.server: vanagas \S+ has stopped$", told, re.MULTILINE)
