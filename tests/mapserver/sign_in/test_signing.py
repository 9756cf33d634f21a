"""The sign-in page: a session for the right password, and a wait, with its length, for who tries too often."""

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from mapserver.access import service as access
from mapserver.access.passwords import chosen
from mapserver.core.services import Services
from mapserver.sign_in import known_browser
from mapserver.sign_in.throttle import ACCOUNT
from mapserver.web.dependencies import SESSION_COOKIE
from telemetry.access import Role
from telemetry.audit.tables import AuditRow
from telemetry.cities import City

PASSWORD = "staigmena-ir-vanagas-7"
NAME = "coordinator.dobele"


@pytest.fixture(autouse=True)
def coordinator(parts: Services) -> None:
    with parts.store.write() as work:
        access.add_user(
            work.session, NAME, Role.COORDINATOR, City("dobele"), password=chosen(PASSWORD, NAME), now=parts.clock.now()
        )


def attempt(client: TestClient, password: str = PASSWORD, name: str = NAME) -> int:
    answer = client.post("/sign-in", data={"username": name, "password": password}, follow_redirects=False)
    return int(answer.status_code)


def test_a_right_password_begins_a_session_and_makes_the_browser_known(client: TestClient) -> None:
    assert attempt(client) == 303
    assert {SESSION_COOKIE, known_browser.COOKIE} <= set(client.cookies.keys())


def test_who_fails_often_is_told_when_to_try_again(client: TestClient) -> None:
    assert [attempt(client, "wrong") for _ in range(ACCOUNT.free + 1)] == [401] * (ACCOUNT.free + 1)
    answer = client.post("/sign-in", data={"username": NAME, "password": PASSWORD}, follow_redirects=False)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    assert "try again in 1 s" in answer.text


def test_a_known_browser_signs_in_while_others_try_passwords(client: TestClient, parts: Services) -> None:
    attempt(client)
    known = client.cookies.get(known_browser.COOKIE)
    client.cookies.clear()
    for _ in range(ACCOUNT.free + 1):
        attempt(client, "wrong")
    assert attempt(client) == 429
    client.cookies.set(known_browser.COOKIE, known or "")
    assert attempt(client) == 303


def test_failures_are_on_the_audit_trail(client: TestClient, parts: Services) -> None:
    attempt(client, "wrong")
    attempt(client, "hunter2", name="a password typed here")
    parts.sign_ins.failures.write()
    with parts.store.read() as session:
        rows = session.exec(select(AuditRow).order_by(col(AuditRow.id))).all()
    assert [(row.who, row.action) for row in rows] == [(NAME, "sign_in_failed"), ("unknown", "sign_in_failed")]


def test_a_very_long_name_and_password_are_refused_like_any_other(client: TestClient) -> None:
    assert attempt(client, "x" * 3_000, name="y" * 3_000) == 401
