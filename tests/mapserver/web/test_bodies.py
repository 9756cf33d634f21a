"""Who sends is asked before anything of a body is read, and no more of it is read than its route takes."""

import asyncio
import json
import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient
from starlette.types import Message

from mapserver.core.request_settings import RequestSettings
from mapserver.core.services import Services
from mapserver.program.app import create_app
from mapserver.web.body import LimitedReceive, RefusedBody
from mapserver.web.routes import GuardedRoute
from telemetry.access import Role
from telemetry.errors import TooLarge, TooSlow
from tests.mapserver.observations.test_api import GOOD
from tests.mapserver.web.asgi import ask

Headers = Callable[..., dict[str, str]]
SIXTEEN_MB = {"content-length": str(16 * 2**20), "content-type": "application/json"}
SIGN_IN = "/sign-in"
STATUS_LINK = "/handed-over/x"
FOR_STRANGERS = (SIGN_IN, STATUS_LINK)
"""What nobody has to be signed in for; a body that is too large is not read there either."""


@pytest.fixture
def app(parts: Services) -> FastAPI:
    return create_app(parts)


def addresses(app: FastAPI) -> list[tuple[str, str]]:
    """Method and path of every operation that can change something."""
    found = []
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute):
            assert isinstance(route.original_route, GuardedRoute), f"{route.path} is not guarded"
            path = re.sub(r"{[^}]+}", "x", route.path or "")
            found += [(method, path) for method in (route.original_route.methods or set()) - {"GET", "HEAD"}]
    return found


def test_nothing_of_a_strangers_body_is_read_on_any_route(app: FastAPI) -> None:
    async def all_of_them() -> None:
        for method, path in addresses(app):
            if path in FOR_STRANGERS:
                continue
            answered = await ask(app, method, path, headers=SIXTEEN_MB)
            assert (answered.status, answered.reads) == (401, 0), f"{method} {path}"
            assert answered.headers["connection"] == "close", f"{method} {path}"

    assert len(addresses(app)) > 60
    asyncio.run(all_of_them())


@pytest.mark.parametrize("path", FOR_STRANGERS)
def test_a_strangers_form_that_says_it_is_too_large_is_refused_unread(app: FastAPI, path: str) -> None:
    headers = SIXTEEN_MB | {"content-type": "application/x-www-form-urlencoded"}
    answered = asyncio.run(ask(app, "POST", path, headers=headers))
    assert (answered.status, answered.reads, answered.headers["connection"]) == (413, 0, "close")


def test_nothing_of_a_body_is_read_of_who_may_not_send_it(app: FastAPI, token: Callable[..., str]) -> None:
    headers = SIXTEEN_MB | {"authorization": f"Bearer {token(Role.INSPECTOR)}"}
    answered = asyncio.run(ask(app, "POST", "/api/v1/observations", headers=headers))
    assert (answered.status, answered.reads, answered.headers["connection"]) == (403, 0, "close")


def test_a_body_that_says_it_is_too_large_is_refused_unread(app: FastAPI, token: Callable[..., str]) -> None:
    headers = SIXTEEN_MB | {"authorization": f"Bearer {token(Role.INSPECTOR)}"}
    answered = asyncio.run(ask(app, "POST", "/api/v1/reports", headers=headers))
    assert (answered.status, answered.reads, answered.json()["error"]) == (413, 0, "TooLarge")
    assert "256 KiB" in answered.json()["message"]


def test_a_body_that_does_not_say_its_size_is_read_up_to_the_limit(app: FastAPI, token: Callable[..., str]) -> None:
    headers = {"authorization": f"Bearer {token(Role.INSPECTOR)}", "content-type": "application/json"}
    headers |= {"transfer-encoding": "chunked"}
    answered = asyncio.run(ask(app, "POST", "/api/v1/reports", headers=headers, pieces=[b" " * 2**16] * 100))
    assert (answered.status, answered.reads, answered.headers["connection"]) == (413, 5, "close")


def test_a_long_array_of_observations_is_parsed_in_a_worker(client: TestClient, as_role: Headers) -> None:
    bare = {name: value for name, value in GOOD.items() if name != "id"}
    body = [{**bare, "source_ref": str(number), "summary": "x" * 150} for number in range(300)]
    answer = client.post("/api/v1/observations", json=body, headers=as_role(Role.DEVICE))
    assert len(answer.request.content) > 2**16
    assert answer.status_code == 200, answer.text
    assert [receipt["outcome"] for receipt in answer.json()] == ["accepted"] * 300


def test_long_json_that_breaks_off_is_refused_in_words(client: TestClient, as_role: Headers) -> None:
    body = b"[" + json.dumps(GOOD).encode() + b"," * 2**17
    answer = client.post("/api/v1/observations", content=body, headers=as_role(Role.DEVICE))
    assert (answer.status_code, answer.json()["error"]) == (422, "BadInput")
    assert "not JSON: line 1" in answer.json()["message"]


def test_json_of_very_many_values_is_refused(client: TestClient, as_role: Headers) -> None:
    answer = client.post("/api/v1/reports", json=[0] * 60_000, headers=as_role(Role.INSPECTOR))
    assert (answer.status_code, "more than 26,214 values" in answer.json()["message"]) == (422, True)


def test_a_number_that_json_does_not_have_is_refused_on_every_route(client: TestClient, as_role: Headers) -> None:
    headers = as_role(Role.INSPECTOR) | {"content-type": "application/json"}
    answer = client.post("/api/v1/reports", content=b'{"category": NaN}', headers=headers)
    assert (answer.status_code, "NaN" in answer.json()["message"]) == (422, True)


SLOW = RequestSettings.model_construct(body_within_s=0.02, slowest_bytes_per_s=1.0)


async def never() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


def test_a_body_that_does_not_come_is_given_up() -> None:
    with pytest.raises(RefusedBody) as refused:
        asyncio.run(LimitedReceive(never, None, 100, SLOW)())
    assert isinstance(refused.value.problem, TooSlow)


def test_a_body_that_trickles_in_is_given_up_by_its_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mapserver.web.body.GRACE_S", 0.0)
    settings = RequestSettings.model_construct(body_within_s=1_000.0, slowest_bytes_per_s=10_000.0)
    sent = 0

    async def trickle() -> Message:
        nonlocal sent
        sent += 1
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def read() -> None:
        receive = LimitedReceive(trickle, None, 10_000, settings)
        while True:
            await receive()

    with pytest.raises(RefusedBody) as refused:
        asyncio.run(read())
    assert isinstance(refused.value.problem, TooSlow)
    assert sent < 10


def test_a_body_that_grows_past_its_limit_is_refused() -> None:
    async def piece() -> Message:
        return {"type": "http.request", "body": b"x" * 60, "more_body": True}

    async def read() -> None:
        receive = LimitedReceive(piece, None, 100, RequestSettings())
        await receive()
        with pytest.raises(RefusedBody) as refused:
            await receive()
        assert isinstance(refused.value.problem, TooLarge)

    asyncio.run(read())
