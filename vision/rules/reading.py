"""Rules from files: TOML ([[rule]]) or JSON ({"rule": [...]})."""

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from telemetry.errors import BadInput, BadRule
from telemetry.messages import Message
from telemetry.validation import explain
from vision.models.coco import COCO_80
from vision.rules.movement import LineRule, SpeedRule, WrongWayRule
from vision.rules.presence import CrowdRule, LeaveRule, LoiterRule, ZoneRule
from vision.rules.rule import PERSONS, VEHICLES, ObjectRule
from vision.rules.stationary import FallRule, LeftObjectRule, StoppedRule
from vision.rules.tamper import TamperRule

AnyRule = (
    ZoneRule
    | LeaveRule
    | LoiterRule
    | CrowdRule
    | LineRule
    | WrongWayRule
    | SpeedRule
    | StoppedRule
    | LeftObjectRule
    | FallRule
    | TamperRule
)
KINDS: dict[str, type[AnyRule]] = {
    "zone": ZoneRule,
    "leave": LeaveRule,
    "loiter": LoiterRule,
    "crowd": CrowdRule,
    "line": LineRule,
    "wrong_way": WrongWayRule,
    "speed": SpeedRule,
    "stopped": StoppedRule,
    "left_object": LeftObjectRule,
    "fall": FallRule,
    "tamper": TamperRule,
}
"""What `kind` may be; a rule that does not say is about objects in a zone."""

DEFAULT_RULES: tuple[AnyRule, ...] = (
    ZoneRule(name="the picture", category="person_seen", classes=PERSONS),
    ZoneRule(name="the picture", category="vehicle_seen", classes=VEHICLES),
)
"""Without a rules file: persons and vehicles that come into the picture."""

CLOSED_AREA_RULES: tuple[AnyRule, ...] = (
    ZoneRule(name="the closed area", category="person_in_closed_area", classes=PERSONS),
    ZoneRule(name="the closed area", category="vehicle_in_closed_area", classes=VEHICLES),
)
"""The whole picture is closed to everybody: for a camera sent to a zone without rules of its own."""


def read_rules(path: Path) -> tuple[AnyRule, ...]:
    """The rules of a TOML or JSON file, by its ending. Raises BadInput naming file, rule and field."""
    try:
        text = path.read_text(encoding="utf-8")
        raw = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(Message("rules.file_unreadable", path=path, reason=error)) from error
    except (json.JSONDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput(Message("rules.neither_json_nor_toml", path=path, reason=error)) from error
    return parse_rules(raw, where=f"the rules file {path}")


def parse_rules(raw: object, *, where: str) -> tuple[AnyRule, ...]:
    """Rules from decoded TOML or JSON. Raises BadInput, or BadRule naming `where`, the rule and the field."""
    entries = None
    if isinstance(raw, dict):
        entries = raw.get("rule")
    if not isinstance(entries, list) or not entries:
        raise BadInput(Message("rules.none", where=where))
    rules = tuple(_parse_rule(entry, n, where=f"{where}, rule {n}") for n, entry in enumerate(entries, start=1))
    known: set[tuple[str, str]] = set()
    for number, rule in enumerate(rules, start=1):
        if (rule.name, rule.category) in known:
            message = Message("rules.same_name", where=where)
            raise BadRule(message, number=number, field="name")
        known.add((rule.name, rule.category))
    return rules


def rules_schema() -> dict[str, Any]:
    """JSON Schema of each kind of rule, for forms and editors."""
    return {kind: rule.model_json_schema() for kind, rule in KINDS.items()}


def check_classes(rules: Sequence[AnyRule], known: Sequence[str] = COCO_80) -> None:
    """Raises BadRule when a rule asks for a class that the model does not know, which would never fire."""
    for number, rule in enumerate(rules, start=1):
        asked = rule.classes if isinstance(rule, ObjectRule) else ()
        if unknown := sorted(set(asked) - set(known)):
            raise BadRule(
                Message("rules.unknown_classes", rule=repr(rule.name), classes=unknown, known=known[:8]),
                number=number,
                field="classes",
            )


def _parse_rule(entry: object, number: int, *, where: str) -> AnyRule:
    if not isinstance(entry, dict):
        message = Message("rules.no_table", where=where, entry=repr(entry))
        raise BadRule(message, number=number, field=None)
    kind = entry.get("kind", "zone")
    if not isinstance(kind, str) or kind not in KINDS:
        message = Message("rules.unknown_kind", where=where, kind=repr(kind), kinds=list(KINDS))
        raise BadRule(message, number=number, field="kind")
    try:
        return KINDS[kind].model_validate(entry)
    except ValidationError as error:
        field = next((str(one["loc"][0]) for one in error.errors() if one["loc"]), None)
        raise BadRule(
            Message("rules.field_wrong", where=where, fault=explain(error)), number=number, field=field
        ) from error
