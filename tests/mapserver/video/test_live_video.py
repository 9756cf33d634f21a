"""Live video over the WebSocket and stills over HTTP, of a camera that is read over RTSP: who gets what."""

import io
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from mapserver.core.services import Services
from mapserver.core.video_settings import VideoSettings
from mapserver.program.app import create_app
from mapserver.web.socket_refusal import RIGHTS_CHANGED
from telemetry.access import Role
from telemetry.cities import City
from telemetry.scopes import LIVE
from telemetry.units.tables import UnitKind, UnitRow
from tests.builders import observation
from tests.mapserver.clients import english_client
from tests.mapserver.conftest import assembled, makes_tokens
from tests.vision.cameras.builders import a_camera
from tests.vision.packets import camera_clip
from vision.feeds.source import BY_ARRIVAL
from vision.simulator import SimulatedCamera

Token = Callable[..., str]
LAT, LON = City("dobele").facts.lat, City("dobele").facts.lon


@contextmanager
def town(parts: Services, source: str) -> Iterator[TestClient]:
    """Dobele with a camera C1, whose video comes from `source`, and a body camera that is not on duty."""
    body = UnitRow(
        id="BC-1", city=City("dobele"), kind=UnitKind.BODY_CAMERA, name="Body camera 1", lat=LAT, lon=LON, scope=LIVE
    )
    camera = a_camera("C1", name="Gate", lat=LAT, lon=LON)
    with parts.store.write() as work:
        work.session.add_all([body, camera])
    parts.settings.videos = [
        VideoSettings(name="C1", source=source, simulated=True),
        VideoSettings(name="BC-1", source=source),
    ]
    with english_client(create_app(parts), base_url="http://testserver") as client:
        while "C1" not in parts.jobs.watched():  # it is read once this server holds its lease
            time.sleep(0.02)
        yield client


@pytest.fixture(scope="module")
def parts(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with assembled(tmp_path_factory.mktemp("town"), migrated) as made:
        yield made


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedCamera]:
    with SimulatedCamera(camera_clip(tmp_path_factory.mktemp("clip"))) as started:
        yield started


@pytest.fixture(scope="module")
def served(parts: Services, camera: SimulatedCamera) -> Iterator[TestClient]:
    with town(parts, camera.address) as client:
        yield client


def bearer(token: Token, role: Role, city: City = City("dobele")) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(role, city)}"}


def stream(client: TestClient, token: Token, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """How C1 is, once it is as `wanted`."""
    while True:
        listed = client.get("/api/v1/streams", headers=bearer(token, Role.COORDINATOR)).json()
        found: dict[str, Any] = next(one for one in listed if one["id"] == "C1")
        if wanted(found):
            return found
        time.sleep(0.05)


def begun(socket: WebSocketTestSession) -> dict[str, Any]:
    """What the server says when a run begins; before that the camera may not have answered yet."""
    while (said := json.loads(socket.receive_text()))["type"] != "mse":
        assert said["type"] == "alive"
    return dict(said)


def test_a_viewer_is_told_the_form_first_and_then_gets_pictures_that_play(
    served: TestClient, token: Token, parts: Services
) -> None:
    with served.websocket_connect("/media/live/C1", headers=bearer(token, Role.PILOT)) as socket:
        said = begun(socket)
        assert (said["value"][:27], said["codec"], said["width"]) == ('video/mp4; codecs="avc1.42C', "h264", 320)
        played = b"".join(socket.receive_bytes() for _ in range(13))
        with av.open(io.BytesIO(played), "r", format="mp4") as container:
            assert len(list(container.decode(video=0))) == 12
        socket.send_text('{"at": 1.2}')
        socket.send_text("what is this")
        assert socket.receive_bytes()[4:8] == b"moof"
    while not (audited := served.get("/api/v1/audit", headers=bearer(token, Role.SUPERVISOR)).json()):
        time.sleep(0.02)
    assert [(row["who"], row["subject"]) for row in audited if row["action"] == "watch"] == [
        ("pilot.dobele", "live video of C1")
    ]
    assert " to " in audited[0]["detail"]
    while parts.jobs.watched()["C1"].live.viewers:
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("role", "city", "camera_id"),
    [
        (Role.COORDINATOR, City("siauliai"), "C1"),
        (Role.INSPECTOR, City("dobele"), "C1"),
        (Role.COORDINATOR, City("dobele"), "C9"),
    ],
)
def test_who_may_not_see_a_towns_video_is_turned_away(
    served: TestClient, token: Token, role: Role, city: City, camera_id: str
) -> None:
    with served.websocket_connect(f"/media/live/{camera_id}", headers=bearer(token, role, city)) as socket:
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
        assert closed.value.code == RIGHTS_CHANGED
    headers = bearer(token, role, city)
    assert served.get(f"/api/v1/streams/{camera_id}/still", headers=headers).status_code in (403, 404)
    assert served.get(f"/cameras/{camera_id}", headers=headers).status_code in (403, 404)


