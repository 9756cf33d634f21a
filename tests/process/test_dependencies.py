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
    "pyarrow", "pyvrp", "rapidocr", "rasterio", "ray", "skvideo",
)  # fmt: skip
WITHOUT = f"""
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {OF_EXTRAS!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing())
import mapserver.program.server
from mapserver.cli import COMMANDS, loaded
for command in COMMANDS:
    loaded(command)

from pathlib import Path
from mission.terrain import TerrainFile
from telemetry.errors import VanagasError

for work in (lambda: loaded("demo").main(["--no-browser"], standalone_mode=False), lambda: TerrainFile(Path("a.tif"))):
    try:
        work()
    except VanagasError as error:
        print(error)
"""


def test_the_server_and_every_command_load_without_what_only_extras_install_and_who_wants_that_is_told() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.findall(r"vanagas\[\w+\]", done.stdout) == ["vanagas[demo]", "vanagas[terrain]"]


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
