"""Footage is looked up and held only by who may, in their own town, and every hold is in the audit trail."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from mapserver.core.video_settings import KeepSettings, RecordingSettings
from mapserver.recordings.flow import recording_desk
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import Misconfigured
from tests.vision.clips import START
from tests.vision.packets import camera_clip
from tests.vision.recording.kept import record

Headers = Callable[..., dict[str, str]]
TIME = {"from": iso(START), "to": iso(START + timedelta(seconds=10))}
BETWEEN = {"since": TIME["from"], "until": TIME["to"]}
CAMERA = "/api/v1/cameras/DOB-C1"
HOLD = {**TIME, "why": "theft, file 12/2026", "until": "2027-06-01T00:00:00Z"}


@pytest.fixture
def footage(parts: Services, tmp_path: Path) -> None:
    """Three seconds of DOB-C1 in Dobele."""
    record(parts.recordings, camera_clip(tmp_path), START)


def audit_of(client: TestClient, as_role: Headers) -> list[tuple[str, str]]:
    entries = client.get("/api/v1/audit", headers=as_role(Role.SUPERVISOR)).json()
    return [(entry["action"], entry["subject"]) for entry in entries]


def test_what_was_recorded_is_listed_with_its_gaps(footage: None, client: TestClient, as_role: Headers) -> None:
    answer = client.get(f"{CAMERA}/recordings", params=BETWEEN, headers=as_role(Role.COORDINATOR)).json()
    (span,) = answer["spans"]
    assert (span["from"], span["to"]) == (TIME["from"], iso(START + timedelta(seconds=3)))
    assert (span["city"], span["purpose"], span["simulated"]) == ("dobele", "traffic", False)
    assert answer["gaps"] == [{"from": span["to"], "to": TIME["to"]}]


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.ADMIN])
def test_who_may_see_no_footage_gets_none(footage: None, client: TestClient, as_role: Headers, role: Role) -> None:
    headers = as_role(role, None if role is Role.ADMIN else City("dobele"))
    answers = [
        client.get(f"{CAMERA}/recordings", params=BETWEEN, headers=headers),
        client.post(f"{CAMERA}/holds", json=HOLD, headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [403] * 2


def test_the_other_town_does_not_learn_that_there_is_footage(
    footage: None, client: TestClient, as_role: Headers
) -> None:
    theirs = as_role(Role.COORDINATOR, City("siauliai"))
    assert client.get(f"{CAMERA}/recordings", params=BETWEEN, headers=theirs).json()["spans"] == []
    assert client.post(f"{CAMERA}/holds", json=HOLD, headers=theirs).status_code == 404


def test_a_hold_keeps_footage_until_it_is_lifted(
    footage: None, parts: Services, client: TestClient, as_role: Headers
) -> None:
    supervisor = as_role(Role.SUPERVISOR)
    parts.settings.recording = RecordingSettings(on=True, days=0.001)
    desk = recording_desk(parts)
    assert desk is not None
    hold = client.post(f"{CAMERA}/holds", json=HOLD, headers=supervisor).json()
    assert (hold["in_force"], hold["why"]) == (True, HOLD["why"])
    assert desk.tidy() == 0
    lifted = client.delete(f"{CAMERA}/holds/{hold['id']}", headers=supervisor).json()
    assert (lifted["in_force"], lifted["lifted_by"]) == (False, "supervisor.dobele")
    assert client.delete(f"{CAMERA}/holds/{hold['id']}", headers=supervisor).status_code == 409
    assert desk.tidy() == 1
    subject = f"hold {hold['id']} on DOB-C1"
    assert audit_of(client, as_role)[:2] == [("lift", subject), ("hold", subject)]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({**HOLD, "to": HOLD["from"]}, "no"),
        ({**HOLD, "until": "2020-01-01T00:00:00Z"}, "over already"),
        ({**HOLD, "why": ""}, "why"),
    ],
)
def test_a_hold_that_holds_nothing_is_refused(
    footage: None, client: TestClient, as_role: Headers, body: dict[str, Any], words: str
) -> None:
    answer = client.post(f"{CAMERA}/holds", json=body, headers=as_role(Role.COORDINATOR))
    assert answer.status_code in (404, 422)
    assert words in answer.json()["message"]


def test_the_first_rule_that_matches_says_how_long_footage_is_kept() -> None:
    wanted = RecordingSettings(
        keep=[
            KeepSettings(source="BODY-1", days=30),
            KeepSettings(city=City("dobele"), purpose="traffic", days=1),
            KeepSettings(purpose="traffic", days=2),
        ]
    )
    kinds = [
        ("dobele", "traffic", "BODY-1"),
        ("dobele", "traffic", "C"),
        ("siauliai", "traffic", "C"),
        ("dobele", "x", "C"),
    ]
    assert [wanted.keep_for(City(city), *rest).days for city, *rest in kinds] == [30, 1, 2, 3]


def test_a_folder_that_cannot_be_is_said_at_the_start(parts: Services, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    parts.settings.recording = RecordingSettings(on=True, folder=tmp_path / "file" / "kept")
    with pytest.raises(Misconfigured, match="recordings cannot be kept in"):
        recording_desk(parts)
