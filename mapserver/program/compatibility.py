"""Whether clients of one description of the API can go on with a newer one. Pure: documents in, sentences out.

What only adds is no break: an operation, a field of an answer, a value of an enumeration in an answer, an optional
parameter. Words (descriptions, titles, examples) are not compared.
"""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
LOWER_BOUNDS = ("minimum", "exclusiveMinimum", "minLength", "minItems")
UPPER_BOUNDS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")


def breaking_changes(older: dict[str, Any], newer: dict[str, Any]) -> list[str]:
    """What a client of `older` would trip over in `newer`, a sentence each, operation first."""
    found: list[str] = []
    for path, item in older["paths"].items():
        for method, operation in item.items():
            label = f"{method.upper()} {path}"
            now = newer["paths"].get(path, {}).get(method)
            if now is None:
                found.append(f"{label}: the operation is gone")
                continue
            found += [f"{label}: {change}" for change in _Comparison(older, newer).operation(operation, now)]
    return found


class _Comparison:
    """One operation in two documents."""

    def __init__(self, older: dict[str, Any], newer: dict[str, Any]) -> None:
        self._older = older
        self._newer = newer
        self._under_way: set[tuple[str, str, bool]] = set()

    def operation(self, older: Schema, newer: Schema) -> Iterator[str]:
        if older.get("operationId") != newer.get("operationId"):
            yield f"it is named {newer.get('operationId')} and no longer {older.get('operationId')}"
        if "security" in newer and "security" not in older:
            yield "callers have to sign in"
        yield from self._parameters(older.get("parameters", []), newer.get("parameters", []))
        yield from self._body(older.get("requestBody"), newer.get("requestBody"))
        for status, answer in older["responses"].items():
            if status.startswith("2"):
                yield from self._answer(status, answer, newer["responses"].get(status))

    def _parameters(self, older: list[Schema], newer: list[Schema]) -> Iterator[str]:
        before = {(one["in"], one["name"]): one for one in older}
        after = {(one["in"], one["name"]): one for one in newer}
        for key, parameter in before.items():
            if key not in after:
                yield f"the parameter {key[1]} is gone"
                continue
            yield from self._schema(parameter["schema"], after[key]["schema"], key[1], sent=True)
        for key, parameter in after.items():
            if parameter.get("required") and not before.get(key, {}).get("required"):
                yield f"the parameter {key[1]} is required"

    def _body(self, older: Schema | None, newer: Schema | None) -> Iterator[str]:
        if newer is not None and newer.get("required") and not (older or {}).get("required"):
            yield "a body is required"
        if older is None:
            return
        yield from self._content(older["content"], (newer or {}).get("content", {}), "the body", sent=True)

    def _answer(self, status: str, older: Schema, newer: Schema | None) -> Iterator[str]:
        if newer is None:
            yield f"it no longer answers {status}"
            return
        for header in older.get("headers", {}):
            if header not in newer.get("headers", {}):
                yield f"the header {header} is gone"
        yield from self._content(older.get("content", {}), newer.get("content", {}), "the answer", sent=False)

    def _content(self, older: Schema, newer: Schema, where: str, *, sent: bool) -> Iterator[str]:
        for media_type, content in older.items():
            if media_type not in newer:
                yield f"{where} is no longer {media_type}"
            elif "schema" in content:
                yield from self._schema(content["schema"], newer[media_type].get("schema", {}), where, sent=sent)

    def _schema(self, older: Schema, newer: Schema, where: str, *, sent: bool) -> Iterator[str]:
        """What broke between two schemas of what a client sends, or of what it is answered."""
        pair = (str(older.get("$ref", id(older))), str(newer.get("$ref", id(newer))), sent)
        if pair in self._under_way:
            return
        self._under_way.add(pair)
        before = _variants(older, self._older)
        after = _variants(newer, self._newer)
        for kind in before:
            if kind not in after and (sent or not before.keys() & after.keys()):
                yield f"{where} may no longer be {kind}" if sent else f"{where} is no longer {kind}"
        for kind in after:
            if kind not in before and not sent:
                yield f"{where} may be {kind}"
        for kind in before.keys() & after.keys():
            yield from self._variant(before[kind], after[kind], where, sent=sent)

    def _variant(self, older: Schema, newer: Schema, where: str, *, sent: bool) -> Iterator[str]:
        yield from _values(older, newer, where, sent=sent)
        if sent:
            yield from _bounds(older, newer, where)
        yield from self._fields(older, newer, where, sent=sent)
        for part in ("items", "additionalProperties"):
            if isinstance(older.get(part), dict):
                now = newer.get(part)
                yield from self._schema(older[part], now if isinstance(now, dict) else {}, f"{where}[]", sent=sent)
        if sent and newer.get("additionalProperties") is False and older.get("additionalProperties") is not False:
            yield f"{where} may hold no other fields"

    def _fields(self, older: Schema, newer: Schema, where: str, *, sent: bool) -> Iterator[str]:
        before = older.get("properties", {})
        after = newer.get("properties", {})
        for name, field in before.items():
            if name not in after:
                yield f"the field {where}.{name} is gone"
                continue
            yield from self._schema(field, after[name], f"{where}.{name}", sent=sent)
        required_before = set(older.get("required", ()))
        required_after = set(newer.get("required", ()))
        if sent:
            for name in sorted(required_after - required_before):
                yield f"the field {where}.{name} is required"
        else:
            for name in sorted((required_before - required_after) & after.keys()):
                yield f"the field {where}.{name} may be missing"


def _variants(schema: Schema, document: dict[str, Any]) -> dict[str, Schema]:
    """What a value may be, by type; two objects are told apart by the names of their shapes."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _variants({**document["components"]["schemas"][name], "title": name}, document)
    if "anyOf" not in schema and "oneOf" not in schema:
        return {str(schema.get("type", "anything")): schema}
    found: dict[str, Schema] = {}
    for one in schema.get("anyOf") or schema["oneOf"]:
        for kind, variant in _variants(one, document).items():
            key = f"{kind} {variant.get('title')}" if kind in found else kind
            found[key] = variant
    return found


def _listed_values(schema: Schema) -> list[Any]:
    """The only values that it allows; none where it allows any."""
    if "enum" in schema:
        return list(schema["enum"])
    if "const" in schema:
        return [schema["const"]]
    return []


def _values(older: Schema, newer: Schema, where: str, *, sent: bool) -> Iterator[str]:
    before = _listed_values(older)
    after = _listed_values(newer)
    if not after:
        return
    for value in before:
        if value not in after:
            yield f"{where} may no longer be {value!r}" if sent else f"{where} is never {value!r}"
    if sent and not before:
        yield f"{where} is one of a few values"


def _bounds(older: Schema, newer: Schema, where: str) -> Iterator[str]:
    for bound in LOWER_BOUNDS:
        if bound in newer and newer[bound] > older.get(bound, float("-inf")):
            yield f"{where}: {bound} is {newer[bound]}"
    for bound in UPPER_BOUNDS:
        if bound in newer and newer[bound] < older.get(bound, float("inf")):
            yield f"{where}: {bound} is {newer[bound]}"
    if "pattern" in newer and newer["pattern"] != older.get("pattern"):
        yield f"{where}: another pattern"
