"""Body cameras on the server: in one pair of hands, by roles, with every event kept, and a lost one's key dead."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy
from fastapi.testclient import TestClient
from sqlalchemy.exc import DatabaseError

from mapserver.core.services import Services
from mapserver.devices import service as devices
from mapserver.devices.service import Binding
from mobile_units.custody.tables import CustodyCameraRow
from telemetry.access import Principal, Role
from telemetry.cities import City
from telemetry.observations import SourceKind
from telemetry.scopes import LIVE
from telemetry.units.tables import UnitKind, UnitRow
from tests.builders import observation

pytestmark = pytest.mark.both_databases
Headers = Callable[..., dict[str, str]]
DOBELE = City("dobele")
SQUARE = {"type": "Polygon", "coordinates": [[[23.28, 56.62], [23.29, 56.62], [23.29, 56.63], [23.28, 56.62]]]}
FOOTAGE = b"what a body camera has seen"


class Town:
    """A town with two body cameras, a zone, two inspectors, a coordinator and a supervisor."""

    def __init__(self, client: TestClient, parts: Services, token: Callable[..., str]) -> None:
        self.client = client
        self.parts = parts
        self.anna = bearer(token(Role.INSPECTOR, name="anna"))
        self.janis = bearer(token(Role.INSPECTOR, name="janis"))
        self.coordinator = bearer(token(Role.COORDINATOR, name="ilze"))
        self.supervisor = bearer(token(Role.SUPERVISOR, name="saule"))
        with parts.store.write() as work:
            for name in ("BC-1", "BC-2"):
                work.session.add(UnitRow(id=name, city=DOBELE, kind=UnitKind.BODY_CAMERA, name=name, scope=LIVE))
        zone = {"city": "dobele", "name": "Square", "polygon": SQUARE}
        made = client.post("/api/v1/zones", json=zone, headers=self.coordinator)
        assert made.status_code == 201, made.text
        self.zone_id = made.json()["id"]

    def say(self, by: dict[str, str], event: str, camera: str = "BC-1", **more: Any) -> tuple[int, dict[str, Any]]:
        """The status and the answer of an event."""
        if event == "issue":
            more.setdefault("zone_id", self.zone_id)
        body = {"event": event, **more}
        answer = self.client.post(f"/api/v1/custody/{camera}/events", json=body, headers=by)
        return answer.status_code, answer.json()

    def done(self, by: dict[str, str], event: str, **more: Any) -> dict[str, Any]:
        """The camera after an event that is allowed."""
        status, answer = self.say(by, event, **more)
        assert status == 200, answer
        return answer

    def assignments(self) -> list[tuple[str, str]]:
        found = self.client.get("/api/v1/assignments", headers=self.coordinator).json()
        return [(one["unit_id"], one["holder"]) for one in found]

    def offload(self, content: bytes = FOOTAGE) -> None:
        """Bring its footage in and verify it."""
        sha256 = self.parts.media.put(content)
        self.done(self.coordinator, "offload_begin")
        self.done(self.coordinator, "offload_done", sha256=[sha256])
        self.done(self.coordinator, "verify", sha256=[sha256])


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def town(client: TestClient, parts: Services, token: Callable[..., str]) -> Town:
    return Town(client, parts, token)


def test_an_inspector_takes_a_camera_patrols_gives_it_back_and_reads_cleared(town: Town) -> None:
    taken = town.done(town.anna, "issue", battery=0.9, free_gib=50)
    assert (taken["state"], taken["holder"], town.assignments()) == ("issued", "anna", [("BC-1", "anna")])
    town.done(town.anna, "start")
    town.done(town.anna, "stop")
    town.done(town.anna, "return")
    assert town.assignments() == []
    assert "BC-1" in town.client.get("/my-camera", headers=town.anna).text
    town.offload()
    town.done(town.supervisor, "clear")
    page = town.client.get("/my-camera", headers=town.anna).text
    assert "You gave back BC-1" in page
    assert page.count("is-done") == 4


def test_every_event_is_kept_with_who_and_when_and_audited(town: Town) -> None:
    town.done(town.anna, "issue")
    town.done(town.anna, "return")
    told = town.client.get("/api/v1/custody/BC-1/entries", headers=town.supervisor)
    assert [(one["event"], one["who"], one["new_holder"]) for one in told.json()] == [
        ("return", "anna", None),
        ("issue", "anna", "anna"),
    ]
    audited = town.client.get("/api/v1/audit", headers=town.supervisor).json()
    assert {"deploy", "end"} <= {one["action"] for one in audited if one["subject"] == "unit BC-1"}


def test_the_database_lets_no_entry_be_changed_or_deleted(town: Town) -> None:
    town.done(town.anna, "issue")
    for change in ("UPDATE custody_entries SET who = 'petras'", "DELETE FROM custody_entries"):
        with pytest.raises(DatabaseError, match="append-only"), town.parts.store.write() as work:
            work.session.execute(sqlalchemy.text(change))


@pytest.mark.parametrize(
    ("reading", "words"),
    [({"battery": 0.39}, "charged to 39"), ({"free_gib": 7.9}, "7.9 GiB free")],
)
def test_a_flat_or_full_camera_is_not_taken(town: Town, reading: dict[str, Any], words: str) -> None:
    status, answer = town.say(town.anna, "issue", **reading)
    assert (status, words in answer["message"]) == (409, True)


def test_a_camera_with_footage_is_not_handed_out_by_a_deployment_either(town: Town) -> None:
    town.done(town.anna, "issue")
    town.done(town.anna, "return")
    body = {"unit_id": "BC-1", "zone_id": town.zone_id, "holder": "janis", "purpose": "Patrol"}
    answer = town.client.post("/api/v1/assignments", json=body, headers=town.coordinator)
    assert (answer.status_code, "footage that is not verified" in answer.json()["message"]) == (409, True)
    assert town.assignments() == []


def test_a_person_carries_one_camera(town: Town) -> None:
    town.done(town.anna, "issue")
    status, answer = town.say(town.anna, "issue", camera="BC-2")
    assert (status, "carries BC-1" in answer["message"] or "already" in answer["message"]) == (409, True)


def test_it_changes_hands_only_when_both_confirm_and_the_assignment_goes_along(town: Town) -> None:
    town.done(town.anna, "issue")
    assert town.say(town.janis, "hand_over")[0] == 403
    offered = town.done(town.anna, "hand_over", to="janis")
    assert (offered["holder"], offered["offered_to"]) == ("anna", "janis")
    assert "anna hands BC-1 over to you" in town.client.get("/my-camera", headers=town.janis).text
    (mine,) = town.client.get("/api/v1/custody/mine", headers=town.janis).json()
    assert mine["offered_to"] == "janis"
    taken = town.done(town.janis, "hand_over")
    assert (taken["holder"], taken["offered_to"], town.assignments()) == ("janis", None, [("BC-1", "janis")])
    (last, *_) = town.client.get("/api/v1/custody/BC-1/entries", headers=town.supervisor).json()
    assert last["facts"] == {"confirmed_by": ["anna", "janis"]}


def test_a_coordinator_takes_it_back_with_a_recording_under_way(town: Town) -> None:
    town.done(town.anna, "issue")
    town.done(town.anna, "start")
    assert town.done(town.coordinator, "return")["state"] == "returned"
    told = town.client.get("/api/v1/custody/BC-1/entries", headers=town.supervisor).json()
    assert [one["event"] for one in told] == ["return", "stop", "start", "issue"]


def test_nobody_touches_a_camera_that_is_with_another(town: Town) -> None:
    town.done(town.anna, "issue")
    for event in ("start", "return", "report_lost"):
        assert town.say(town.janis, event)[0] == 403
    for event in ("clear", "to_repair", "found"):
        assert town.say(town.anna, event)[0] == 403


def test_a_file_that_is_not_there_is_not_verified(town: Town) -> None:
    town.done(town.anna, "issue")
    town.done(town.anna, "return")
    town.done(town.coordinator, "offload_begin")
    missing = hashlib.sha256(b"nowhere").hexdigest()
    town.done(town.coordinator, "offload_done", sha256=[missing])
    assert town.say(town.coordinator, "verify", sha256=[missing])[0] == 404


def test_a_lost_cameras_key_is_dead_at_once_and_a_gateways_lives_on(town: Town) -> None:
    def keyed(name: str, *sources: str) -> dict[str, str]:
        admin = Principal("ada", Role.ADMIN, None)
        with town.parts.store.write() as work:
            bindings = [Binding(SourceKind.BODY_CAMERA, one) for one in sources]
            devices.add(work, name, DOBELE, bindings, by=admin, now=town.parts.clock.now())
            now = town.parts.clock.now()
            issued = town.parts.tokens.issue(work.session, name, label="test", now=now, lasts=timedelta(hours=1))
        return bearer(issued)

    def hand_in(by: dict[str, str], source: str) -> int:
        body = observation(source=source).model_dump(mode="json")
        body["source"] = {"kind": "body_camera", "id": source}
        answer = town.client.post("/api/v1/observations", json=[body], headers=by)
        return int(answer.status_code)

    own = keyed("device.bc1", "BC-1")
    gateway = keyed("device.gateway", "BC-1", "BC-2")
    town.done(town.anna, "issue")
    assert (hand_in(own, "BC-1"), hand_in(gateway, "BC-1")) == (200, 200)
    assert town.done(town.anna, "report_lost")["state"] == "lost"
    assert town.assignments() == []
    assert (hand_in(own, "BC-1"), hand_in(gateway, "BC-1"), hand_in(gateway, "BC-2")) == (401, 403, 200)
    town.done(town.coordinator, "found")
    town.offload()
    assert town.done(town.supervisor, "clear")["state"] == "cleared"


def test_another_town_sees_none_of_it(town: Town, as_role: Headers) -> None:
    town.done(town.anna, "issue")
    elsewhere = as_role(Role.COORDINATOR, City("siauliai"))
    assert town.client.get("/api/v1/custody", headers=elsewhere).json() == []
    assert town.say(elsewhere, "return")[0] == 404
    assert "BC-1" not in town.client.get("/dock", headers=elsewhere).text
    assert town.client.get("/dock", headers=town.anna).status_code == 403


def test_a_pages_refusal_says_why_and_keeps_nothing(town: Town) -> None:
    with town.parts.store.write() as work:
        work.session.get_one(UnitRow, "BC-1").battery = 0.1
    answer = town.client.post("/my-camera/take", data={"camera": "BC-1", "zone_id": town.zone_id}, headers=town.anna)
    assert (answer.status_code, "charged to 10" in answer.text) == (409, True)
    assert town.assignments() == []
    with town.parts.store.read() as session:
        assert session.get(CustodyCameraRow, "BC-1") is None


@pytest.mark.parametrize("said", ["2", "bc-2", "https://vanagas.example/my-camera?camera=BC-2"])
def test_a_typed_number_or_a_scanned_code_means_the_camera(town: Town, said: str) -> None:
    form = {"number": said, "zone_id": town.zone_id}
    answer = town.client.post("/my-camera/take", data=form, headers=town.anna, follow_redirects=False)
    assert (answer.status_code, town.assignments()) == (303, [("BC-2", "anna")])


def test_a_number_that_is_none_is_told_with_those_there_are(town: Town) -> None:
    answer = town.client.post("/my-camera/take", data={"number": "9", "zone_id": town.zone_id}, headers=town.anna)
    assert (answer.status_code, "there are BC-1 and BC-2" in answer.text) == (422, True)


def test_an_unused_camera_goes_round_in_the_dock(town: Town) -> None:
    town.done(town.anna, "issue")
    town.done(town.anna, "return")
    assert "Nothing was recorded" in town.client.get("/dock", headers=town.coordinator).text
    for action in ("empty", "clear"):
        done = town.client.post(f"/dock/BC-1/{action}", headers=town.coordinator, follow_redirects=False)
        assert done.status_code == 303
    (first, _) = town.client.get("/api/v1/custody", headers=town.coordinator).json()
    assert first["state"] == "cleared"


def test_the_pages_are_in_the_readers_language(town: Town) -> None:
    for language, mine, dock in (("lt", "Mano kamera", "Stotelė"), ("lv", "Mana kamera", "Dokstacija")):
        assert mine in town.client.get(f"/my-camera?lang={language}", headers=town.anna).text
        assert dock in town.client.get(f"/dock?lang={language}", headers=town.coordinator).text


def test_only_an_inspector_takes_one(town: Town) -> None:
    status, answer = town.say(town.coordinator, "issue")
    assert (status, "no inspector" in answer["message"]) == (422, True)
