"""A note carries a photo, voice or a document: shown, kept as it came, each look written down, in the bundle."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from incidents.attachments import service
from incidents.retention.policy import Keep
from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.cities import City
from tests.builders import observation
from tests.incidents.attachments.builders import PDF, photo, voice
from tests.mapserver.recordings.test_api import audit_of

pytestmark = pytest.mark.both_databases
Headers = Callable[..., dict[str, str]]
PHOTO = photo(exif=b"GPS 56.62 23.28")


@pytest.fixture
def incident(client: TestClient, as_role: Headers) -> str:
    said = [observation().model_dump(mode="json")]
    (receipt,) = client.post("/api/v1/observations", json=said, headers=as_role(Role.DEVICE)).json()
    return str(receipt["incident_id"])


def note(client: TestClient, headers: dict[str, str], incident: str, content: bytes, **form: str) -> Any:
    path = f"/api/v1/incidents/{incident}/notes/file"
    return client.post(path, files={"file": ("IMG_1.jpg", content)}, data=form, headers=headers)


def last_entry(client: TestClient, headers: dict[str, str], incident: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/v1/incidents/{incident}/timeline?order=written", headers=headers).json()[
        -1
    ]
    return found


def test_a_photo_stands_at_its_minute_and_is_seen_without_its_place(
    client: TestClient, as_role: Headers, incident: str
) -> None:
    headers = as_role(Role.COORDINATOR)
    sent = note(client, headers, incident, PHOTO, text="the plate", happened_at="2026-11-22T13:30:00+02:00")
    assert sent.status_code == 201
    entry = last_entry(client, headers, incident)
    assert (entry["text"], entry["happened_at"]) == ("the plate", "2026-11-22T11:30:00.000Z")
    assert entry["file"]["original_sha256"] == hashlib.sha256(PHOTO).hexdigest()
    path = f"/api/v1/incidents/{incident}/notes/{entry['seq']}/file"
    seen = client.get(path, headers=headers)
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")
    assert hashlib.sha256(seen.content).hexdigest() == entry["file"]["sha256"]
    assert b"GPS" not in seen.content
    subject = f"attachment {incident}/{entry['seq']}"
    assert audit_of(client, as_role)[:2] == [("view", subject), ("attach", f"incident {incident}")]


def test_the_original_is_for_who_may_hold_evidence(client: TestClient, as_role: Headers, incident: str) -> None:
    headers = as_role(Role.COORDINATOR)
    note(client, headers, incident, PHOTO)
    seq = last_entry(client, headers, incident)["seq"]
    path = f"/api/v1/incidents/{incident}/notes/{seq}/file"
    assert client.get(f"{path}/original", headers=headers).content == PHOTO
    for part in ("", "/original"):
        assert client.get(path + part, headers=as_role(Role.INSPECTOR)).status_code == 403
        assert client.get(path + part, headers=as_role(Role.COORDINATOR, City("siauliai"))).status_code == 404


def test_voice_needs_no_words_and_plays_on_the_page(client: TestClient, as_role: Headers, incident: str) -> None:
    headers = as_role(Role.COORDINATOR)
    page = client.post(f"/incidents/{incident}/notes", files={"file": ("voice", voice())}, headers=headers).text
    seq = last_entry(client, headers, incident)["seq"]
    assert f'<audio controls preload="none" src="/api/v1/incidents/{incident}/notes/{seq}/file">' in page
    assert "<audio" not in client.get(f"/incidents/{incident}", headers=as_role(Role.INSPECTOR)).text
    heard = client.get(f"/api/v1/incidents/{incident}/notes/{seq}/file", headers=headers)
    assert heard.headers["content-type"] == "audio/webm"


def test_a_document_is_never_opened_in_the_page(client: TestClient, as_role: Headers, incident: str) -> None:
    headers = as_role(Role.COORDINATOR)
    note(client, headers, incident, PDF, text="the permit")
    seq = last_entry(client, headers, incident)["seq"]
    got = client.get(f"/api/v1/incidents/{incident}/notes/{seq}/file", headers=headers)
    assert got.headers["content-disposition"].startswith("attachment")


def test_what_cannot_be_used_is_refused_with_the_reason_and_nothing_is_written(
    client: TestClient, as_role: Headers, incident: str
) -> None:
    headers = as_role(Role.COORDINATOR)
    before = last_entry(client, headers, incident)["seq"]
    refused = note(client, headers, incident, b"MZ a program")
    assert (refused.status_code, "is no photo" in refused.json()["message"]) == (422, True)
    page = client.post(f"/incidents/{incident}/notes", files={"file": ("x", b"MZ a program")}, headers=headers)
    assert (page.status_code, "is no photo" in page.text) == (422, True)
    assert note(client, headers, incident, PHOTO, happened_at="2026-11-22T13:30:00").status_code == 422
    assert last_entry(client, headers, incident)["seq"] == before


def test_the_bundle_has_it_as_shown_and_as_it_came(client: TestClient, as_role: Headers, incident: str) -> None:
    headers = as_role(Role.COORDINATOR)
    note(client, headers, incident, PHOTO)
    bundle = client.post(f"/api/v1/incidents/{incident}/export", headers=headers).content
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        files = json.loads(archive.read("manifest.json"))["files"]
        media = [archive.read(file["path"]) for file in files if file["role"] == "media"]
    assert len(media) == 2
    assert PHOTO in media


def test_it_goes_with_other_pictures_once_the_incident_is_closed(
    parts: Services, client: TestClient, as_role: Headers, incident: str
) -> None:
    headers = as_role(Role.COORDINATOR)
    note(client, headers, incident, PHOTO)
    keep = Keep(picture_days=1, after_closing_days=1)
    later = parts.clock.now() + timedelta(days=3)
    with parts.store.write() as work:
        assert service.forget_due(work, lambda *_: keep, now=later) == 0
    closing = {"transition": "resolve", "reason": "done"}
    client.post(f"/api/v1/incidents/{incident}/transitions", json=closing, headers=headers)
    with parts.store.write() as work:
        assert service.forget_due(work, lambda *_: keep, now=later) == 1
    timeline = client.get(f"/api/v1/incidents/{incident}/timeline", headers=headers).json()
    assert {entry["file"] for entry in timeline if entry["kind"] == "note"} == {None}
