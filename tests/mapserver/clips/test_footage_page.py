"""The page from which footage is pulled and kept, as a browser's forms use it."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mapserver.clips import worker as clip_desk
from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.scopes import DEMO, LIVE
from tests.mapserver.clips.building import PATIENCE_S, hearing, is_over
from tests.vision.clips import START
from tests.vision.packets import camera_clip
from tests.vision.recording.kept import record
from vision.recording import clip_orders
from vision.recording.storage_layout import CameraFolder

Headers = Callable[..., dict[str, str]]
PAGE = "/footage/DOB-C1"
FORM = {"begins": "2026-03-01T14:00:00", "ends": "2026-03-01T14:00:10", "why": "dispute at the gate"}
"""START on the clock of Dobele, two hours ahead of UTC in March."""


@pytest.fixture
def footage(parts: Services, tmp_path: Path) -> None:
    camera_folder = CameraFolder(City("dobele"), "traffic", "DOB-C1", scope=LIVE)
    record(parts.recordings, camera_clip(tmp_path, seconds=1), START, camera_folder=camera_folder)


@pytest.fixture
def clip(footage: None, parts: Services, client: TestClient, as_role: Headers) -> str:
    """The id of a clip that a coordinator had made with the form."""
    with hearing(parts, is_over) as wait:
        client.post(f"{PAGE}/clips", data=FORM, headers=as_role(Role.COORDINATOR))
        return wait().id


def test_a_clip_is_made_with_a_form_and_shown_on_the_page(
    footage: None, parts: Services, client: TestClient, as_role: Headers
) -> None:
    coordinator = as_role(Role.COORDINATOR)
    before = client.get(PAGE, params={"at": iso(START + timedelta(seconds=5))}, headers=coordinator).text
    assert "14:00:00 to" in re.sub(r"<[^>]*>", "", before)
    assert 'value="2026-03-01T13:59:35"' in before
    assert "No clip has been made of it" in before
    assert "Pull the original" not in before
    with hearing(parts, is_over) as wait:
        after = client.post(f"{PAGE}/clips", data=FORM, headers=coordinator)
        clip = wait().id
    assert after.status_code == 200
    assert "dispute at the gate" in after.text
    row = client.get(f"{PAGE}/clips/{clip}", headers=coordinator).text
    assert "stand-in footage" not in row
    assert f'hx-trigger="clip-changed-{clip} from:body"' in row
    (video,) = re.findall(r'<video src="([^"]+)"', row)
    assert client.get(video, headers=coordinator).headers["content-type"] == "video/mp4"


def test_a_clip_of_an_exercise_is_said_to_be_stand_in_footage(
    parts: Services, client: TestClient, as_role: Headers, tmp_path: Path
) -> None:
    camera_folder = CameraFolder(City("dobele"), "traffic", "DOB-C1", scope=DEMO)
    record(parts.recordings, camera_clip(tmp_path, seconds=1), START, camera_folder=camera_folder)
    coordinator = as_role(Role.COORDINATOR, scope=DEMO)
    with hearing(parts, is_over) as wait:
        client.post(f"{PAGE}/clips", data=FORM, headers=coordinator)
        clip = wait().id
    assert "stand-in footage" in client.get(f"{PAGE}/clips/{clip}", headers=coordinator).text


def test_while_a_clip_is_made_the_page_says_how_far_it_is_and_offers_to_cancel(
    footage: None, parts: Services, client: TestClient, as_role: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, done = [], threading.Event()

    def blur(content: bytes, *, progress: Callable[[float], None], **_: Any) -> bytes:
        progress(0.4)
        with parts.store.read() as session:
            (waiting,) = clip_orders.waiting(session)
        where = f"{PAGE}/clips/{waiting.id}"
        shown.append(client.get(where, headers=coordinator).text)
        shown.append(client.post(f"{where}/cancel", headers=coordinator).text)
        done.set()
        progress(0.5)
        pytest.fail("went on")

    monkeypatch.setattr(clip_desk, "blur_clip", blur)
    coordinator = as_role(Role.COORDINATOR)
    client.post(f"{PAGE}/clips", data=FORM, headers=coordinator)
    assert done.wait(PATIENCE_S)
    assert "It was cancelled." in shown[1]
    assert '<progress max="1" value="0.4" aria-label="40 % done">' in shown[0]
    assert 'hx-trigger="clip-changed from:body"' in shown[0]


def test_an_original_is_asked_for_on_the_page_and_granted_on_another(
    clip: str, client: TestClient, as_role: Headers
) -> None:
    coordinator, supervisor = as_role(Role.COORDINATOR), as_role(Role.SUPERVISOR)
    page = client.post(f"{PAGE}/clips/{clip}/unmasking", data={"why": "the police asks"}, headers=coordinator)
    assert "coordinator.dobele asks for the original: the police asks" in " ".join(page.text.split())
    assert "Ask for the original" not in page.text
    asked = client.get("/unmasking", headers=supervisor).text
    assert "coordinator.dobele asks for the original of DOB-C1" in asked
    assert 'hx-trigger="unmasking-changed from:body"' in asked
    (answer,) = re.findall(r'action="(/unmasking/[^"]+)"', asked)
    nothing = client.post(answer, data={"grant": "true", "why": ""}, headers=supervisor)
    assert (nothing.status_code, "write down what it is needed for" in nothing.text) == (422, True)
    done = client.post(answer, data={"grant": "true", "why": "file 12/2026"}, headers=supervisor)
    assert "Nobody asks for an original at present" in done.text
    page = client.get(PAGE, params={"at": iso(START)}, headers=coordinator)
    assert "original, people can be recognised" in page.text
    assert page.text.count("<video") == 2


def test_a_supervisor_pulls_an_original_with_the_form(footage: None, client: TestClient, as_role: Headers) -> None:
    form, supervisor = {**FORM, "original": "true"}, as_role(Role.SUPERVISOR)
    assert "original, people can be recognised" in client.post(f"{PAGE}/clips", data=form, headers=supervisor).text
    assert client.post(f"{PAGE}/clips", data=form, headers=as_role(Role.COORDINATOR)).status_code == 403
    assert client.get("/unmasking", headers=as_role(Role.COORDINATOR)).status_code == 403


def test_what_is_kept_as_evidence_is_on_the_page(footage: None, client: TestClient, as_role: Headers) -> None:
    page = client.post(f"{PAGE}/holds", data={**FORM, "until": "2099-01-31"}, headers=as_role(Role.SUPERVISOR))
    assert page.status_code == 200
    assert "dispute at the gate · supervisor.dobele" in page.text


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"why": " "}, 422, "write down what it is needed for"),
        ({"ends": FORM["begins"]}, 422, "ends after it begins"),
        ({"begins": "yesterday"}, 422, "is no time"),
        ({"begins": "2026-03-02T14:00:00", "ends": "2026-03-02T14:01:00"}, 404, "nothing of DOB-C1 was kept"),
    ],
)
def test_what_cannot_be_pulled_is_said_on_the_page(
    footage: None, client: TestClient, as_role: Headers, change: dict[str, str], status: int, words: str
) -> None:
    page = client.post(f"{PAGE}/clips", data={**FORM, **change}, headers=as_role(Role.COORDINATOR))
    assert (page.status_code, words in page.text) == (status, True)


def test_pilots_of_the_other_town_see_an_empty_page_and_inspectors_none(
    footage: None, client: TestClient, as_role: Headers
) -> None:
    at = {"at": iso(START)}
    assert "Nothing in this hour" in client.get(PAGE, params=at, headers=as_role(Role.PILOT, City("siauliai"))).text
    assert client.get(PAGE, params=at, headers=as_role(Role.INSPECTOR)).status_code == 403
