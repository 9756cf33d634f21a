"""The one zone rule: which object, where in the picture, for how long, becomes a finding. Sees tracks, never pixels."""

import json
import math
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from shapely import Polygon
from shapely.validation import explain_validity

from telemetry.errors import BadInput
from telemetry.observations.values import Category, explain
from vision.detector import Box
from vision.models.coco import COCO_80
from vision.tracking import Track

PERSONS = ("person",)
VEHICLES = ("bicycle", "car", "motorcycle", "bus", "truck")

Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Point = tuple[Fraction, Fraction]
"""Across and down, fractions of the picture from its upper left corner."""

FORGET_S = 10.0
"""How long an object out of sight is remembered; longer than a tracker's patience."""

WHOLE_PICTURE: tuple[Point, ...] = ((0, 0), (1, 0), (1, 1), (0, 1))


class Rule(BaseModel):
    """An object of `classes` whose foot point is inside `zone` for `dwell_s` seconds is a finding of `category`."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: Annotated[str, Field(min_length=1, max_length=60)]
    """What people call the zone; it stands in the finding's summary."""
    category: Category
    classes: Annotated[tuple[str, ...], Field(min_length=1)]
    zone: Annotated[tuple[Point, ...], Field(min_length=3)] = WHOLE_PICTURE
    dwell_s: Annotated[float, Field(ge=0, le=86_400)] = 1.0
    quiet_s: Annotated[float, Field(ge=0, le=86_400)] = 30.0
    """After a finding, the rule is silent for so long; what happens meanwhile belongs to the same event."""
    min_score: Fraction = 0.5
    """The object's mean score must be at least this."""

    @field_validator("zone")
    @classmethod
    def _is_an_area(cls, zone: tuple[Point, ...]) -> tuple[Point, ...]:
        polygon = Polygon(zone)
        if not polygon.is_valid:
            raise ValueError(f"the outline crosses or touches itself ({explain_validity(polygon)})")
        if polygon.area == 0:
            raise ValueError("the outline has no area")
        return zone


DEFAULT_RULES = (
    Rule(name="the picture", category="person_seen", classes=PERSONS),
    Rule(name="the picture", category="vehicle_seen", classes=VEHICLES),
)
"""Without a rules file: persons and vehicles that come into the picture."""

CLOSED_AREA_RULES = (
    Rule(name="the closed area", category="person_in_closed_area", classes=PERSONS),
    Rule(name="the closed area", category="vehicle_in_closed_area", classes=VEHICLES),
)
"""The whole picture is closed to everybody: for a camera sent to a zone without rules of its own."""


@dataclass(frozen=True)
class Firing:
    """A rule that found what it asks for."""

    rule: Rule
    track: Track
    since_s: float
    """When the object came into the zone, seconds of video."""
    until_s: float
    """Now, seconds of video."""
    why: str
    """What was seen against what the rule asks."""

    @property
    def summary(self) -> str:
        """One sentence in plain words."""
        article = "An" if self.track.label[0] in "aeiou" else "A"
        return (
            f"{article} {self.track.label} is in {self.rule.name}, seen there for {self.until_s - self.since_s:.1f} s"
        )


@dataclass
class _Stay:
    """One object's time in the zone."""

    since_s: float | None = None
    """None while it is outside."""
    last_s: float = 0.0
    told: bool = False


class RuleWatch:
    """One rule on one source: how long each object has been in the zone, and of which it has told."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._stays: dict[int, _Stay] = {}
        self._quiet_until = -math.inf

    def see(self, tracks: Sequence[Track], seconds: float, width: int, height: int) -> Iterator[Firing]:
        """What the rule finds in one picture of `width` x `height` pixels: each object once, one in `quiet_s`."""
        self._stays = {i: stay for i, stay in self._stays.items() if seconds - stay.last_s <= FORGET_S}
        for track in tracks:
            stay = self._stays.setdefault(track.id, _Stay())
            stay.last_s = seconds
            if not self._asks_for(track) or not _inside(foot(track.box, width, height), self.rule.zone):
                stay.since_s = None
                continue
            if stay.since_s is None:
                stay.since_s = seconds
            if stay.told or seconds - stay.since_s < self.rule.dwell_s:
                continue
            stay.told = True
            if seconds >= self._quiet_until:
                self._quiet_until = seconds + self.rule.quiet_s
                why = self._why(track, seconds - stay.since_s, foot(track.box, width, height))
                yield Firing(self.rule, track, stay.since_s, seconds, why)

    def _asks_for(self, track: Track) -> bool:
        return track.label in self.rule.classes and track.score >= self.rule.min_score

    def _why(self, track: Track, stayed_s: float, at: tuple[float, float]) -> str:
        rule = self.rule
        return (
            f"{track.label} (mean score {track.score:.2f} in {track.hits} pictures, {rule.min_score:.2f} asked)"
            f" stood at ({at[0]:.2f}, {at[1]:.2f}) inside “{rule.name}” for {stayed_s:.1f} s,"
            f" {rule.dwell_s:.1f} s asked"
        )


def foot(box: Box, width: int, height: int) -> tuple[float, float]:
    """Where an object stands: the middle of its box's lower edge, as fractions of the picture."""
    return (box.x1 + box.x2) / 2 / width, min(box.y2 / height, 1.0)


def read_rules(path: Path) -> tuple[Rule, ...]:
    """The rules of a TOML ([[rule]]) or JSON ({"rule": [...]}) file. Raises BadInput naming file, rule and field."""
    try:
        text = path.read_text(encoding="utf-8")
        raw = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"the rules file {path} cannot be read: {error}") from error
    except (json.JSONDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput(f"the rules file {path} is neither JSON nor TOML by its ending: {error}") from error
    return parse_rules(raw, where=f"the rules file {path}")


def parse_rules(raw: object, *, where: str) -> tuple[Rule, ...]:
    """Rules from decoded TOML or JSON. Raises BadInput naming `where`, the rule and the field."""
    entries = raw.get("rule") if isinstance(raw, dict) else None
    if not isinstance(entries, list) or not entries:
        raise BadInput(f"{where} has no rule; it needs at least one [[rule]] with name, category and classes")
    rules = tuple(_parse_rule(entry, where=f"{where}, rule {n}") for n, entry in enumerate(entries, start=1))
    if len({(rule.name, rule.category) for rule in rules}) < len(rules):
        raise BadInput(f"{where} has two rules of the same name and category; name each zone differently")
    return rules


def check_classes(rules: Sequence[Rule], known: Sequence[str] = COCO_80) -> None:
    """Raises BadInput when a rule asks for a class that the model does not know, which would never fire."""
    for rule in rules:
        if unknown := sorted(set(rule.classes) - set(known)):
            raise BadInput(
                f"rule {rule.name!r} asks for {', '.join(unknown)}, which the model does not know;"
                f" it knows {', '.join(known[:8])}, …"
            )


def _parse_rule(entry: object, *, where: str) -> Rule:
    try:
        return Rule.model_validate(entry)
    except ValidationError as error:
        raise BadInput(f"{where}: {explain(error)}") from error


def _inside(point: tuple[float, float], zone: Sequence[Point]) -> bool:
    """Whether `point` is in the polygon, its left and upper edge included (even-odd rule; W. R. Franklin, pnpoly).

    A foot point on the picture's lower or right edge is drawn in by a hair, so that the whole picture contains it.
    """
    x, y = (min(value, 1 - 1e-9) for value in point)
    inside = False
    for (x1, y1), (x2, y2) in zip(zone, (*zone[1:], zone[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
