"""The description of the API: every operation names its answer, its errors and who may call it."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from mapserver.program.app import ROUTES
from mapserver.program.description import describe
from mapserver.web.problem_json import as_json
from mapserver.web.problem_shapes import EXAMPLES, shape_of
from telemetry.access import Role

DOCUMENT = describe(ROUTES)
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}


def answers(operation: dict[str, Any]) -> dict[str, Any]:
    """The answers of success by status."""
    return {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with the components that it refers to."""
    return {**schema, "components": DOCUMENT["components"]}


def has_declared_shape(answer: dict[str, Any]) -> bool:
    """Whether an answer is no JSON, or JSON of a shape that has a name."""
    content = answer.get("content", {})
    if "application/json" not in content:
        return True
    schema = content["application/json"]["schema"]
    items = schema.get("items", schema)
    return "$ref" in items or "anyOf" in items


def test_every_operation_names_the_shape_of_its_answer() -> None:
    nameless = [
        f"{label} {status}"
        for label, operation in OPERATIONS.items()
        for status, answer in answers(operation).items()
        if not has_declared_shape(answer)
    ]
    assert nameless == ["GET /api/v1/openapi.json 200"]


def test_every_operation_has_a_name_of_its_own() -> None:
    names = Counter(operation["operationId"] for operation in OPERATIONS.values())
    assert [name for name, count in names.items() if count > 1] == []
    assert all(re.fullmatch(r"[a-z_]+", name) for name in names)


def test_every_operation_for_signed_in_callers_declares_how_to_sign_in() -> None:
    for label, operation in OPERATIONS.items():
        assert ("security" in operation) == ("401" in operation["responses"]), label
    assert OPERATIONS["GET /api/v1/incidents"]["security"] == [{"bearer": []}, {"cookie": []}]
    assert "security" not in OPERATIONS["GET /healthz"]


def test_the_errors_of_an_operation_follow_from_what_it_takes() -> None:
    refused = {label: {int(s) for s in operation["responses"]} for label, operation in OPERATIONS.items()}
    assert refused["GET /healthz"] == {200, 429, 503}
    assert refused["GET /api/v1/incidents"] == {200, 304, 401, 403, 422, 429, 503}
    assert refused["GET /api/v1/incidents/{incident_id}"] == {200, 304, 401, 403, 404, 422, 429, 503}
    assert refused["POST /api/v1/incidents/{incident_id}/state"] == {200, 401, 403, 404, 408, 409, 413, 422, 429, 503}
    assert refused["PUT /api/v1/cameras/{camera_id}/rules"] >= {408, 409, 413}


def test_lists_that_come_in_pages_declare_their_headers() -> None:
    for label in ("GET /api/v1/incidents", "GET /api/v1/observations", "GET /api/v1/audit", "GET /api/v1/flights"):
        assert OPERATIONS[label]["responses"]["200"]["headers"].keys() >= {"X-Total-Count", "Link"}, label


def test_the_document_names_no_server() -> None:
    assert "servers" not in DOCUMENT
    assert "://" not in str(DOCUMENT["paths"])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: type(one).__name__)
def test_the_examples_of_errors_have_their_shape(example: Any) -> None:
    TypeAdapter(shape_of(example.status)).validate_python(as_json(example), extra="forbid")


def test_the_examples_of_answers_have_their_shape() -> None:
    tried = 0
    for schema in DOCUMENT["components"]["schemas"].values():
        for example in schema.get("examples", []):
            jsonschema_rs.validate(resolved(schema), example)
            tried += 1
    assert tried >= 10


def test_the_description_names_the_addresses_that_stay(
    client: TestClient, as_role: Callable[..., dict[str, str]]
) -> None:
    paths = client.get("/api/v1/openapi.json", headers=as_role(Role.PILOT)).json()["paths"]
    nouns = ["zones", "plans", "flights", "units", "cameras", "assignments", "observations", "incidents", "audit"]
    assert {f"/api/v1/{noun}" for noun in nouns} <= paths.keys()
    assert {"/api/v1/intake/{format_name}", "/api/v1/incidents/{incident_id}/timeline"} <= paths.keys()
