"""What checks the scripts: pinned, from no address, and of the version whose code is shipped."""

import json
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_every_package_is_pinned_by_hash_and_names_no_address() -> None:
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    packages = {name: package for name, package in locked.items() if name}
    assert len(packages) > 100
    assert [name for name, package in packages.items() if not package["integrity"].startswith("sha512-")] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_the_map_is_checked_by_the_types_of_the_version_that_is_shipped() -> None:
    shipped = tomllib.loads((ROOT / "assets.toml").read_text("utf-8"))["package"]
    wanted = json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]
    assert wanted["maplibre-gl"] == next(one["version"] for one in shipped if one["name"] == "maplibre-gl")


def test_nothing_of_it_is_shipped() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    folders = {part.split("/")[0] for part in wheel["packages"] + wheel["artifacts"]}
    assert not {"types", "tests", "node_modules"} & folders
