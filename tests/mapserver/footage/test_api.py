"""An incident offers the video of cameras that could have seen it, and says first what nobody saw."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.observations.values import SourceKind
from telemetry.positions import Position
from tests.builders import NOON, observation, place
from tests.vision.cameras.builders import a_camera
from tests.vision.packets import camera_clip
from tests.vision.recording.kept import record

Headers = Callable[..., dict[str, str]]
START = NOON - timedelta(seconds=20)


def put_up(parts: Services, camera_id: str, at: Position, **more: Any) -> None:
    """A fixed camera that looks 100 m north."""
    with parts.store.write() as work:
        work.session.add(
            a_camera(camera_id, lat=at.lat, lon=at.lon, name=f"Gate {camera_id}", **{"range_m": 100, **more})
        )


def told(client: TestClient, as_role: Headers, **more: Any) -> str:
    """The incident of one observation at noon."""
    said = observation(position=place(accuracy_m=5), kind=SourceKind.REPORT, source="caller", **more)
    sent = [said.model_dump(mode="json")]
    (receipt,) = client.post("/api/v1/observations", json=sent, headers=as_role(Role.DEVICE)).json()
    return str(receipt["incident_id"])


def offered(client: TestClient, as_role: Headers, incident: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(
        f"/api/v1/incidents/{incident}/footage", headers=as_role(Role.COORDINATOR)
    ).json()
    return answer


def unknown(client: TestClient, as_role: Headers, incident: str) -> list[str]:
    answer = client.get(f"/api/v1/incidents/{incident}/not-known", headers=as_role(Role.COORDINATOR)).json()
    return [said["text"] for said in answer["sentences"]]


@pytest.fixture
def recorded(parts: Services, tmp_path: Path) -> None:
    """Five seconds of DOB-C1, which looks at the middle of Dobele, before noon."""
    put_up(parts, "DOB-C1", place(north_m=-50))
    record(parts.recordings, camera_clip(tmp_path, seconds=5), START)


def test_a_camera_that_could_have_seen_it_offers_its_minute_which_plays(
    recorded: None, client: TestClient, as_role: Headers
) -> None:
    incident = told(client, as_role)
    found = offered(client, as_role, incident)
    (one,) = found["cameras"]
    assert (one["camera"], one["away_m"], found["nearest"]) == ("DOB-C1", 50, None)
    assert (one["begins"], one["ends"]) == (iso(NOON - timedelta(seconds=30)), iso(NOON + timedelta(seconds=30)))
    assert [gap["to"] for gap in one["missing"]] == [iso(START), one["ends"]]
    played = client.get(one["url"], headers=as_role(Role.COORDINATOR))
    assert (played.status_code, played.content[4:8]) == (200, b"ftyp")


def test_the_page_has_the_video_for_who_may_see_footage_alone(
    recorded: None, client: TestClient, as_role: Headers
) -> None:
    incident = told(client, as_role)
    page = client.get(f"/incidents/{incident}", headers=as_role(Role.COORDINATOR)).text
    assert "Video of 14:00" in page
    assert 'src="/api/v1/cameras/DOB-C1/footage?' in page
    inspectors = client.get(f"/incidents/{incident}", headers=as_role(Role.INSPECTOR)).text
    assert "/footage?" not in inspectors
    assert "Gate DOB-C1 has no video from" in inspectors
    refused = client.get(f"/api/v1/incidents/{incident}/footage", headers=as_role(Role.INSPECTOR))
    assert refused.status_code == 403


def test_where_nobody_looks_the_nearest_camera_is_named_with_its_distance(
    parts: Services, client: TestClient, as_role: Headers
) -> None:
    put_up(parts, "DOB-C1", place(north_m=60))
    put_up(parts, "DOB-C2", place(east_m=900))
    incident = told(client, as_role)
    said = "no camera looks here; the nearest is Gate DOB-C1, 60 m, turned away"
    assert unknown(client, as_role, incident) == [said]
    assert said.replace("no", "No", 1).replace("\xa0", " ") in client.get(
        f"/incidents/{incident}", headers=as_role(Role.COORDINATOR)
    ).text.replace("\xa0", " ")


def test_a_camera_that_was_down_says_from_when_to_when(parts: Services, client: TestClient, as_role: Headers) -> None:
    put_up(parts, "DOB-C1", place(north_m=-50))
    lost = observation(
        "lost/1", source="DOB-C1", category="camera_lost", after_s=-600, attributes={"identity": "DOB-C1/lost/1"}
    )
    back = lost.model_copy(update={"source_ref": "lost/1/back", "ended_at": NOON + timedelta(minutes=2)})
    sent = [one.model_dump(mode="json", exclude={"id"}) for one in (lost, back)]
    client.post("/api/v1/observations", json=sent, headers=as_role(Role.DEVICE))
    assert unknown(client, as_role, told(client, as_role)) == [
        "Gate DOB-C1 looked here, but was down from 13:50 to 14:02"
    ]


def test_a_camera_that_is_still_down_says_since_when(parts: Services, client: TestClient, as_role: Headers) -> None:
    put_up(parts, "DOB-C1", place(north_m=-50))
    lost = observation("lost/1", source="DOB-C1", category="camera_lost", after_s=-600)
    client.post("/api/v1/observations", json=[lost.model_dump(mode="json")], headers=as_role(Role.DEVICE))
    (said,) = unknown(client, as_role, told(client, as_role))
    assert said.startswith("Gate DOB-C1 looks here, but has been down since 22 Nov")


def test_a_camera_without_recordings_says_that_nothing_was_recorded(
    parts: Services, client: TestClient, as_role: Headers
) -> None:
    put_up(parts, "DOB-C1", place(north_m=-50))
    assert unknown(client, as_role, told(client, as_role)) == [
        "Gate DOB-C1 looked here, but nothing of it was recorded from 13:59:30 to 14:00:30"
    ]


def test_an_incident_without_a_place_says_so(client: TestClient, as_role: Headers) -> None:
    nowhere = observation(kind=SourceKind.REPORT).model_copy(update={"position": None})
    said = [nowhere.model_dump(mode="json")]
    (receipt,) = client.post("/api/v1/observations", json=said, headers=as_role(Role.DEVICE)).json()
    (sentence,) = unknown(client, as_role, receipt["incident_id"])
    assert sentence == "where it happened is not known, so no camera can be named"


def test_a_vehicle_is_looked_for_at_the_plate_readers_on_the_ways_out(
    parts: Services, client: TestClient, as_role: Headers, tmp_path: Path
) -> None:
    put_up(parts, "DOB-C1", place(east_m=1_000), reads_plates=True)
    record(parts.recordings, camera_clip(tmp_path, seconds=5), NOON + timedelta(seconds=60))
    (way,) = offered(client, as_role, told(client, as_role, category="wrong_way"))["ways_out"]
    assert (way["camera"], way["kind"]) == ("DOB-C1", "plate_reader")
    assert way["begins"] < iso(NOON + timedelta(seconds=41)) < way["ends"]
    assert offered(client, as_role, told(client, as_role, ref="2", category="fight"))["ways_out"] == []


def test_a_clock_that_is_off_is_told_with_by_how_much(client: TestClient, as_role: Headers, parts: Services) -> None:
    now = parts.clock.now()
    said = [
        observation(
            str(number),
            source="DOB-C9",
            after_s=(now - NOON).total_seconds() - 90 - number,
            position=place(accuracy_m=5),
        ).model_dump(mode="json")
        for number in range(6)
    ]
    receipts = [client.post("/api/v1/observations", json=[one], headers=as_role(Role.DEVICE)).json()[0] for one in said]
    told_of = unknown(client, as_role, receipts[0]["incident_id"])
    assert any(sentence.startswith("the clock of DOB-C9 runs 1") and "behind" in sentence for sentence in told_of)


def test_another_town_learns_nothing_of_it(recorded: None, client: TestClient, as_role: Headers) -> None:
    incident = told(client, as_role)
    theirs = as_role(Role.COORDINATOR, City("siauliai"))
    for what in ("footage", "not-known"):
        assert client.get(f"/api/v1/incidents/{incident}/{what}", headers=theirs).status_code == 404
