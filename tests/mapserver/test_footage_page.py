"""The page from which footage is pulled and kept, as a browser's forms use it."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from mapserver.services import Services
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import iso
from tests.vision.clips import START
from tests.vision.packets import camera_clip
from tests.vision.recording.kept import record
from vision.recording.shelves import Shelf

Headers = Callable[..., dict[str, str]]
PAGE = "/footage/DOB-C1"
FORM = {"begins": "2026-03-01T14:00:00", "ends": "2026-03-01T14:00:10", "why": "dispute at the gate"}
"""START on the clock of Dobele, two hours ahead of UTC in March."""


@pytest.fixture
def footage(parts: Services, tmp_path: Path) -> None:
    shelf = Shelf(City.DOBELE, "traffic", "DOB-C1", simulated=True)
    record(parts.recordings, camera_clip(tmp_path), START, shelf=shelf)


def test_a_clip_is_pulled_with_a_form_and_shown_on_the_page(
    footage: None, client: TestClient, as_role: Headers
) -> None:
    coordinator = as_role(Role.COORDINATOR)
    before = client.get(PAGE, params={"at": iso(START + timedelta(seconds=5))}, headers=coordinator).text
    assert "14:00:00 to" in re.sub(r"<[^>]*>", "", before)
    assert 'value="2026-03-01T13:59:35"' in before
    assert "No clip has been cut of it" in before
    after = client.post(f"{PAGE}/clips", data=FORM, headers=coordinator)
    assert after.status_code == 200
    assert "dispute at the gate" in after.text
    assert "stand-in footage" in after.text
    (video,) = re.findall(r'<video src="([^"]+)"', after.text)
    assert client.get(video, headers=coordinator).headers["content-type"] == "video/mp4"


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
    assert "Nothing in this hour" in client.get(PAGE, params=at, headers=as_role(Role.PILOT, City.SIAULIAI)).text
    assert client.get(PAGE, params=at, headers=as_role(Role.INSPECTOR)).status_code == 403
