"""Clips show nobody unless somebody who may has granted it, and every step of that is in the audit trail."""

import hashlib
import io
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import av
import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from mapserver.clips import worker as clip_desk
from mapserver.core.services import Services
from mapserver.program.app import create_app
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import StoreUnavailable
from telemetry.failures import FailureLog
from telemetry.leases import LeaseKeeper, LeaseOwner
from telemetry.scopes import LIVE
from telemetry.visibility import EVERYTHING
from tests.mapserver.clients import english_client
from tests.mapserver.clips.building import PATIENCE_S, hearing, is_begun, is_over
from tests.mapserver.recordings.test_api import audit_of
from tests.vision.clips import START
from tests.vision.packets import camera_clip
from tests.vision.recording.kept import record
from vision.models.catalogue import DEFAULT_MODEL, FACE_MODEL
from vision.privacy.masks import FILL
from vision.recording import clip_orders
from vision.recording.tables import ClipRow
from vision.setups import service as setups
from vision.setups.tables import SetupPart

Headers = Callable[..., dict[str, str]]
Order = Callable[..., dict[str, Any]]
CAMERA = "/api/v1/cameras/DOB-C1"
WANTED = {"from": iso(START), "to": iso(START + timedelta(seconds=10)), "why": "dispute at the gate"}


@pytest.fixture
def footage(parts: Services, tmp_path: Path) -> None:
    """One second of DOB-C1 in Dobele."""
    record(parts.recordings, camera_clip(tmp_path, seconds=1), START)


@pytest.fixture
def ordered(footage: None, parts: Services, client: TestClient, as_role: Headers) -> Order:
    """Has a coordinator order a clip, and waits until it is made."""

    def order() -> dict[str, Any]:
        headers = as_role(Role.COORDINATOR)
        with hearing(parts, is_over) as wait:
            made = client.post(f"{CAMERA}/clips", json=WANTED, headers=headers)
            assert made.status_code == 202
            wait()
        clip: dict[str, Any] = client.get(f"{CAMERA}/clips/{made.json()['id']}", headers=headers).json()
        return clip

    return order


def test_a_clip_is_a_blurred_copy_that_says_of_what(ordered: Order, client: TestClient, as_role: Headers) -> None:
    clip, coordinator = ordered(), as_role(Role.COORDINATOR)
    assert (clip["state"], clip["unmasked"], clip["problem"]) == ("ready", False, "")
    (file,) = clip["manifest"]["files"]
    assert clip["manifest"]["encoded_again"] is True
    assert clip["manifest"]["blurred"]["found_by"] == [DEFAULT_MODEL, FACE_MODEL]
    watched = client.get(clip["urls"][0], headers=coordinator)
    assert (watched.status_code, watched.headers["content-type"]) == (200, "video/mp4")
    assert hashlib.sha256(watched.content).hexdigest() == file["sha256"] != file["original"]["sha256"]
    with av.open(io.BytesIO(watched.content), "r") as container:
        assert len(list(container.decode(video=0))) == 10
    subject = f"clip {clip['id']} of DOB-C1"
    assert audit_of(client, as_role)[:2] == [("view", subject), ("cut", subject)]


def draw(parts: Services, *corners: list[float], at: datetime) -> None:
    """Have one privacy mask in force from `at` on; none without corners."""
    mask = {"kind": "privacy", "name": "a window", "outline": corners}
    with parts.store.write() as work:
        content = {"mask": [mask] if corners else []}
        setups.keep(work.session, "DOB-C1", SetupPart.MASKS, content, after=None, by="supervisor", now=at)


TOP = [0.0, 0.0], [0.5, 0.0], [0.5, 0.3], [0.0, 0.3]
BOTTOM = [0.0, 0.7], [0.5, 0.7], [0.5, 1.0], [0.0, 1.0]


def hidden(content: bytes) -> tuple[bool, bool]:
    """Whether the top and the bottom are grey in all pictures."""
    with av.open(io.BytesIO(content), "r") as container:
        images = [frame.to_ndarray(format="bgr24").astype(int) for frame in container.decode(video=0)]
    top, bottom = (bool(max(abs(image[rows, 4:140] - FILL).max() for image in images) < 12) for rows in _ROWS)
    return top, bottom


