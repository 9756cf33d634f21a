"""Every answer has the security headers, and every error the one shape, whoever makes it."""

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from mapserver.program.app import create_app
from mapserver.web.headers import SECURITY_HEADERS
from mapserver.web.routes import GuardedRouter
from telemetry.errors import VanagasError
from tests.mapserver.clients import english_client


@pytest.fixture
def client(parts: Services) -> TestClient:
    """Of an application with a route that fails."""
    app, router = create_app(parts), GuardedRouter()

    @router.get("/broken")
    def broken() -> None:
        raise ZeroDivisionError

    @router.post("/unavailable")
    def unavailable() -> None:
        error = VanagasError("not now")
        error.retry_after_s = 7
        raise error

    app.include_router(router)
    return english_client(app, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("DELETE", "/healthz", 405),
        ("GET", "/api/v1/incidents", 401),
        ("GET", "/broken", 500),
        ("GET", "/static/nothing.js", 404),
        ("POST", "/sign-in", 422),
    ],
)
def test_an_error_has_the_headers_and_the_one_shape(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "message", "code", "params", "text"}
    assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_an_error_that_says_when_to_try_again_has_it_as_a_header(client: TestClient) -> None:
    assert client.post("/unavailable").headers["retry-after"] == "7"


def test_a_method_that_is_not_taken_is_answered_with_those_that_are(client: TestClient) -> None:
    assert client.delete("/healthz").headers["allow"] == "GET"


def test_a_request_with_two_lengths_is_refused(client: TestClient) -> None:
    answer = client.post("/sign-in", content=b"x=1", headers={"transfer-encoding": "chunked"})
    assert answer.request.headers["content-length"] == "3"
    assert (answer.status_code, answer.json()["error"]) == (400, "BadRequest")
    assert answer.headers["connection"] == "close"


def test_no_address_redirects_to_the_host_that_the_request_names(client: TestClient) -> None:
    answer = client.get("/map/", headers={"host": "evil.example"}, follow_redirects=False)
    assert (answer.status_code, "location" in answer.headers) == (404, False)
