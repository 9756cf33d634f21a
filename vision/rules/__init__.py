"""Which object, where in the picture, doing what, becomes a finding. Sees tracks and brightness, never a face.

A rule is what a file says (`ZoneRule`, `LineRule`, …, all with `kind`); its `watch()` is that rule on one source.
"""

from vision.rules.reading import (
    CLOSED_AREA_RULES,
    DEFAULT_RULES,
    AnyRule,
    check_classes,
    parse_rules,
    read_rules,
    rules_schema,
)
from vision.rules.rule import Counting, Firing, RuleWatch, Scene

__all__ = [
    "CLOSED_AREA_RULES",
    "DEFAULT_RULES",
    "AnyRule",
    "Counting",
    "Firing",
    "RuleWatch",
    "Scene",
    "check_classes",
    "parse_rules",
    "read_rules",
    "rules_schema",
]