def test_a_unit_that_is_off_duty_is_not_shown_and_it_is_said_why(served: TestClient, token: Token) -> None:
    with served.websocket_connect("/media/live/BC-1", headers=bearer(token, Role.PILOT)) as socket:
        said = json.loads(socket.receive_text())
        assert (said["type"], "not on duty" in said["value"]) == ("off", True)
    page = served.get("/cameras/C1", headers=bearer(token, Role.PILOT)).text
    assert "Body camera 1" in page
    assert "<dt>Sound</dt><dd>neither kept nor sent on" in page
    assert "off duty" in page


def test_a_lost_camera_is_told_once_and_heals(served: TestClient, token: Token, camera: SimulatedCamera) -> None:
    stream(served, token, lambda one: one["still_at"] is not None and one["status"] == "running")
    with served.websocket_connect("/api/v1/live", headers=bearer(token, Role.PILOT)) as news:
        told: list[str] = []

        def hear(until: str) -> None:
            while until not in told[-1:]:
                changes = news.receive_json().get("changes", [])
                told.extend(change["data"]["status"] for change in changes if change["kind"] == "stream")

        camera.stop()
        lost = stream(served, token, lambda one: one["status"] == "lost")
        assert lost["error"] and lost["since"] and lost["still_at"]
        assert not lost["recording"]["now"] and lost["recording"]["why"]
        hear("lost")  # what is over before it was looked at again is told by nobody
        camera.start()
        stream(served, token, lambda one: one["status"] == "running")
        hear("running")
    since_lost = told[told.index("lost") :]  # before it stands what was still on its way of a stream that ran
    assert [status for status, before in zip(since_lost, ["", *since_lost], strict=False) if status != before] == [
        "lost",
        "running",
    ]
    still = served.get("/api/v1/streams/C1/still", headers=bearer(token, Role.PILOT))
    assert (still.headers["content-type"], still.content[:2]) == ("image/jpeg", b"\xff\xd8")


def test_a_towns_wall_lists_its_own_streams_and_says_what_stands_in(served: TestClient, token: Token) -> None:
    seen = served.get("/api/v1/streams", headers=bearer(token, Role.SUPERVISOR)).json()
    assert [(one["id"], one["stand_in"], one["footage"]) for one in seen] == [("C1", True, None), ("BC-1", False, None)]
    assert served.get("/api/v1/streams", headers=bearer(token, Role.SUPERVISOR, City("siauliai"))).json() == []
    assert served.get("/wall", headers=bearer(token, Role.SUPERVISOR)).status_code == 200
    assert served.get("/wall", headers=bearer(token, Role.INSPECTOR)).status_code == 403


def test_an_incidents_page_leads_to_the_nearest_cameras_for_who_may_see_them(served: TestClient, token: Token) -> None:
    body = [observation().model_dump(mode="json")]
    receipt = served.post("/api/v1/observations", json=body, headers=bearer(token, Role.DEVICE)).json()[0]
    page = f"/incidents/{receipt['incident_id']}"
    assert 'href="/cameras/C1"' in served.get(page, headers=bearer(token, Role.COORDINATOR)).text
    assert "/cameras/C1" not in served.get(page, headers=bearer(token, Role.INSPECTOR)).text


def test_video_that_mp4_has_no_place_for_is_named_and_converted_when_asked_for(migrated: Path, tmp_path: Path) -> None:
    with av.open(str(tmp_path / "clip.avi"), "w") as container:
        picture: Any = container.add_stream("ffv1", rate=10)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        for _ in range(40):
            container.mux(picture.encode(av.VideoFrame(64, 48, "yuv420p")))
        container.mux(picture.encode(None))
    with (
        assembled(tmp_path, migrated) as parts,
        town(parts, str(tmp_path / "clip.avi")) as client,
    ):
        headers = bearer(makes_tokens(parts), Role.PILOT)
        with client.websocket_connect("/media/live/C1", headers=headers) as socket:
            said = begun(socket)
            assert (said["value"], said["codec"]) == (None, "ffv1")
        with client.websocket_connect("/media/live/C1?converted=1", headers=headers) as socket:
            said = begun(socket)
            assert (said["value"][:22], said["codec"]) == ('video/mp4; codecs="avc', "h264")
            played = b"".join(socket.receive_bytes() for _ in range(6))
            with av.open(io.BytesIO(played), "r", format="mp4") as container:
                assert len(list(container.decode(video=0))) == 5
            admin = {"Authorization": f"Bearer {makes_tokens(parts)(Role.ADMIN, None)}"}
            counted = client.get("/metrics", headers=admin).text.splitlines()
            assert {'vanagas_stream_viewers{stream="C1"} 1', 'vanagas_stream_converted{stream="C1"} 1'} <= set(counted)


def test_what_is_odd_about_a_stream_that_runs_stands_beside_it(
    served: TestClient, token: Token, camera: SimulatedCamera
) -> None:
    camera.stop()
    stream(served, token, lambda one: one["status"] == "lost")
    camera.clock = lambda _: 1.0
    camera.start()
    said = stream(served, token, lambda one: one["notes"] and one["status"] == "running")
    assert said["stale"] is None
    assert said["notes"] == [str(BY_ARRIVAL)]
    assert said["recording"] == {"now": False, "until": None, "why": "the settings say so"}
