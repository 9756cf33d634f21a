"""Handing in observations: receipts, repetition, and everything that can be wrong with a body."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from telemetry.access import Role
from tests.builders import observation

pytestmark = pytest.mark.both_databases

Headers = Callable[..., dict[str, str]]
GOOD = observation().model_dump(mode="json")


def test_a_receipt_names_the_observation_its_outcome_and_its_incident(client: TestClient, as_role: Headers) -> None:
    first, second = (
        client.post("/api/v1/observations", json=[GOOD], headers=as_role(Role.DEVICE)).json()[0] for _ in range(2)
    )
    assert (first["outcome"], second["outcome"]) == ("accepted", "duplicate")
    assert first["observation_id"] == second["observation_id"]
    assert first["incident_id"] == second["incident_id"]


def test_the_incident_carries_sources_and_observation_ids(client: TestClient, as_role: Headers) -> None:
    client.post("/api/v1/observations", json=[GOOD], headers=as_role(Role.DEVICE))
    incident = client.get("/api/v1/incidents", headers=as_role(Role.COORDINATOR)).json()[0]
    assert incident["sources"] == ["fixed_camera"]
    assert len(incident["observation_ids"]) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"position": {"lat": 91, "lon": 23}}, "position.lat"),
        ({"position": {"lat": 56, "lon": 181}}, "position.lon"),
        ({"position": "here"}, "position"),
        ({"started_at": "2026-11-22T12:00:00"}, "no time zone"),
        ({"started_at": "yesterday"}, "started_at"),
        ({"ended_at": "2020-01-01T00:00:00Z"}, "before started_at"),
        ({"confidence": 2}, "confidence"),
        ({"city": "riga"}, "city"),
        ({"source": {"kind": "oracle", "id": "x"}}, "source.kind"),
        ({"source_ref": ""}, "source_ref"),
        ({"category": "Not A Slug"}, "category"),
        ({"media": [{"kind": "snapshot", "sha256": "x", "content_type": "image/jpeg"}]}, "sha256"),
    ],
)
def test_a_bad_field_is_named_with_its_reason(
    client: TestClient, as_role: Headers, change: dict[str, Any], words: str
) -> None:
    answer = client.post("/api/v1/observations", json=[{**GOOD, **change}], headers=as_role(Role.DEVICE))
    assert answer.status_code == 422
    assert "observation 0" in answer.json()["message"]
    assert words in answer.json()["message"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"not json", "not JSON"),
        (b'[{"confidence": NaN}]', "NaN"),
        (b"{}", "JSON array"),
        (b"[1]", "observation 0 is a JSON number"),
        (b"[" * 50_000, "not JSON"),
        (b"[" + b'{},' * 1_000 + b"{}]", "at most 1,000"),
    ],
)  # fmt: skip
def test_a_body_that_is_no_list_of_observations_is_refused(
    client: TestClient, as_role: Headers, body: bytes, words: str
) -> None:
    answer = client.post("/api/v1/observations", content=body, headers=as_role(Role.DEVICE))
    assert answer.status_code == 422
    assert words in answer.json()["message"]


def test_one_bad_observation_keeps_the_whole_request_out(client: TestClient, as_role: Headers) -> None:
    body = [GOOD, {**GOOD, "source_ref": "2", "confidence": -1}]
    assert client.post("/api/v1/observations", json=body, headers=as_role(Role.DEVICE)).status_code == 422
    assert client.get("/api/v1/observations", headers=as_role(Role.COORDINATOR)).json() == []


def test_a_body_that_is_too_large_is_refused(client: TestClient, as_role: Headers) -> None:
    answer = client.post("/api/v1/observations", content=b" " * (9 * 2**20), headers=as_role(Role.DEVICE))
    assert (answer.status_code, "larger than 4 MiB" in answer.json()["message"]) == (413, True)


def test_an_unknown_address_is_answered_in_the_same_shape(client: TestClient, as_role: Headers) -> None:
    answer = client.get("/api/v1/nothing", headers=as_role(Role.DEVICE))
    assert (answer.status_code, answer.json()["message"]) == (404, "there is nothing at /api/v1/nothing")


def test_more_senders_at_once_than_the_server_has_threads_all_get_their_receipt(
    client: TestClient, as_role: Headers
) -> None:
    headers = as_role(Role.DEVICE)
    with ThreadPoolExecutor(60) as senders:
        sent = [senders.submit(client.post, "/api/v1/observations", json=[GOOD], headers=headers) for _ in range(60)]
        outcomes = [answer.result().json()[0]["outcome"] for answer in sent]
    assert sorted(outcomes) == ["accepted", *["duplicate"] * 59]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"started_at": "0001-01-01T00:00:00Z"}, "not in the years 1970 to 2199"),
        ({"started_at": "0001-01-01T00:00:00+14:00"}, "outside the years 1 to 9999"),
        ({"ended_at": "9999-12-31T23:59:59-14:00"}, "outside the years 1 to 9999"),
        ({"ended_at": "9999-12-31T23:59:59Z"}, "not in the years 1970 to 2199"),
    ],
)
def test_a_time_that_no_clock_shows_is_refused(
    client: TestClient, as_role: Headers, change: dict[str, str], words: str
) -> None:
    answer = client.post("/api/v1/observations", json=[{**GOOD, **change}], headers=as_role(Role.DEVICE))
    assert (answer.status_code, words in answer.json()["message"]) == (422, True)


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ('{"a": 1e400}', "larger than any number"),
        ('{"a": "\\ud800"}', "half a character"),
        ('{"a":' * 400 + "1" + "}" * 400, "nested more than 20 levels"),
        ('{"a": "' + "x" * 300_000 + '"}', "keep it under 262,144"),
    ],
)
@pytest.mark.parametrize("field", ["attributes", "footprint"])
def test_detail_that_could_never_be_shown_again_is_refused(
    client: TestClient, as_role: Headers, field: str, detail: str, words: str
) -> None:
    body = f"[{json.dumps(GOOD | {field: '@'})}]".replace('"@"', detail)
    headers = {**as_role(Role.DEVICE), "Content-Type": "application/json"}
    answer = client.post("/api/v1/observations", content=body, headers=headers)
    assert (answer.status_code, words in answer.json()["message"]) == (422, True), answer.text


def test_observations_of_impossible_precision_are_merged_all_the_same(client: TestClient, as_role: Headers) -> None:
    precise = {**GOOD, "position": {"lat": 56.62, "lon": 23.28, "accuracy_m": 1e-300}}
    body = [precise, {**precise, "id": "", "source_ref": "2"}]
    first, second = client.post("/api/v1/observations", json=body, headers=as_role(Role.DEVICE)).json()
    assert first["incident_id"] == second["incident_id"]


def test_naming_a_picture_does_not_show_it(client: TestClient, as_role: Headers, parts: Services) -> None:
    picture = parts.media.put(b"the other town's")
    named = {**GOOD, "media": [{"kind": "snapshot", "sha256": picture, "content_type": "image/jpeg"}]}
    as_coordinator = as_role(Role.COORDINATOR)
    kept = client.post("/api/v1/observations", json=[named], headers=as_coordinator).json()[0]["observation_id"]
    assert client.get(f"/api/v1/observations/{kept}", headers=as_coordinator).json()["media"] == []
    assert client.get(f"/media/{kept}/{picture}", headers=as_coordinator).status_code == 404
