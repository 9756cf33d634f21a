"""The package as others install it: built, put into an environment of its own, and run there with no network."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from build_assets import ROOT
from mapserver.core.version import VERSION
from tests.process.test_commands import STRONG
from tests.test_house import tracked

NO_NETWORK = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9/")
OUTSIDE = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VANAGAS", "VIRTUAL"))}
AREA = (
    '{"type": "Polygon", "coordinates": [[[23.28, 56.62], [23.285, 56.62], [23.285, 56.623], [23.28, 56.623],'
    " [23.28, 56.62]]]}"
)


@dataclass(frozen=True)
class Environment:
    """A Python environment that has the dependencies of this one, and nothing of this source tree."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin/python"

    def run(self, *command: str, at: Path) -> subprocess.CompletedProcess[str]:
        """Run an installed command with no network, from the folder `at`."""
        return subprocess.run(
            [str(self.folder / "bin" / command[0]), *command[1:]],
            cwd=at, env={**OUTSIDE, **NO_NETWORK, **STRONG}, capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip


def copy_of_the_tree(into: Path, *, assets: bool) -> Path:
    """What git keeps, and with `assets` also what an earlier build fetched."""
    outputs = [
        ROOT / output["path"]
        for package in tomllib.loads((ROOT / "assets.toml").read_text("utf-8"))["package"]
        for output in package["output"]
    ]
    for file in [*tracked(), *(outputs if assets else [])]:
        copied = into / file.relative_to(ROOT)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copied)
    return into


def installed(wheel: Path, folder: Path) -> Environment:
    """An environment into which `wheel` was installed by pip, and then, by a path file, what it depends on."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    made = Environment(folder)
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", made.python, "install", "--quiet", "--no-deps", "--no-index", wheel],
        env=OUTSIDE, check=True,
    )  # fmt: skip
    packages = next(folder.glob("lib/python*/site-packages"))
    (packages / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return made


def runs_there(environment: Environment, at: Path) -> None:
    """Assert that the installed program is whole: its commands, pages, models and templates."""
    at.mkdir()
    (at / "area.geojson").write_text(AREA)
    where = environment.run("python", "-c", "import mapserver; print(mapserver.__file__)", at=at)
    assert Path(where.stdout.strip()).is_relative_to(environment.folder)
    version = environment.run("vanagas", "--version", at=at)
    assert (version.returncode, version.stdout) == (0, f"vanagas {VERSION}\n")
    plan = environment.run("vanagas", "plan", "survey", "area.geojson", "-o", "out.plan", "--altitude", "60", at=at)
    assert (plan.returncode, plan.stderr) == (0, "")
    upgrade = environment.run("vanagas", "db", "upgrade", "--data", "data", at=at)
    assert (upgrade.returncode, upgrade.stdout.startswith("the database is at schema")) == (0, True)
    doctor = environment.run("vanagas", "doctor", "--data", "data", at=at)
    assert ("web parts" in doctor.stdout, "is not there" in doctor.stdout) == (True, False), doctor.stdout


def contents(wheel: Path) -> dict[str, int]:
    """The names of the files in `wheel`, each with its CRC-32."""
    with zipfile.ZipFile(wheel) as archive:
        return {file.filename: file.CRC for file in archive.infolist()}


def test_a_wheel_and_a_source_archive_install_and_run_elsewhere_with_no_network(tmp_path: Path) -> None:
    tree = copy_of_the_tree(tmp_path / "tree", assets=True)
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", tmp_path / "built"], cwd=tree, check=True)
    wheel = next((tmp_path / "built").glob("*.whl"))
    runs_there(installed(wheel, tmp_path / "by wheel"), tmp_path / "elsewhere")

    with tarfile.open(next((tmp_path / "built").glob("*.tar.gz"))) as archive:
        archive.extractall(tmp_path / "source", filter="data")
    source = copy_of_the_tree(next((tmp_path / "source").iterdir()), assets=True)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*command, "-w", tmp_path / "from source", source], env=OUTSIDE, check=True)
    again = next((tmp_path / "from source").glob("*.whl"))
    assert contents(again) == contents(wheel)


@pytest.mark.whole
@pytest.mark.parametrize("builder", ["pip", "build", "uv"])
def test_an_isolated_build_fetches_what_it_needs(builder: str, tmp_path: Path) -> None:
    tree = copy_of_the_tree(tmp_path / "tree", assets=False)
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "tools"], check=True)
    pip = [str(tmp_path / "tools/bin/python"), "-m", "pip"]
    if builder != "pip":
        subprocess.run([*pip, "install", "--quiet", builder], env=OUTSIDE, check=True)
    command = {
        "pip": [*pip, "wheel", "--quiet", "--no-deps", "-w", str(tmp_path / "built"), "."],
        "build": [str(tmp_path / "tools/bin/python"), "-m", "build", "-o", str(tmp_path / "built")],
        "uv": [str(tmp_path / "tools/bin/uv"), "build", "-o", str(tmp_path / "built")],
    }[builder]
    subprocess.run(command, cwd=tree, env=OUTSIDE, check=True)
    wheel = next((tmp_path / "built").glob("*.whl"))
    runs_there(installed(wheel, tmp_path / "env"), tmp_path / "elsewhere")


def test_the_changelog_tells_of_the_version_that_is_installed() -> None:
    assert f"\n## {VERSION}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