_ROWS = slice(4, 60), slice(180, 236)


def test_what_is_masked_at_the_camera_is_masked_in_its_clips(
    ordered: Order, parts: Services, client: TestClient, as_role: Headers
) -> None:
    draw(parts, *TOP, at=parts.clock.now())
    clip = ordered()
    assert clip["manifest"]["blurred"]["privacy_masks"] == 1
    watched = client.get(clip["urls"][0], headers=as_role(Role.COORDINATOR))
    assert hidden(watched.content) == (True, False)


def test_what_was_masked_when_it_was_recorded_stays_masked_beside_what_is_now(
    ordered: Order, parts: Services, client: TestClient, as_role: Headers
) -> None:
    draw(parts, *BOTTOM, at=START - timedelta(days=1))
    draw(parts, *TOP, at=START + timedelta(days=1))
    watched = client.get(ordered()["urls"][0], headers=as_role(Role.COORDINATOR))
    assert hidden(watched.content) == (True, True)


def test_a_mask_that_was_gone_before_and_is_not_there_now_hides_nothing(
    ordered: Order, parts: Services, client: TestClient, as_role: Headers
) -> None:
    draw(parts, *BOTTOM, at=START - timedelta(days=2))
    draw(parts, at=START - timedelta(days=1))
    watched = client.get(ordered()["urls"][0], headers=as_role(Role.COORDINATOR))
    assert hidden(watched.content) == (False, False)


def test_a_clip_of_before_a_mask_was_drawn_is_shown_no_more_until_it_is_made_again(
    ordered: Order, parts: Services, client: TestClient, as_role: Headers
) -> None:
    clip, coordinator = ordered(), as_role(Role.COORDINATOR)
    assert clip["lacks_masks"] is False
    draw(parts, *TOP, at=parts.clock.now())
    refused = client.get(clip["urls"][0], headers=coordinator)
    assert (refused.status_code, "have it made again" in refused.json()["message"]) == (409, True)
    assert client.get(f"{CAMERA}/clips/{clip['id']}", headers=coordinator).json()["lacks_masks"] is True
    where = f"/footage/DOB-C1/clips/{clip['id']}"
    page = client.get(where, headers=coordinator).text
    assert ("Have it made again" in page, "<video" in page) == (True, False)
    assert "<video" in client.get(where, headers=as_role(Role.SUPERVISOR)).text
    assert client.get(clip["urls"][0], headers=as_role(Role.SUPERVISOR)).status_code == 200
    assert hidden(client.get(ordered()["urls"][0], headers=coordinator).content) == (True, False)


def test_a_mask_that_is_taken_away_keeps_nobody_from_a_clip_that_has_it(
    ordered: Order, parts: Services, client: TestClient, as_role: Headers
) -> None:
    draw(parts, *TOP, at=parts.clock.now())
    clip = ordered()
    draw(parts, at=parts.clock.now())
    assert client.get(clip["urls"][0], headers=as_role(Role.COORDINATOR)).status_code == 200


def test_the_original_is_granted_to_who_asked_and_is_the_one_that_was_blurred(
    ordered: Order, client: TestClient, as_role: Headers
) -> None:
    clip, coordinator, supervisor = ordered(), as_role(Role.COORDINATOR), as_role(Role.SUPERVISOR)
    where = f"{CAMERA}/clips/{clip['id']}/unmasking"
    asked = client.post(where, json={"why": "the police wants the face"}, headers=coordinator)
    assert asked.status_code == 201
    assert client.get("/api/v1/unmasking", headers=supervisor).json() == [asked.json()]
    yes = {"grant": True, "why": "file 12/2026"}
    granted = client.post(f"{where}/{asked.json()['request']}", json=yes, headers=supervisor).json()
    original = client.get(f"{CAMERA}/clips/{granted['original']}", headers=coordinator).json()
    assert (original["unmasked"], original["manifest"]["encoded_again"]) == (True, False)
    assert original["manifest"]["files"][0]["sha256"] == clip["manifest"]["files"][0]["original"]["sha256"]
    assert client.get(original["urls"][0], headers=coordinator).status_code == 200
    assert client.get("/api/v1/unmasking", headers=supervisor).json() == []
    subjects = [f"clip {one['id']} of DOB-C1" for one in (original, clip)]
    trail = [("view", subjects[0]), ("unmask_granted", subjects[0]), ("ask_unmask", subjects[1])]
    assert audit_of(client, as_role)[:3] == trail


