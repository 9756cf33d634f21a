"""Rules from files, and what is said of a wrong one."""

import json
from pathlib import Path

import pytest

from telemetry.errors import BadInput, BadRule
from tests.vision.rules.scenes import rule
from vision.rules import check_classes, parse_rules, read_rules, rules_schema
from vision.rules.presence import ZoneRule
from vision.rules.reading import KINDS

RULE = {"name": "yard", "category": "person_seen", "classes": ["person"]}


@pytest.mark.parametrize("ending", [".toml", ".json"])
def test_rules_are_read_from_toml_and_json(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"rules{ending}"
    toml = '[[rule]]\nname = "yard"\ncategory = "person_seen"\nclasses = ["person"]\n'
    path.write_text(json.dumps({"rule": [RULE]}) if ending == ".json" else toml)
    (read,) = read_rules(path)
    assert read == ZoneRule(name="yard", category="person_seen", classes=("person",), dwell_s=1.0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "neither JSON nor TOML"),
        ("[]", "has no rule"),
        ('{"rule": []}', "has no rule"),
        ('{"rule": ["yard"]}', "rule 1: a rule is a table of fields"),
        (json.dumps({"rule": [{**RULE, "category": "Person!"}]}), "rule 1: category: string should match"),
        (json.dumps({"rule": [RULE, {**RULE, "name": "b", "dwel_s": 1}]}), "rule 2: dwel_s: extra inputs"),
        (json.dumps({"rule": [{**RULE, "zone": [[0, 0], [1, 1], [1, 0], [0, 1]]}]}), "zone: the outline crosses"),
        (json.dumps({"rule": [{**RULE, "zone": [[0, 0], [1, 1]]}]}), "zone: list should have at least 3"),
        (json.dumps({"rule": [{**RULE, "zone": [[0, 0], [640, 0], [0, 1]]}]}), "zone.1.0: input should be less than"),
        (json.dumps({"rule": [{**RULE, "dwell_s": "NaN"}]}), "dwell_s"),
        (json.dumps({"rule": [{**RULE, "kind": "dance"}]}), "kind: there is no 'dance'; there is zone, leave"),
        (json.dumps({"rule": [{**RULE, "kind": "line"}]}), "rule 1: line: field required"),
        (json.dumps({"rule": [{**RULE, "kind": "line", "line": [[0, 0], [0, 0]]}]}), "two ends are the same"),
        (json.dumps({"rule": [{**RULE, "hours": [{"days": ["noday"]}]}]}), "hours.0.days.0"),
        (json.dumps({"rule": [RULE, RULE]}), "two rules of the same name"),
    ],
)
def test_a_wrong_rules_file_is_named_with_rule_field_and_reason(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "rules.json"
    path.write_text(content)
    with pytest.raises(BadInput, match=r"rules\.json") as caught:
        read_rules(path)
    assert reason in caught.value.message


def test_a_class_the_model_does_not_know_is_refused() -> None:
    with pytest.raises(BadInput, match=r"'the yard' asks for lorry, which the model does not know"):
        check_classes([rule(classes=["lorry"])])


def test_each_kind_has_a_schema_for_forms() -> None:
    assert rules_schema().keys() == KINDS.keys()
    assert "zone" in rules_schema()["crowd"]["properties"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"kind": ["zone"]}, "kind"),
        ({"zone": [[0, 0], [1, 1], [1, 0], [0, 1]]}, "zone"),
        ({"hours": [{"days": ["funday"]}]}, "hours"),
        ({"name": "yard"}, "name"),
    ],
)
def test_what_is_wrong_is_named_by_number_and_field_for_a_form(change: dict[str, object], field: str) -> None:
    with pytest.raises(BadRule) as caught:
        parse_rules({"rule": [RULE, {**RULE, "name": "b", **change}]}, where="the rules")
    assert caught.value.details == {"number": 2, "field": field}
