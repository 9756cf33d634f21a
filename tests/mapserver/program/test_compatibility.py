"""What breaks clients of an older description of the API, and what does not."""

from copy import deepcopy
from typing import Any

import pytest

from mapserver.program.compatibility import breaking_changes

OLDER: dict[str, Any] = {
    "paths": {
        "/zones": {
            "get": {
                "operationId": "zones_listed",
                "parameters": [
                    {"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 1000}},
                    {"in": "query", "name": "state", "schema": {"enum": ["new", "old"], "type": "string"}},
                ],
                "responses": {
                    "200": {
                        "headers": {"Link": {"schema": {"type": "string"}}},
                        "content": {
                            "application/json": {
                                "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Zone"}}
                            }
                        },
                    },
                    "403": {"$ref": "#/components/responses/NotAllowed"},
                },
            },
            "post": {
                "operationId": "zones_draw",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewZone"}}},
                },
                "responses": {
                    "201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Zone"}}}}
                },
            },
        }
    },
    "components": {
        "schemas": {
            "Zone": {
                "type": "object",
                "required": ["id", "kind", "inner"],
                "properties": {
                    "id": {"type": "string"},
                    "kind": {"type": "string", "enum": ["area", "line"]},
                    "notes": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                    "inner": {"type": "array", "items": {"$ref": "#/components/schemas/Zone"}},
                },
            },
            "NewZone": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string", "maxLength": 200}, "notes": {"type": "string"}},
            },
        }
    },
}


def newer() -> dict[str, Any]:
    return deepcopy(OLDER)


def at(document: dict[str, Any], *way: str) -> Any:
    for step in way:
        document = document[step]
    return document


def answer_schema(document: dict[str, Any]) -> Any:
    return at(document, "components", "schemas", "Zone")


def sent_schema(document: dict[str, Any]) -> Any:
    return at(document, "components", "schemas", "NewZone")


def test_nothing_breaks_between_a_document_and_itself() -> None:
    assert breaking_changes(OLDER, newer()) == []


def test_additions_break_nothing() -> None:
    document = newer()
    document["paths"]["/units"] = {"get": {"operationId": "units_listed", "responses": {}}}
    answer_schema(document)["properties"]["colour"] = {"type": "string"}
    answer_schema(document)["properties"]["kind"]["enum"].append("point")
    sent_schema(document)["properties"]["colour"] = {"type": "string"}
    get = at(document, "paths", "/zones", "get")
    get["parameters"].append({"in": "query", "name": "q", "schema": {"type": "string"}})
    get["responses"]["409"] = {"$ref": "#/components/responses/Conflict"}
    assert breaking_changes(OLDER, document) == []


def test_an_operation_that_is_gone_is_named() -> None:
    document = newer()
    del document["paths"]["/zones"]["post"]
    assert breaking_changes(OLDER, document) == ["POST /zones: the operation is gone"]


def test_a_field_that_an_answer_lost_is_named_for_each_operation() -> None:
    document = newer()
    del answer_schema(document)["properties"]["id"]
    assert breaking_changes(OLDER, document) == [
        "GET /zones: the field the answer[].id is gone",
        "POST /zones: the field the answer.id is gone",
    ]


@pytest.mark.parametrize(
    ("field", "schema", "told"),
    [
        ("id", {"type": "integer"}, "the answer.id may be integer"),
        ("id", {"anyOf": [{"type": "string"}, {"type": "null"}]}, "the answer.id may be null"),
        ("kind", {"type": "string", "enum": ["area"]}, "the answer.kind is never 'line'"),
    ],
)
def test_a_field_of_an_answer_that_changed_is_named(field: str, schema: dict[str, Any], told: str) -> None:
    document = newer()
    answer_schema(document)["properties"][field] = schema
    assert f"POST /zones: {told}" in breaking_changes(OLDER, document)


def test_a_field_of_an_answer_that_is_never_null_again_breaks_nothing() -> None:
    document = newer()
    answer_schema(document)["properties"]["notes"] = {"type": "string"}
    assert breaking_changes(OLDER, document) == []


def test_a_field_of_an_answer_that_may_be_missing_is_named() -> None:
    document = newer()
    answer_schema(document)["required"].remove("kind")
    assert "POST /zones: the field the answer.kind may be missing" in breaking_changes(OLDER, document)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"required": ["name", "notes"]}, "the field the body.notes is required"),
        ({"additionalProperties": False}, "the body may hold no other fields"),
        ({"properties": {"name": {"type": "string", "maxLength": 200}}}, "the field the body.notes is gone"),
        (
            {"properties": {"name": {"type": "string", "maxLength": 20}, "notes": {"type": "string"}}},
            "the body.name: maxLength is 20",
        ),
    ],
)
def test_a_body_that_asks_for_more_is_named(change: dict[str, Any], told: str) -> None:
    document = newer()
    sent_schema(document).update(change)
    assert breaking_changes(OLDER, document) == [f"POST /zones: {told}"]


def test_a_parameter_that_is_required_or_gone_or_narrower_is_named() -> None:
    document = newer()
    parameters = at(document, "paths", "/zones", "get", "parameters")
    parameters[0] = {"in": "query", "name": "limit", "required": True, "schema": {"type": "integer", "maximum": 100}}
    parameters[1] = {"in": "query", "name": "other", "schema": {"type": "string"}}
    assert breaking_changes(OLDER, document) == [
        "GET /zones: limit: maximum is 100",
        "GET /zones: the parameter state is gone",
        "GET /zones: the parameter limit is required",
    ]


def test_a_header_a_status_and_a_name_that_are_gone_are_named() -> None:
    document = newer()
    get = at(document, "paths", "/zones", "get")
    get["operationId"] = "zones_all"
    del get["responses"]["200"]["headers"]
    responses = at(document, "paths", "/zones", "post", "responses")
    responses["200"] = responses.pop("201")
    assert breaking_changes(OLDER, document) == [
        "GET /zones: it is named zones_all and no longer zones_listed",
        "GET /zones: the header Link is gone",
        "POST /zones: it no longer answers 201",
    ]
