"""The administrators' page of people and devices: everything that ends somebody's access, each written down."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from mapserver.access import service as access
from mapserver.access.passwords import chosen
from mapserver.access.tables import UserRow
from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.audit.tables import AuditRow
from telemetry.cities import City

Headers = Callable[..., dict[str, str]]
NAME = "ilze"
PASSWORD = "tractor amber lighthouse"


@pytest.fixture
def admin(client: TestClient, parts: Services, as_role: Headers) -> dict[str, str]:
    """An administrator's headers; there is a coordinator of Dobele with a token, and a device."""
    with parts.store.write() as work:
        now = parts.clock.now()
        access.add_user(work.session, NAME, Role.COORDINATOR, City("dobele"), password=chosen(PASSWORD, NAME), now=now)
        parts.tokens.issue(work.session, NAME, label="a wall display", now=now, lasts=timedelta(days=1))
    as_role(Role.DEVICE)
    return as_role(Role.ADMIN, None)


def user(parts: Services) -> UserRow:
    with parts.store.read() as session:
        return session.get_one(UserRow, NAME)


def audited(parts: Services) -> list[tuple[str, str]]:
    """What is written down of the coordinator, and by whom."""
    with parts.store.read() as session:
        rows = session.exec(select(AuditRow).where(AuditRow.subject == f"user {NAME}").order_by(col(AuditRow.id))).all()
        return [(row.action, row.who) for row in rows]


def test_everybody_is_listed_with_role_town_and_tokens(client: TestClient, admin: dict[str, str]) -> None:
    shown = client.get("/people", headers=admin).text
    for words in (NAME, "coordinator", "Dobele", "a wall display", "device.dobele", "fixed_camera:*"):
        assert words in shown
    assert "$argon2" not in shown


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_nobody_else_sees_or_changes_people(
    client: TestClient, parts: Services, admin: dict[str, str], as_role: Headers, role: Role
) -> None:
    other = as_role(role)
    assert client.get("/people", headers=other).status_code == 403
    assert client.post(f"/people/{NAME}/deactivate", headers=other).status_code == 403
    assert user(parts).active


@pytest.mark.parametrize(
    ("path", "form", "action"),
    [
        ("deactivate", {}, "deactivate"),
        ("activate", {}, "activate"),
        ("end-sessions", {}, "end_sessions"),
        ("reset", {}, "reset_password"),
        ("rights", {"role": "coordinator", "city": "siauliai"}, "change_town"),
        ("rights", {"role": "supervisor", "city": "dobele"}, "change_role"),
    ],
)
def test_each_act_is_done_and_written_down(
    client: TestClient, parts: Services, admin: dict[str, str], path: str, form: dict[str, str], action: str
) -> None:
    answer = client.post(f"/people/{NAME}/{path}", data=form, headers=admin)
    assert answer.status_code == 200, answer.text
    assert audited(parts) == [(action, "admin.both")]
    changed = user(parts)
    if "city" in form:
        assert (changed.role, changed.city) == (form["role"], form["city"])
    assert changed.active is (path != "deactivate")


def test_a_new_password_is_shown_once_and_holds(client: TestClient, admin: dict[str, str]) -> None:
    shown = client.post(f"/people/{NAME}/reset", headers=admin).text
    (password,) = re.findall(r'class="card issued".*?<code>([^<]+)</code>', shown, re.DOTALL)
    assert password not in client.get("/people", headers=admin).text
    signed_in = client.post("/sign-in", data={"username": NAME, "password": password}, follow_redirects=False)
    assert signed_in.status_code == 303


def test_a_token_and_a_device_are_ended(client: TestClient, parts: Services, admin: dict[str, str]) -> None:
    shown = client.get("/people", headers=admin).text
    (token_id,) = re.findall(
        r'/people/tokens/([0-9a-f]+)/revoke"><button class="button">.{0,120}End<span class="unseen"> a wall', shown
    )
    assert "a wall display" not in client.post(f"/people/tokens/{token_id}/revoke", headers=admin).text
    assert audited(parts) == [("revoke_token", "admin.both")]
    client.post("/people/devices/device.dobele/revoke", headers=admin)
    with parts.store.read() as session:
        assert not session.get_one(UserRow, "device.dobele").active


@pytest.mark.parametrize("name", [NAME, "device.dobele"])
def test_a_token_is_shown_once_and_holds_until_it_is_ended(
    client: TestClient, admin: dict[str, str], name: str
) -> None:
    wanted = {"label": "the gate's computer", "days": "30"}
    shown = client.post(f"/people/{name}/tokens", data=wanted, headers=admin).text
    (token,) = re.findall(r'class="card issued".*?<code>([^<]+)</code>', shown, re.DOTALL)
    later = client.get("/people", headers=admin).text
    assert token not in later
    theirs = {"Authorization": f"Bearer {token}"}
    assert client.get("/account", headers=theirs).status_code == 200
    (token_id,) = re.findall(r'/people/tokens/([0-9a-f]+)/revoke"><button[^>]*>(?:(?!</button>).)*gate', later)
    client.post(f"/people/tokens/{token_id}/revoke", headers=admin)
    assert client.get("/account", headers=theirs).status_code == 401


@pytest.mark.parametrize(
    ("path", "form", "status", "said"),
    [
        ("/people/nobody/tokens", {"label": "x", "days": "30"}, 404, "nobody"),
        ("/people/admin.both/deactivate", {}, 409, "the last administrator"),
        ("/people/nobody/deactivate", {}, 404, "nobody"),
        ("/people/tokens/00/revoke", {}, 404, "no session or token"),
        (f"/people/{NAME}/rights", {"role": "pilot", "city": "riga"}, 422, "is not listed; there are"),
        (f"/people/{NAME}/rights", {"role": "pilot", "city": ""}, 422, "town"),
        ("/people", {"name": NAME, "role": "pilot", "city": "dobele"}, 409, NAME),
    ],
)
def test_what_cannot_be_done_is_said_on_the_page(
    client: TestClient, admin: dict[str, str], path: str, form: dict[str, str], status: int, said: str
) -> None:
    answer = client.post(path, data=form, headers=admin)
    assert (answer.status_code, said in answer.text, "People and devices" in answer.text) == (status, True, True)


def test_a_person_is_added_with_a_password_to_begin_with(client: TestClient, admin: dict[str, str]) -> None:
    shown = client.post("/people", data={"name": "anna", "role": "inspector", "city": "dobele"}, headers=admin)
    assert (shown.status_code, "The password of anna" in shown.text) == (200, True)
