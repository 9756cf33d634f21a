"""Learned offsets of clocks over the API, on their page and on the command line: who may decide."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from incidents.learned_clocks import service as clocks
from mapserver.cli import app
from mapserver.core.secret_key import require_same_key
from mapserver.core.services import Services
from telemetry.access import Role
from tests.incidents.grouping.builders import LATER
from tests.incidents.learned_clocks.test_service import AN_HOUR_OFF, DOBELE
from tests.incidents.settling.test_service import take

Headers = Callable[..., dict[str, str]]


@pytest.fixture
def proposed(parts: Services) -> str:
    """A clock that was learned to be an hour off."""
    take(parts.store, *AN_HOUR_OFF)
    clocks.look(parts.store, DOBELE, parts.rules, LATER)
    with parts.store.read() as session:
        (row,) = clocks.listed(session, DOBELE.visible, LATER)
    return row.id


def decide(client: TestClient, headers: dict[str, str], clock: str, decision: str, reason: str = "seen") -> int:
    body = {"decision": decision, "reason": reason}
    answer = client.post(f"/api/v1/clocks/{clock}/decision", json=body, headers=headers)
    return int(answer.status_code)


def test_a_supervisor_takes_an_offset_over_and_ends_it(client: TestClient, as_role: Headers, proposed: str) -> None:
    supervisor = as_role(Role.SUPERVISOR)
    assert decide(client, supervisor, proposed, "take_over") == 200
    assert decide(client, supervisor, proposed, "decline") == 409
    (known,) = client.get("/api/v1/clocks", headers=supervisor).json()
    assert (known["state"], known["ahead_s"], known["source"]["id"]) == ("taken_over", 3_600, "body-1")
    assert decide(client, supervisor, proposed, "end") == 200


def test_a_coordinator_sees_it_and_decides_nothing(client: TestClient, as_role: Headers, proposed: str) -> None:
    coordinator = as_role(Role.COORDINATOR)
    assert decide(client, coordinator, proposed, "take_over") == 403
    assert len(client.get("/api/v1/clocks", headers=coordinator).json()) == 1


def test_who_is_of_another_town_sees_nothing_of_it(client: TestClient, as_role: Headers, proposed: str) -> None:
    elsewhere = as_role(Role.SUPERVISOR, "siauliai")
    assert client.get("/api/v1/clocks", headers=elsewhere).json() == []
    assert decide(client, elsewhere, proposed, "take_over") == 404


def test_the_page_says_what_it_changes_and_takes_the_decision(
    client: TestClient, as_role: Headers, proposed: str
) -> None:
    supervisor = as_role(Role.SUPERVISOR)
    shown = client.get("/clocks", headers=supervisor).text
    assert "With it 2 of 2 incidents" in shown
    refused = client.post(f"/clocks/{proposed}/decision", data={"decision": "take_over"}, headers=supervisor)
    assert (refused.status_code, "say why" in refused.text) == (422, True)
    client.post(f"/clocks/{proposed}/decision", data={"decision": "take_over", "reason": "so"}, headers=supervisor)
    assert "taken over" in client.get("/clocks", headers=supervisor).text


@pytest.mark.only_sqlite
def test_the_command_line_lists_and_declines(parts: Services, proposed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VANAGAS_SECRET_KEY", parts.settings.key.decode())
    require_same_key(parts.store, parts.settings.key)
    data = ["--data", str(parts.settings.data_dir)]
    assert proposed in CliRunner().invoke(app, ["clocks", "list", "--json", *data]).output
    done = CliRunner().invoke(app, ["clocks", "decline", proposed, "--reason", "it was put right", *data])
    assert (done.exit_code, "declined" in done.output) == (0, True)
