"""The operations of the API as it describes itself, tried with made-up and known values."""

import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from mapserver.program.app import ROUTES
from mapserver.program.description import describe
from tests.mapserver.fuzz.town import Town

AnyCase = Case[Any]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
KNOWN_FAILURES: frozenset[str] = frozenset()
"""Labels of operations that are known to fail; empty, and to stay so."""
QUIETLY: dict[str, Any] = {
    "deadline": None, "database": None, "suppress_health_check": list(HealthCheck), "phases": [Phase.generate],
}  # fmt: skip
KNOWN_SHARE = 0.7
"""How often a path names something that there is."""


@dataclass
class Outcome:
    """What came of one operation."""

    answers: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


@cache
def operations() -> dict[str, APIOperation[Any, Any, Any, Any]]:
    """By label, such as `GET /api/v1/units`."""
    results = schemathesis.openapi.from_dict(describe(ROUTES)).get_all_operations()
    found = [result.ok() for result in results if isinstance(result, Ok)]
    return {operation.label: operation for operation in found}


def try_operation(town: Town, label: str, caller: str, *, examples: int, start: int) -> Outcome:
    """Send requests that fit the description and some that do not, as `caller`; the same ones for the same `start`."""
    outcome = Outcome()
    randomly = random.Random(f"{start} {label} {caller}")
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        for case in cases_of(label, mode, examples, start):
            made_up = dict(case.path_parameters or {})
            _name_known(case, town.known, randomly)
            _send(town, case, caller, outcome)
            (case.path_parameters or {}).update(made_up)  # the next caller names its own
    return outcome


@cache
def cases_of(label: str, mode: GenerationMode, examples: int, start: int) -> tuple[AnyCase, ...]:
    """The requests of an operation, made once for all callers: making them takes far longer than sending them."""
    made: list[AnyCase] = []

    @given(case=operations()[label].as_strategy(generation_mode=mode))
    def collect(case: AnyCase) -> None:
        made.append(case)

    with suppress(Unsatisfiable):  # an operation without input has none that does not fit
        seed(start)(settings(max_examples=examples, **QUIETLY)(collect))()
    return tuple(made)


def _name_known(case: AnyCase, known: dict[str, list[str]], randomly: random.Random) -> None:
    for name in case.path_parameters or {}:
        if name in known and randomly.random() < KNOWN_SHARE:
            case.path_parameters[name] = quote(randomly.choice(known[name]), safe="")


def _send(town: Town, case: AnyCase, caller: str, outcome: Outcome) -> None:
    asked = case.as_transport_kwargs(base_url=str(town.client.base_url))
    asked["headers"] = {**dict(asked.get("headers") or {}), **town.headers(caller)}
    try:
        answer = town.client.request(**{name: value for name, value in asked.items() if value is not None})
    except (httpx.InvalidURL, UnicodeEncodeError):  # it cannot be sent over HTTP at all
        return
    answer.request.read()  # a body in parts is none yet where the server answered before it read it
    outcome.answers[answer.status_code] += 1
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        town.forget_tokens()
    said = f"{answer.status_code} to {case.as_curl_command()[:600]}"
    try:
        case.validate_response(answer, checks=CHECKS)
    except (Exception, FailureGroup) as failure:
        outcome.failures.append(f"{failure}\n{said}")
    if caller != "admin":
        sent = f"{asked.get('url')} {asked.get('params')} {asked.get('json')} {asked.get('data')}"
        leaked = [mark for mark in town.marks if mark in answer.text and mark not in sent]
        if leaked:
            outcome.failures.append(f"{caller} of Dobele is told of {leaked[0]}\n{said}")
