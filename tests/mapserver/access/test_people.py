"""What administrators do with people, devices and tokens, through API and command line, each of it written down."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from mapserver import migrations
from mapserver.access import passwords, people, tokens
from mapserver.access import service as access
from mapserver.access.tables import TokenRow, UserRow
from mapserver.account import upkeep
from mapserver.core.services import Services, assemble
from mapserver.core.settings import load, new_secret
from telemetry.access import Principal, Role
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.scopes import LIVE
from telemetry.visibility import EVERYTHING
from tests.process.running import typed

Headers = Callable[..., dict[str, str]]
Token = Callable[..., str]
ROOT = Principal("root", Role.ADMIN, None)
MAYOR = Principal("mayor", Role.ADMIN, City("siauliai"))
"""An administrator of one town, which there is none of today: every town is asked of `visible_cities`."""


def actions(parts: Services) -> list[tuple[str, str, str]]:
    with parts.store.read() as session:
        return [(one["who"], one["action"], one["subject"]) for one in audit.latest(session, EVERYTHING, limit=20)]


def test_a_dismissed_coordinator_is_out_with_the_answer_that_says_so(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    admin, coordinator = as_role(Role.ADMIN, None), as_role(Role.COORDINATOR)
    assert client.get("/api/v1/incidents", headers=coordinator).status_code == 200
    shown = client.post("/api/v1/people/coordinator.dobele/deactivate", headers=admin).json()
    assert (shown["active"], shown["tokens"]) == (False, 0)
    assert client.get("/api/v1/incidents", headers=coordinator).status_code == 401
    assert actions(parts)[0] == ("admin.both", "deactivate", "user coordinator.dobele")


def test_another_role_and_another_town_hold_from_the_next_request_on(client: TestClient, as_role: Headers) -> None:
    admin, moved = as_role(Role.ADMIN, None), as_role(Role.COORDINATOR)
    path = "/api/v1/people/coordinator.dobele"
    assert client.put(f"{path}/town", json={"city": "siauliai"}, headers=admin).json()["city"] == "siauliai"
    assert "Šiauliai" in client.get("/map", headers=moved).text
    client.put(f"{path}/role", json={"role": "inspector", "city": "siauliai"}, headers=admin)
    assert client.get("/wall", headers=moved).status_code == 403


@pytest.mark.parametrize(
    ("role", "city", "refused"),
    [
        ("inspector", None, "belongs to one town"),
        ("admin", "dobele", "serves all towns"),
        ("device", "dobele", "a device stays a device"),
    ],
)
def test_a_role_that_does_not_fit_is_refused(
    client: TestClient, as_role: Headers, role: str, city: str | None, refused: str
) -> None:
    as_role(Role.COORDINATOR)
    wanted = {"role": role, "city": city}
    answer = client.put("/api/v1/people/coordinator.dobele/role", json=wanted, headers=as_role(Role.ADMIN, None))
    assert (answer.status_code, refused in answer.json()["message"]) == (422, True)


def test_the_last_administrator_stays_one(client: TestClient, as_role: Headers) -> None:
    admin = as_role(Role.ADMIN, None)
    assert client.post("/api/v1/people/admin.both/deactivate", headers=admin).status_code == 409
    wanted = {"role": "supervisor", "city": "dobele"}
    assert client.put("/api/v1/people/admin.both/role", json=wanted, headers=admin).status_code == 409


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_nobody_but_an_administrator_sees_people_or_tokens(client: TestClient, as_role: Headers, role: Role) -> None:
    for path in ("/api/v1/people", "/api/v1/people/x", "/api/v1/tokens"):
        assert client.get(path, headers=as_role(role)).status_code == 403


def test_whoever_is_of_another_town_is_not_found(parts: Services, token: Token) -> None:
    token(Role.COORDINATOR, City("dobele"))
    token(Role.SUPERVISOR, None)
    token(Role.INSPECTOR, City("siauliai"))
    with parts.store.write() as work:
        assert [one["name"] for one in people.listed(work.session, MAYOR)] == ["inspector.siauliai"]
        assert {one["user"] for one in tokens.listed(work.session, MAYOR)} == {"inspector.siauliai"}
        for name in ("coordinator.dobele", "supervisor.both"):
            with pytest.raises(NotFound):
                people.deactivate(work, name, by=MAYOR, at=parts.clock.now())
        with pytest.raises(NotFound):
            people.change_town(work, "inspector.siauliai", City("dobele"), by=MAYOR, at=parts.clock.now())


def test_a_new_person_signs_in_with_the_password_that_was_shown_once(client: TestClient, as_role: Headers) -> None:
    wanted = {"name": "ilze", "role": "coordinator", "city": "dobele"}
    added = client.post("/api/v1/people", json=wanted, headers=as_role(Role.ADMIN, None)).json()
    form = {"username": "ilze", "password": added["password"]}
    assert client.post("/sign-in", data=form, follow_redirects=False).status_code == 303
    assert "password" not in client.get("/api/v1/people/ilze", headers=as_role(Role.ADMIN, None)).json()


def test_a_reset_ends_what_the_old_password_opened(client: TestClient, as_role: Headers) -> None:
    admin, forgetful = as_role(Role.ADMIN, None), as_role(Role.PILOT)
    said = client.post("/api/v1/people/pilot.dobele/reset", headers=admin).json()
    assert client.get("/api/v1/units", headers=forgetful).status_code == 401
    form = {"username": "pilot.dobele", "password": said["password"]}
    assert client.post("/sign-in", data=form, follow_redirects=False).status_code == 303


def test_a_device_has_no_password_to_reset(client: TestClient, as_role: Headers) -> None:
    as_role(Role.DEVICE)
    answer = client.post("/api/v1/people/device.dobele/reset", headers=as_role(Role.ADMIN, None))
    assert (answer.status_code, "has no password" in answer.json()["message"]) == (422, True)


def test_a_token_is_shown_once_listed_with_its_use_and_revoked(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    admin = as_role(Role.ADMIN, None)
    as_role(Role.DEVICE)
    wanted = {"user": "device.dobele", "label": "gate camera", "days": 365}
    issued = client.post("/api/v1/tokens", json=wanted, headers=admin).json()["token"]
    camera = {"Authorization": f"Bearer {issued}"}
    assert client.post("/api/v1/observations", json=[], headers=camera).status_code == 200
    upkeep.write_uses(parts)
    listed = client.get("/api/v1/tokens", params={"user": "device.dobele"}, headers=admin)
    assert issued not in listed.text
    (row,) = [one for one in listed.json() if one["label"] == "gate camera"]
    assert row["last_used_at"].endswith(":00.000Z")
    assert client.delete(f"/api/v1/tokens/{row['id']}", headers=admin).status_code == 200
    assert client.post("/api/v1/observations", json=[], headers=camera).status_code == 401
    assert ("admin.both", "revoke_token", "user device.dobele") in actions(parts)


def test_no_token_lasts_longer_than_a_year(client: TestClient, as_role: Headers) -> None:
    as_role(Role.DEVICE)
    wanted = {"user": "device.dobele", "label": "for ever", "days": 3_650}
    assert client.post("/api/v1/tokens", json=wanted, headers=as_role(Role.ADMIN, None)).status_code == 422


def test_uses_that_cannot_be_written_are_written_later(parts: Services, token: Token) -> None:
    parts.principals.authenticate_blocking(token(Role.PILOT))
    taken = parts.principals.take_uses()
    parts.principals.give_back_uses(taken)
    assert parts.principals.take_uses() == taken


def test_long_expired_tokens_are_removed(parts: Services, token: Token) -> None:
    token(Role.PILOT)
    with parts.store.write() as work:
        row = work.session.exec(select(TokenRow)).one()
        row.expires_at = parts.clock.now() - timedelta(days=8)
    upkeep.forget_expired(parts)
    with parts.store.read() as session:
        assert session.exec(select(TokenRow)).all() == []


def test_a_clock_that_jumps_removes_no_token(parts: Services, token: Token, monkeypatch: pytest.MonkeyPatch) -> None:
    token(Role.DEVICE)
    monkeypatch.setattr(parts.forgetting, "due_by", lambda: None)
    with parts.store.write() as work:
        work.session.exec(select(TokenRow)).one().expires_at = parts.clock.now() - timedelta(days=8)
    upkeep.forget_expired(parts)
    with parts.store.read() as session:
        assert len(session.exec(select(TokenRow)).all()) == 1


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "use at least 12"),
        ("password1234", "very common password"),
        ("aaaaaaaaaaaaaaaa", "Repeats like"),
        ("Dobele-Dobele-1", "too weak"),
        ("janis.ozols12", "too weak"),
        ("x" * 300, "use at most 200"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(password: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        passwords.require_strong(password, "janis.ozols")


def test_several_words_are_a_good_password() -> None:
    passwords.require_strong("tractor amber lighthouse", "janis.ozols")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with an administrator and a coordinator."""
    monkeypatch.setenv("VANAGAS_SECRET_KEY", new_secret())
    parts = assemble(load(tmp_path))
    migrations.upgrade(parts.store)
    with parts.store.write() as work:
        for name, role, city in (("root", Role.ADMIN, None), ("ilze", Role.COORDINATOR, City("dobele"))):
            access.add_user(work.session, name, role, city, password=None, now=parts.clock.now())
    parts.store.close()
    return tmp_path