def test_an_original_is_there_for_nobody_else(ordered: Order, client: TestClient, as_role: Headers) -> None:
    clip, pilot, supervisor = ordered(), as_role(Role.PILOT), as_role(Role.SUPERVISOR)
    for role in (Role.PILOT, Role.COORDINATOR):
        assert client.post(f"{CAMERA}/originals", json=WANTED, headers=as_role(role)).status_code == 403
    original = client.post(f"{CAMERA}/originals", json=WANTED, headers=supervisor).json()
    assert audit_of(client, as_role)[0] == ("unmask", f"clip {original['id']} of DOB-C1")
    assert [one["id"] for one in client.get(f"{CAMERA}/clips", headers=pilot).json()] == [clip["id"]]
    assert client.get(f"{CAMERA}/clips/{original['id']}", headers=pilot).status_code == 404
    assert client.get(original["urls"][0], headers=pilot).status_code == 403
    assert client.get(original["urls"][0], headers=supervisor).status_code == 200
    assert client.post(f"{CAMERA}/clips/{clip['id']}/unmasking", json={"why": "so"}, headers=pilot).status_code == 403


def test_there_is_one_answer_and_it_stays(ordered: Order, client: TestClient, as_role: Headers) -> None:
    clip, coordinator, supervisor = ordered(), as_role(Role.COORDINATOR), as_role(Role.SUPERVISOR)
    where = f"{CAMERA}/clips/{clip['id']}/unmasking"
    asked = client.post(where, json={"why": "curious"}, headers=coordinator).json()
    assert client.post(where, json={"why": "impatient"}, headers=coordinator).status_code == 409
    answer = f"{where}/{asked['request']}"
    assert client.post(answer, json={"grant": True, "why": "mine"}, headers=coordinator).status_code == 403
    no = client.post(answer, json={"grant": False, "why": "no reason given"}, headers=supervisor).json()
    assert (no["step"], no["original"]) == ("declined", None)
    again = client.post(answer, json={"grant": True, "why": "after all"}, headers=supervisor)
    assert (again.status_code, again.json()["message"]) == (409, "supervisor.dobele has answered already: declined")
    steps = client.get(f"{CAMERA}/clips/{clip['id']}", headers=coordinator).json()["unmasking"]
    assert [(said["step"], said["why"]) for said in steps] == [("asked", "curious"), ("declined", "no reason given")]


def test_an_original_whose_recordings_are_gone_cannot_be_granted(
    ordered: Order, parts: Services, client: TestClient, as_role: Headers
) -> None:
    clip, supervisor = ordered(), as_role(Role.SUPERVISOR)
    where = f"{CAMERA}/clips/{clip['id']}/unmasking"
    asked = client.post(where, json={"why": "too late"}, headers=as_role(Role.COORDINATOR)).json()
    for file in parts.recordings.rglob("*.*"):
        file.unlink()
    answer = client.post(f"{where}/{asked['request']}", json={"grant": True, "why": "yes"}, headers=supervisor)
    assert (answer.status_code, "nothing of DOB-C1 was kept" in answer.json()["message"]) == (404, True)
    assert client.get("/api/v1/unmasking", headers=supervisor).json() == [asked]


