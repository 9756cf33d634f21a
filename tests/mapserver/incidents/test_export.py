"""An incident exported as an evidence bundle: what is in it, for whom, and what the audit trail says."""

import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from incidents.evidence.verifier import verify
from incidents.timeline.acceptance import accept
from mapserver.core.services import Services
from mapserver.incidents import exporting
from telemetry.access import Principal, Role
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import NotFound, StoreUnavailable
from telemetry.observations import Media
from telemetry.scopes import DEMO
from tests.builders import NOON, live, observation
from vision.recording import clip_orders

Headers = Callable[..., dict[str, str]]
PICTURE = b"\xff\xd8 a picture"
FILM = b"a film" * 1_000


@pytest.fixture
def incident(parts: Services) -> str:
    """An incident of a camera with one picture, one that is gone, and a clip of its time."""
    media = [
        Media(kind="snapshot", sha256=sha256, content_type="image/jpeg")
        for sha256 in (parts.media.put(PICTURE), "0" * 64)
    ]
    film = parts.media.put(FILM)
    with parts.store.write() as work:
        seen = observation(summary="<b>car</b> & driver", media=tuple(media))
        (receipt,) = accept(work, [seen], now=NOON, rules=parts.rules)
        for unmasked in (False, True):
            clip = clip_orders.order(
                work, camera_id="cam", city=City("dobele"), scope=seen.scope, begins=NOON - timedelta(seconds=5),
                ends=NOON + timedelta(seconds=5), why="dispute", by="ilze", now=NOON, unmasked=unmasked,
            )  # fmt: skip
            clip_orders.finish(work, clip, {"files": [{"sha256": film}], "blurred": {"masked": []}})
    return receipt.incident_id or ""


def export(client: TestClient, incident: str, headers: dict[str, str]) -> zipfile.ZipFile:
    answer = client.post(f"/api/v1/incidents/{incident}/export", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert int(answer.headers["content-length"]) == len(answer.content)
    return zipfile.ZipFile(BytesIO(answer.content))


def test_a_supervisors_bundle_has_everything_and_is_whole(
    client: TestClient, as_role: Headers, incident: str, tmp_path: Path
) -> None:
    bundle = export(client, incident, as_role(Role.SUPERVISOR))
    path = tmp_path / "bundle.zip"
    assert bundle.fp is not None
    bundle.fp.seek(0)
    path.write_bytes(bundle.fp.read())
    assert verify(path).problems == ()
    manifest = json.loads(bundle.read("manifest.json"))
    assert [file["role"] for file in manifest["files"]] == [
        *("media", "media", "timeline", "audit", "page", "page", "page", "verifier")
    ]
    assert {bundle.read(file["path"]) for file in manifest["files"] if file["role"] == "media"} == {PICTURE, FILM}
    assert manifest["left_out"] == [{"what": "media", "reason": "gone", "sha256": "0" * 64}]
    assert (manifest["incident"]["id"], manifest["incident"]["simulated"]) == (incident, False)
    entries = json.loads(bundle.read("timeline.json"))["timeline"]
    assert [entry["text"] for entry in entries] == ["Opened: Vehicle in a closed area", "<b>car</b> & driver"]


def test_its_pages_are_in_three_languages_and_ask_no_network(
    client: TestClient, as_role: Headers, incident: str
) -> None:
    bundle = export(client, incident, as_role(Role.SUPERVISOR))
    pages = {language: bundle.read(f"page.{language}.html").decode() for language in ("en", "lt", "lv")}
    assert ("Incident record" in pages["en"], "Incidento išrašas" in pages["lt"]) == (True, True)
    for language, page in pages.items():
        assert f'<html lang="{language}">' in page
        assert "&lt;b&gt;car&lt;/b&gt; &amp; driver" in page
        assert "L.map(" in page  # folium's
        assert "//cdn" not in page and "tile.openstreetmap" not in page
        assert 'src="media/' in page
        assert "14:00" in page  # of the town's clock


def test_the_export_and_each_look_at_evidence_are_on_the_trail(
    client: TestClient, as_role: Headers, incident: str
) -> None:
    export(client, incident, as_role(Role.SUPERVISOR))
    second = export(client, incident, as_role(Role.SUPERVISOR))
    trail = json.loads(second.read("audit.json"))["entries"]
    said = [(entry["who"], entry["action"], entry["subject"].split()[0]) for entry in trail]
    who = "supervisor.dobele"
    assert said == [(who, "export", "incident"), (who, "view", "observation"), (who, "view", "clip")]


def test_who_may_not_hold_evidence_gets_no_picture_and_the_bundle_says_so(
    client: TestClient, as_role: Headers, incident: str
) -> None:
    bundle = export(client, incident, as_role(Role.INSPECTOR))
    assert not [name for name in bundle.namelist() if name.startswith("media/") or name == "audit.json"]
    left_out = json.loads(bundle.read("manifest.json"))["left_out"]
    assert {(one["what"], one["reason"]) for one in left_out} == {
        ("media", "not_permitted"),
        ("audit", "not_permitted"),
    }
    assert "may not hand out evidence" in bundle.read("page.en.html").decode()


def test_a_simulated_incident_says_so_on_each_page(client: TestClient, as_role: Headers, parts: Services) -> None:
    with parts.store.write() as work:
        (receipt,) = accept(work, [observation(scope=DEMO)], now=NOON, rules=parts.rules)
    headers = as_role(Role.COORDINATOR, scope=DEMO)
    bundle = export(client, receipt.incident_id or "", headers)
    for language, words in (("en", "SIMULATED"), ("lt", "SIMULIACIJA"), ("lv", "SIMULĀCIJA")):
        assert bundle.read(f"page.{language}.html").decode().count(words) >= 2
    assert json.loads(bundle.read("timeline.json"))["simulated"] is True
    trail = client.get("/api/v1/audit", headers=as_role(Role.SUPERVISOR, scope=DEMO)).json()
    assert trail[0]["action"] == "export"


def test_another_towns_and_an_unknown_incident_are_not_found(
    client: TestClient, as_role: Headers, incident: str
) -> None:
    path = f"/api/v1/incidents/{incident}/export"
    assert client.post(path, headers=as_role(Role.SUPERVISOR, City("siauliai"))).status_code == 404
    assert client.post("/api/v1/incidents/none/export", headers=as_role(Role.SUPERVISOR)).status_code == 404


def test_the_page_offers_the_export_and_sends_the_bundle(client: TestClient, as_role: Headers, incident: str) -> None:
    headers = as_role(Role.COORDINATOR)
    assert f'action="/incidents/{incident}/export"' in client.get(f"/incidents/{incident}", headers=headers).text
    answer = client.post(f"/incidents/{incident}/export", headers=headers)
    assert answer.headers["content-disposition"] == f'attachment; filename="incident-{incident[:8]}.zip"'


class FullFile(BytesIO):
    """A file on a disk without room."""

    def write(self, _: object) -> int:
        raise OSError(28, "No space left on device")


def test_without_room_it_is_told_and_nothing_is_written_down(parts: Services, incident: str) -> None:
    by = Principal("ilze", Role.SUPERVISOR, City("dobele"))
    with pytest.raises(StoreUnavailable, match="make room"):
        exporting.export(parts, FullFile(), incident, live(City("dobele")), by, media=True, trail=True)
    with pytest.raises(NotFound):
        exporting.export(parts, BytesIO(), "none", live(City("dobele")), by, media=True, trail=True)
    with parts.store.read() as session:
        assert audit.about(session, live(City("dobele")), [f"incident {incident}"]) == []
