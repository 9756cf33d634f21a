"""The kinds of story of an invented town, read from `stories.toml`."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

Weights = dict[str, float]
"""What something is called, and how often."""


@dataclass(frozen=True)
class StoryPart:
    """Some of the words of a story: who says them and when."""

    by: str
    """caller | app | camera | roadside | site_camera | patrol | body | drone | tower | gate"""
    count: tuple[int, int]
    minutes: tuple[float, float]
    """After the story began."""
    chance: float = 1.0
    """That the part happens at all."""
    away_m: float = 0.0
    """One sigma of how far from the thing the word is placed."""


@dataclass(frozen=True)
class StoryKind:
    """One kind of story."""

    name: str
    category: str
    safety: bool
    count: dict[str, int]
    """How many in 48 hours, by kind of town."""
    wide_m: float
    moves_mps: tuple[float, float] | None
    callers: Weights
    cameras: Weights
    patrols: Weights
    said: tuple[str, ...]
    parts: tuple[StoryPart, ...]


@lru_cache(maxsize=1)
def story_kinds() -> tuple[StoryKind, ...]:
    """All kinds of story, in the order of the file."""
    text = resources.files("incidents.synthetic").joinpath("stories.toml").read_text("utf-8")
    return tuple(_kind(name, table) for name, table in tomllib.loads(text).items())


def _kind(name: str, table: dict[str, Any]) -> StoryKind:
    moves = table.get("moves_mps")
    return StoryKind(
        name=name,
        category=table["category"],
        safety=table.get("safety", False),
        count={"calm": table["calm"], "crowded": table["crowded"]},
        wide_m=float(table["wide_m"]),
        moves_mps=None if moves is None else (float(moves[0]), float(moves[1])),
        callers=table["callers"],
        cameras=table["cameras"],
        patrols=table["patrols"],
        said=tuple(table.get("said", [""])),
        parts=tuple(_part(part) for part in table["parts"]),
    )


def _part(table: dict[str, Any]) -> StoryPart:
    return StoryPart(
        by=table["by"],
        count=(table["count"][0], table["count"][1]),
        minutes=(float(table["minutes"][0]), float(table["minutes"][1])),
        chance=table.get("chance", 1.0),
        away_m=float(table.get("away_m", 0.0)),
    )