def test_a_clip_that_is_cancelled_is_not_made(
    footage: None, parts: Services, client: TestClient, as_role: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    coordinator, cancelled = as_role(Role.COORDINATOR), threading.Event()

    def blur(content: bytes, *, progress: Callable[[float], None], **_: Any) -> bytes:
        (clip,) = client.get(f"{CAMERA}/clips", headers=coordinator).json()
        client.delete(f"{CAMERA}/clips/{clip['id']}", headers=coordinator)
        cancelled.set()
        progress(0.5)
        pytest.fail("went on")

    monkeypatch.setattr(clip_desk, "blur_clip", blur)
    clip = client.post(f"{CAMERA}/clips", json=WANTED, headers=coordinator).json()
    assert (clip["state"], cancelled.wait(PATIENCE_S)) == ("waiting", True)
    assert client.delete(f"{CAMERA}/clips/{clip['id']}", headers=coordinator).status_code == 409
    found = client.get(f"{CAMERA}/clips/{clip['id']}", headers=coordinator).json()
    assert (found["state"], found["manifest"], found["urls"]) == ("cancelled", None, [])


def test_a_clip_that_was_half_made_when_the_server_ended_is_made_at_the_next_start(
    footage: None, parts: Services, token: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {"Authorization": f"Bearer {token(Role.COORDINATOR)}"}
    monkeypatch.setattr(clip_desk, "blur_clip", _never_ends)
    with english_client(create_app(parts)) as client, hearing(parts, is_begun) as wait:
        clip = client.post(f"{CAMERA}/clips", json=WANTED, headers=headers).json()
        wait()
    monkeypatch.undo()
    with hearing(parts, is_over) as wait, english_client(create_app(parts)) as client:
        wait()
        assert client.get(f"{CAMERA}/clips/{clip['id']}", headers=headers).json()["state"] == "ready"


def _never_ends(content: bytes, *, progress: Callable[[float], None], **_: Any) -> bytes:
    pause = threading.Event()
    while not pause.wait(0.01):
        progress(0.0)
    return content


def test_what_goes_wrong_while_a_clip_is_made_is_said(
    footage: None, parts: Services, client: TestClient, as_role: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> bytes:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(clip_desk, "blur_clip", broken)
    coordinator = as_role(Role.COORDINATOR)
    with hearing(parts, is_over) as wait:
        clip = client.post(f"{CAMERA}/clips", json=WANTED, headers=coordinator).json()
        wait()
    found = client.get(f"{CAMERA}/clips/{clip['id']}", headers=coordinator).json()
    assert (found["state"], found["problem"]) == ("failed", "the server failed at it; its log says why")


def test_a_clip_that_cannot_be_kept_yet_is_made_once_it_can(
    footage: None, parts: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk of the pictures takes nothing: a file stands where their folder should be."""
    monkeypatch.setattr(clip_desk, "blur_clip", lambda content, **_: content)
    with parts.store.write() as work:
        clip = clip_orders.order(
            work, camera_id="DOB-C1", city=City("dobele"), begins=START, ends=START + timedelta(seconds=10),
            why="dispute at the gate", by="coordinator.dobele", now=START, scope=LIVE)  # fmt: skip
    parts.media.folder.write_bytes(b"")
    refused = threading.Event()
    monkeypatch.setattr(FailureLog, "failed", lambda *_: refused.set())
    desk = clip_desk.ClipDesk(parts, retry_s=0.05)
    with hearing(parts, is_over) as wait:
        desk.start()
        assert refused.wait(PATIENCE_S)
        parts.media.folder.unlink()
        assert (wait().data or {})["state"] == "ready"
    desk.stop()
    with parts.store.read() as session:
        assert clip_orders.get(session, "DOB-C1", clip.id, EVERYTHING).problem == ""


def test_a_database_that_does_not_answer_at_the_start_keeps_no_clip_from_being_made(
    footage: None, parts: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clip_desk, "blur_clip", lambda content, **_: content)
    with parts.store.write() as work:
        clip = clip_orders.order(
            work, camera_id="DOB-C1", city=City("dobele"), begins=START, ends=START + timedelta(seconds=10),
            why="dispute at the gate", by="coordinator.dobele", now=START, scope=LIVE)  # fmt: skip
    looked_by: list[str] = []
    found = clip_orders.waiting

    def unavailable_at_first(session: Session) -> Sequence[ClipRow]:
        looked_by.append(threading.current_thread().name)
        if len(looked_by) == 1:
            raise StoreUnavailable("the database does not answer")
        return found(session)

    monkeypatch.setattr(clip_orders, "waiting", unavailable_at_first)
    desk = clip_desk.ClipDesk(parts, retry_s=0.05)
    with hearing(parts, is_over) as wait:
        desk.start()
        assert (wait().id, looked_by) == (clip.id, ["clips"] * 2)
    desk.stop()


def test_a_clip_that_another_server_makes_is_left_to_it_and_taken_over_when_that_one_is_gone(
    footage: None, parts: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def blurred(content: bytes, **_: Any) -> bytes:
        made.append("here")
        return content

    monkeypatch.setattr(clip_desk, "blur_clip", blurred)
    other = LeaseKeeper(parts.store, LeaseOwner("another"))
    assert other.is_own("clips:DOB-C1")
    with parts.store.write() as work:
        clip = clip_orders.order(
            work, camera_id="DOB-C1", city=City("dobele"), begins=START, ends=START + timedelta(seconds=10),
            why="dispute at the gate", by="coordinator.dobele", now=START, scope=LIVE)  # fmt: skip
    looked = threading.Event()
    found = clip_orders.waiting
    looks: list[int] = []

    def counted(session: Session) -> Sequence[ClipRow]:
        looks.append(len(looks))
        if len(looks) == 3:
            looked.set()
        return found(session)

    monkeypatch.setattr(clip_orders, "waiting", counted)
    desk = clip_desk.ClipDesk(parts, look_s=0.05)
    with hearing(parts, is_over) as wait:
        desk.start()
        assert looked.wait(PATIENCE_S)
        assert made == []
        other.give_back(["clips:DOB-C1"])
        assert (wait().id, made) == (clip.id, ["here"])
    desk.stop()


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.ADMIN])
def test_who_may_see_no_footage_gets_no_clip(footage: None, client: TestClient, as_role: Headers, role: Role) -> None:
    headers = as_role(role, None if role is Role.ADMIN else City("dobele"))
    answers = [
        client.post(f"{CAMERA}/clips", json=WANTED, headers=headers),
        client.get(f"{CAMERA}/clips", headers=headers),
        client.get("/api/v1/unmasking", headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [403] * 3


def test_the_other_town_does_not_learn_of_clips(ordered: Order, client: TestClient, as_role: Headers) -> None:
    clip, theirs = ordered(), as_role(Role.SUPERVISOR, City("siauliai"))
    assert client.post(f"{CAMERA}/clips", json=WANTED, headers=theirs).status_code == 404
    assert client.post(f"{CAMERA}/originals", json=WANTED, headers=theirs).status_code == 404
    assert client.get(clip["urls"][0], headers=theirs).status_code == 404
    assert client.delete(f"{CAMERA}/clips/{clip['id']}", headers=theirs).status_code == 404
    asked = client.post(f"{CAMERA}/clips/{clip['id']}/unmasking", json={"why": "spying"}, headers=theirs)
    assert asked.status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"to": WANTED["from"]}, 422, "ends after it begins"),
        ({"to": iso(START + timedelta(hours=25))}, 422, "at most 24 hours"),
        ({"why": ""}, 422, "why"),
        ({"from": "2026-03-02T12:00:00Z", "to": "2026-03-02T12:01:00Z"}, 404, "nothing of DOB-C1 was kept"),
    ],
)
def test_a_clip_that_cannot_be_is_refused_at_once(
    footage: None, client: TestClient, as_role: Headers, change: dict[str, str], status: int, words: str
) -> None:
    for path, role in (("clips", Role.COORDINATOR), ("originals", Role.SUPERVISOR)):
        answer = client.post(f"{CAMERA}/{path}", json={**WANTED, **change}, headers=as_role(role))
        assert (answer.status_code, words in answer.json()["message"]) == (status, True)
