"""The API's description of itself."""

from collections.abc import Callable

from fastapi.testclient import TestClient

from telemetry.access import Role


def test_the_description_names_the_addresses_that_stay(
    client: TestClient, as_role: Callable[..., dict[str, str]]
) -> None:
    paths = client.get("/api/v1/openapi.json", headers=as_role(Role.PILOT)).json()["paths"]
    nouns = ["zones", "plans", "flights", "units", "cameras", "assignments", "observations", "incidents", "audit"]
    assert {f"/api/v1/{noun}" for noun in nouns} <= paths.keys()
    assert {"/api/v1/intake/{format_name}", "/api/v1/incidents/{incident_id}/timeline"} <= paths.keys()
