"""Whoever is put out, or given another role or town, loses open connections too, over real sockets."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.connection import Connection

from mapserver.core.services import Services
from mapserver.core.video_settings import VideoSettings
from mapserver.web.socket_refusal import RIGHTS_CHANGED, SIGNED_OUT
from mission.flights.supervisor import tlog_of
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import SystemClock
from telemetry.store import Store
from tests.mapserver.serving import serving
from tests.mission.flights.builders import a_drone, a_flight
from tests.vision.cameras.builders import a_camera
from tests.vision.packets import camera_clip
from vision.simulator import SimulatedCamera

WITHIN_S = 30.0
"""How long an event may take on a busy machine before a test gives up."""
LONG_BYTES = 512 * 1024 * 1024
"""More than sockets hold; the file has a hole of that size and takes no room."""
Token = Callable[..., str]


@pytest.fixture
def address(parts: Services) -> Iterator[str]:
    with serving(parts) as started:
        yield started


def opened(address: str, path: str, token: str) -> Connection:
    headers = {"Authorization": f"Bearer {token}"}
    return connect(f"ws://{address}{path}", additional_headers=headers, proxy=None, max_queue=None)


def heard(socket: Connection) -> dict[str, Any]:
    """The next text."""
    while True:
        message = socket.recv(timeout=WITHIN_S)
        if isinstance(message, str):
            said: dict[str, Any] = json.loads(message)
            return said


def closing_code(socket: Connection) -> int:
    """The code with which the server closes the line, whatever it says until then."""
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            socket.recv(timeout=WITHIN_S)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


def by_another_process(parts: Services, statement: str) -> None:
    """Change access as the command line does while a server runs."""
    with closing(Store(parts.settings.database)) as other, other.write() as work:
        work.session.execute(text(statement))


CHANGES = [
    ("UPDATE users SET active = false WHERE role = 'coordinator'", SIGNED_OUT),
    ("DELETE FROM tokens", SIGNED_OUT),
    ("UPDATE users SET city = 'siauliai' WHERE role = 'coordinator'", RIGHTS_CHANGED),
    ("UPDATE users SET role = 'inspector' WHERE role = 'coordinator'", RIGHTS_CHANGED),
]


@pytest.mark.parametrize(("statement", "code"), CHANGES)
def test_the_live_feed_ends_with_the_rights_it_was_opened_with(
    parts: Services, address: str, token: Token, statement: str, code: int
) -> None:
    with opened(address, "/api/v1/live", token(Role.COORDINATOR)) as socket:
        assert heard(socket)["type"] == "snapshot"
        by_another_process(parts, statement)
        assert closing_code(socket) == code


def test_a_viewer_with_a_new_town_connects_again_and_sees_that_town(
    parts: Services, address: str, token: Token
) -> None:
    mine = token(Role.COORDINATOR)
    with opened(address, "/api/v1/live", mine) as socket:
        heard(socket)
        by_another_process(parts, "UPDATE users SET city = 'siauliai' WHERE role = 'coordinator'")
        closing_code(socket)
    camera = a_camera("S1", city=City("siauliai"), name="Gate", lat=55.93, lon=23.31)
    with parts.store.write() as work:
        work.session.add(camera)
    with opened(address, "/api/v1/live", mine) as socket:
        assert [one["id"] for one in heard(socket)["cameras"]] == ["S1"]


def test_who_may_no_longer_see_is_told_so_when_connecting_again(address: str, token: Token) -> None:
    with opened(address, "/api/v1/live", token(Role.DEVICE)) as socket:
        assert closing_code(socket) == RIGHTS_CHANGED


def test_a_download_is_broken_off(parts: Services, address: str, token: Token) -> None:
    a_drone(parts.store)
    flight = a_flight(parts.store, SystemClock(), confirmed=False)
    parts.tlogs.mkdir()
    log = tlog_of(parts.tlogs, flight.id)
    log.touch()
    os.truncate(log, LONG_BYTES)
    secret = token(Role.COORDINATOR)
    known = parts.principals.authenticate_blocking(secret)
    revoked = threading.Event()
    parts.principals.watch(known, lambda _: revoked.set())
    headers = {"Authorization": f"Bearer {secret}"}
    with httpx.stream("GET", f"http://{address}/api/v1/flights/{flight.id}/tlog", headers=headers) as answer:
        coming = answer.iter_raw()
        came = len(next(coming))
        by_another_process(parts, "UPDATE users SET active = false")
        assert revoked.wait(WITHIN_S)
        with pytest.raises(httpx.RemoteProtocolError):
            came += sum(map(len, coming))
    assert came < LONG_BYTES


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedCamera]:
    with SimulatedCamera(camera_clip(tmp_path_factory.mktemp("clip"))) as started:
        yield started


@pytest.mark.parametrize(("statement", "code"), [CHANGES[0], *CHANGES[2:]])
def test_live_video_ends_with_the_rights_it_was_opened_with(
    parts: Services, camera: SimulatedCamera, token: Token, statement: str, code: int
) -> None:
    facts = City("dobele").facts
    row = a_camera("C1", name="Gate", lat=facts.lat, lon=facts.lon)
    with parts.store.write() as work:
        work.session.add(row)
    parts.settings.videos = [VideoSettings(name="C1", source=camera.address, simulated=True)]
    with serving(parts) as address, opened(address, "/media/live/C1", token(Role.COORDINATOR)) as socket:
        while heard(socket)["type"] != "mse":
            pass
        by_another_process(parts, statement)
        assert closing_code(socket) == code
