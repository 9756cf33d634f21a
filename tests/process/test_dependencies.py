"""What an installation for production needs is declared, and no more: the rest is in extras, and missed by nobody."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions

from build_assets import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SHIPPED = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
FOR_OTHERS = {"websockets"}
"""Imported by uvicorn, which does not ask for it by itself."""
OF_EXTRAS = (
    "PIL", "amqtt", "babel", "matplotlib", "motmetrics", "onnx", "ortools", "pandas", "playwright", "psycopg",
    "pyarrow", "pyvrp", "rapidocr", "rasterio", "ray", "scipy", "skvideo",
)  # fmt: skip
FOR_WHO_CHANGES_THE_PROGRAM = {"bench", "build", "dev"}
"""Extras of the source tree: no command asks for them."""
WITHOUT = f"""
import sys

class WithoutExtras:
    def __init__(self, finder):
        self.finder = finder

    def __getattr__(self, name):
        return getattr(self.finder, name)

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {OF_EXTRAS!r}:
            return None
        return self.finder.find_spec(name, path, target)

sys.meta_path[:] = [WithoutExtras(finder) for finder in sys.meta_path]
import mapserver.program.server
from mapserver.cli import COMMANDS, loaded
for command in COMMANDS:
    loaded(command)

from pathlib import Path
import numpy as np
from mission.terrain import TerrainFile
from sqlalchemy import make_url
from telemetry.errors import VanagasError
from telemetry.logs.files import save_log
from telemetry.logs.table import TelemetryTable
from telemetry.store.postgres import PostgresDatabase
from vision.cluster.workers import require_ray

log = TelemetryTable("none", np.array([0]), utc=False, columns={{}}, intact=0, lost=0)
for work in (
    require_ray,
    lambda: loaded("demo").main(["--no-browser"], standalone_mode=False),
    lambda: save_log(log, Path("a.parquet")),
    lambda: PostgresDatabase(make_url("postgresql:///a"), pool_size=1),
    lambda: TerrainFile(Path("a.tif")),
):
    try:
        work()
    except VanagasError as error:
        print(error)
"""


def test_the_server_and_every_command_load_without_what_only_extras_install_and_who_wants_that_is_told() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = set(re.findall(r"pip install '?vanagas\[(\w+)\]", done.stdout))
    assert told == set(PROJECT["project"]["optional-dependencies"]) - FOR_WHO_CHANGES_THE_PROGRAM


def test_the_shipped_packages_import_every_dependency() -> None:
    distributions = packages_distributions()
    imported = {_plain(name) for module in _imported() for name in distributions.get(module, [])}
    declared = {_plain(one) for one in PROJECT["project"]["dependencies"]}
    assert declared - imported - FOR_OTHERS == set()


def _imported() -> Iterator[str]:
    """The topmost packages that the shipped ones import."""
    for package in SHIPPED:
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    yield from (alias.name.partition(".")[0] for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.level == 0:
                    yield str(node.module).partition(".")[0]


def _plain(requirement: str) -> str:
    """A distribution's name as they are compared (packaging.python.org, "Names and normalization")."""
    name = re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()