def test_the_command_line_does_the_same(data: Path) -> None:
    where = ("--data", str(data))
    secret = typed("token", "--user", "ilze", "--label", "laptop", *where).stdout.strip()
    listed = typed("tokens", "list", "--user", "ilze", "--json", *where)
    assert secret not in listed.stdout
    held = json.loads(listed.stdout)
    assert typed("tokens", "revoke", held["id"], *where).stdout == f"{held['id']} of ilze: revoked\n"
    assert typed("people", "town", "ilze", "--city", "siauliai", *where).stdout == "ilze: Šiauliai\n"
    assert typed("people", "role", "ilze", "inspector", *where).stdout == "ilze: inspector, Šiauliai\n"
    assert len(typed("people", "reset", "ilze", *where).stdout.strip()) == 16
    assert typed("people", "end-sessions", "ilze", *where).stdout == "ilze: 0 sessions ended\n"
    assert typed("people", "deactivate", "ilze", *where).returncode == 0
    assert "active        no" in typed("people", "show", "ilze", *where).stdout
    assert typed("people", "activate", "ilze", *where).stdout == "ilze: active\n"
    names = [line.split()[0] for line in typed("people", "list", *where).stdout.splitlines()]
    assert names == ["name", "ilze", "root"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("people", "deactivate", "root"), "last administrator"),
        (("people", "town", "ilze"), "say --city, or --both-towns"),
        (("people", "show", "nobody"), "there is no user nobody"),
        (("tokens", "revoke", "nothing"), "there is no session or token nothing"),
        (("token", "--user", "ilze", "--days", "3650"), "at most 366 days"),
    ],
)
def test_the_command_line_says_what_cannot_be(data: Path, command: tuple[str, ...], said: str) -> None:
    refused = typed(*command, "--data", str(data))
    assert refused.returncode != 0
    assert said in refused.stderr


def test_a_deactivated_administrator_is_no_other_administrator(parts: Services, token: Token) -> None:
    token(Role.ADMIN, None)
    with parts.store.write() as work:
        work.session.add(UserRow(name="gone", role=Role.ADMIN, active=False, created_at=parts.clock.now(), scope=LIVE))
        work.session.flush()
        with pytest.raises(Conflict):
            people.deactivate(work, "admin.both", by=ROOT, at=parts.clock.now())
