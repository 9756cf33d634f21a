"""Recorded video is played by who may see it in their own town, blurred and masked, and each look is on the trail."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import av
import httpx
import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import iso
from tests.builders import observation
from tests.mapserver.clips.test_api import TOP, draw, hidden
from tests.vision.clips import START
from tests.vision.packets import camera_clip
from tests.vision.recording.kept import record

Headers = Callable[..., dict[str, str]]
FOOTAGE = "/api/v1/cameras/DOB-C1/footage"
SECOND = {"from": iso(START), "to": iso(START + timedelta(seconds=1))}


@pytest.fixture
def recorded(parts: Services, tmp_path: Path) -> None:
    """A second of DOB-C1 in Dobele."""
    record(parts.recordings, camera_clip(tmp_path, seconds=1), START)


def trail(client: TestClient, as_role: Headers) -> list[dict[str, Any]]:
    entries = client.get("/api/v1/audit", headers=as_role(Role.SUPERVISOR)).json()
    return [entry for entry in entries if entry["action"] == "view"]


def test_a_recorded_time_plays_without_a_clip_and_the_look_names_its_incident(
    recorded: None, client: TestClient, as_role: Headers
) -> None:
    sent = [observation().model_dump(mode="json")]
    told = client.post("/api/v1/observations", json=sent, headers=as_role(Role.DEVICE)).json()[0]
    wanted = {**SECOND, "incident": told["incident_id"]}
    answer = client.get(FOOTAGE, params=wanted, headers=as_role(Role.COORDINATOR))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "video/mp4")
    with av.open(io.BytesIO(answer.content), "r") as container:
        assert len(list(container.decode(video=0))) == 10
    (look,) = trail(client, as_role)
    assert look["subject"] == "footage DOB-C1"
    assert look["detail"].endswith(f"incident {told['incident_id']}")


def test_what_is_masked_at_the_camera_is_masked_when_it_is_played(
    recorded: None, parts: Services, client: TestClient, as_role: Headers
) -> None:
    draw(parts, *TOP, at=parts.clock.now())
    answer = client.get(FOOTAGE, params=SECOND, headers=as_role(Role.COORDINATOR))
    assert hidden(answer.content) == (True, False)


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["message"]


def test_nobody_without_the_permission_and_no_other_town_sees_any(
    recorded: None, client: TestClient, as_role: Headers
) -> None:
    assert client.get(FOOTAGE, params=SECOND, headers=as_role(Role.INSPECTOR)).status_code == 403
    theirs = as_role(Role.COORDINATOR, City("siauliai"))
    status, said = refused(client.get(FOOTAGE, params=SECOND, headers=theirs))
    assert (status, "nothing that DOB-C1 recorded is kept" in said) == (404, True)
    assert trail(client, as_role) == []


def test_a_look_for_an_incident_that_is_not_there_is_refused(
    recorded: None, client: TestClient, as_role: Headers
) -> None:
    wanted = {**SECOND, "incident": "nothing"}
    assert client.get(FOOTAGE, params=wanted, headers=as_role(Role.COORDINATOR)).status_code == 404
    assert trail(client, as_role) == []


def test_no_more_are_played_at_once_than_the_settings_say(
    recorded: None, parts: Services, client: TestClient, as_role: Headers
) -> None:
    for _ in range(parts.settings.recording.played_at_once):
        parts.playback.begin()
    answer = client.get(FOOTAGE, params=SECOND, headers=as_role(Role.COORDINATOR))
    assert refused(answer) == (503, "this server plays 2 recordings at once at most; try again when one has ended")
    parts.playback.end()
    for _ in range(2):  # what has ended makes room
        assert client.get(FOOTAGE, params=SECOND, headers=as_role(Role.COORDINATOR)).status_code == 200


def test_what_was_not_recorded_is_not_found_with_what_is_near(
    recorded: None, client: TestClient, as_role: Headers
) -> None:
    wanted = {"from": iso(START + timedelta(minutes=1)), "to": iso(START + timedelta(minutes=2))}
    status, said = refused(client.get(FOOTAGE, params=wanted, headers=as_role(Role.COORDINATOR)))
    assert (status, "the nearest is" in said) == (404, True)
