"""Masks that are drawn in the browser, in the video of somebody who looks on meanwhile."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketTestSession

from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.cities import City
from tests.mapserver.video.test_live_video import bearer, begun, town
from tests.vision.clips import write_h264
from tests.vision.live.looks import CORNER, corner
from vision.privacy.masks import FILL
from vision.simulator import SimulatedCamera

Token = Callable[..., str]
MASKS = {"mask": [{"kind": "privacy", "name": "the windows", "outline": CORNER}]}


@pytest.fixture(params=["libx264", "libx265"])
def served(request: pytest.FixtureRequest, parts: Services, tmp_path: Path) -> Iterator[TestClient]:
    clip = write_h264(tmp_path / "white.ts", [np.full((240, 320, 3), 250, np.uint8)] * 20, codec=request.param)
    with SimulatedCamera(clip) as camera, town(parts, camera.address) as client:
        yield client


def draw(client: TestClient, token: Token, content: dict[str, Any]) -> None:
    """What the page sends when masks are saved."""
    saved = client.put("/api/v1/cameras/C1/masks", json=content, headers=bearer(token, Role.SUPERVISOR))
    assert saved.status_code == 200, saved.text


def pictures(socket: WebSocketTestSession, count: int) -> list[float]:
    """How bright the corner is in the next pictures of the run that has just begun."""
    played = b"".join(socket.receive_bytes() for _ in range(count + 1))
    with av.open(io.BytesIO(played), "r", format="mp4") as container:
        return [corner(picture) for picture in container.decode(video=0)]


def rest_of_run(socket: WebSocketTestSession) -> None:
    """Pass over what was sent before the run ended."""
    while (message := socket.receive()).get("text") is None or json.loads(message["text"])["type"] != "lost":
        pass


def test_a_mask_that_is_drawn_is_in_every_picture_that_is_sent_from_then_on(served: TestClient, token: Token) -> None:
    with served.websocket_connect("/media/live/C1", headers=bearer(token, Role.COORDINATOR)) as socket:
        begun(socket)
        assert socket.receive_bytes()
        draw(served, token, MASKS)
        rest_of_run(socket)
        assert json.loads(socket.receive_text()) == {"type": "withdrawn"}
        assert begun(socket)["codec"] == "h264"
        assert all(abs(one - FILL) < 4 for one in pictures(socket, 15))
        with served.websocket_connect("/media/live/C1", headers=bearer(token, Role.PILOT, City("dobele"))) as another:
            begun(another)
            assert all(abs(one - FILL) < 4 for one in pictures(another, 3))
        draw(served, token, {"mask": []})
        rest_of_run(socket)
        assert json.loads(socket.receive_text()) == {"type": "withdrawn"}
        begun(socket)
        assert all(one > 240 for one in pictures(socket, 3))
