"""Search over the API and on its page: who finds what, by what, and that a look for a plate is written down."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from incidents.timeline.acceptance import accept
from mapserver.core.services import Services
from mapserver.observations.flow import take
from telemetry.access import Principal, Role
from telemetry.cities import City
from telemetry.observations import SourceKind
from tests.builders import NOON, observation, place
from vision.plates import screening
from vision.plates import service as plates

Headers = Callable[..., dict[str, str]]
SEARCH = "/api/v1/incidents/search"
PLATE = "/api/v1/incidents/search/plate"


@pytest.fixture
def incident(parts: Services) -> str:
    """An incident of Dobele that a camera and a caller speak of, 100 m apart."""
    with parts.store.write() as work:
        seen = [
            observation(summary="Balta mašīna laukumā"),
            observation(
                "112-7", kind=SourceKind.REPORT, source="phone", summary="balta mašīna <b>", after_s=60,
                position=place(east_m=30),
            ),
        ]  # fmt: skip
        first, second = accept(work, seen, now=NOON + timedelta(minutes=5), rules=parts.rules)
    assert first.incident_id == second.incident_id
    return first.incident_id or ""


def texts(client: TestClient, headers: dict[str, str], **params: Any) -> list[str]:
    answer = client.get(SEARCH, params=params, headers=headers)
    assert answer.status_code == 200, answer.text
    return [hit["text"] for hit in answer.json()]


def test_words_find_what_was_said_the_latest_first(client: TestClient, as_role: Headers, incident: str) -> None:
    answer = client.get(SEARCH, params={"q": "masina"}, headers=as_role(Role.PILOT))
    assert [hit["text"] for hit in answer.json()] == ["balta mašīna <b>", "Balta mašīna laukumā"]
    assert {hit["incident"]["id"] for hit in answer.json()} == {incident}
    assert answer.headers["x-total-count"] == "2"


def test_place_time_source_and_category_narrow_it(client: TestClient, as_role: Headers, incident: str) -> None:
    headers = as_role(Role.COORDINATOR)
    middle = place(east_m=30)
    box = f"{middle.lon - 1e-4},{middle.lat - 1e-4},{middle.lon + 1e-4},{middle.lat + 1e-4}"
    area = " ".join(f"{middle.lon + x},{middle.lat + y}" for x, y in ((-1e-4, -1e-4), (1e-4, -1e-4), (0, 1e-4)))
    late = ["balta mašīna <b>"]
    assert texts(client, headers, box=box) == texts(client, headers, area=area, box=box) == late
    assert texts(client, headers, area=area) == texts(client, headers, source="report") == late
    assert texts(client, headers, since="2026-11-22T12:00:30Z") == late
    assert texts(client, headers, until="2026-11-22T12:00:30Z", q="masina") == ["Balta mašīna laukumā"]
    assert texts(client, headers, category="noise") == []
    assert len(texts(client, headers, category="vehicle_in_closed_area")) == 2


def test_the_rest_of_a_long_list_follows_the_link(client: TestClient, as_role: Headers, incident: str) -> None:
    headers = as_role(Role.PILOT)
    first = client.get(SEARCH, params={"q": "masina", "limit": 1}, headers=headers)
    link = first.headers["link"].partition(">")[0][1:]
    second = client.get(link, headers=headers)
    assert [first.json()[0]["text"], second.json()[0]["text"]] == ["balta mašīna <b>", "Balta mašīna laukumā"]
    assert "link" not in second.headers


@pytest.mark.parametrize(
    "params",
    [
        {"box": "1,2,3"},
        {"box": "3,2,1,4"},
        {"box": "a,b,c,d"},
        {"box": "nan,0,1,1"},
        {"area": "1,1 2,2"},
        {"area": "0,0 1,1 0,1 1,0"},
        {"area": "0,0 1,0 2,0"},
        {"area": "23,56 24,56 24,57", "box": "0,0,1,1"},
        {"cursor": "x"},
        {"since": "2026-11-22T12:00:00Z", "until": "2026-11-22T11:00:00Z"},
        {"source": "rumour"},
    ],
)
def test_what_is_no_search_is_refused(client: TestClient, as_role: Headers, params: dict[str, str]) -> None:
    answer = client.get(SEARCH, params=params, headers=as_role(Role.PILOT))
    assert (answer.status_code, bool(answer.json()["message"])) == (422, True)


def test_another_town_finds_nothing_and_a_device_may_not_search(
    client: TestClient, as_role: Headers, incident: str
) -> None:
    assert texts(client, as_role(Role.PILOT, City("siauliai")), q="masina") == []
    assert texts(client, as_role(Role.PILOT, City("siauliai")), q=incident[:8]) == []
    assert client.get(SEARCH, headers=as_role(Role.DEVICE)).status_code == 403


def test_a_plate_is_found_with_a_reason_that_is_written_down(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    with parts.store.write() as work:
        take(parts, work, [observation(category="parking", summary="parked", attributes={"plate": "KV-2417"})])
    headers = as_role(Role.COORDINATOR)
    found = client.post(PLATE, json={"plate": "kv 2417", "reason": "hit and run"}, headers=headers)
    assert [hit["text"] for hit in found.json()] == ["parked"]
    assert client.post(PLATE, json={"plate": "KV2418", "reason": "hit and run"}, headers=headers).json() == []
    trail = client.get("/api/v1/audit", headers=as_role(Role.SUPERVISOR)).json()
    assert [(one["action"], one["detail"]) for one in trail] == [
        ("search_plate", "looked for the plate KV2418: hit and run"),
        ("search_plate", "looked for the plate KV2417: hit and run"),
    ]
    assert texts(client, headers, q="KV2417") == []


def test_a_plate_that_was_looked_for_is_found_under_a_later_key_too(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    headers = as_role(Role.SUPERVISOR)
    now = parts.clock.now()
    with parts.store.write() as work:
        plates.add(
            work, city=City("dobele"), plate="KV2417", reason="stolen", expires_at=now + timedelta(days=1),
            by=Principal("ilze", Role.COORDINATOR, City("dobele")), now=now,
        )  # fmt: skip
        take(parts, work, [observation(category="plate_read", attributes={"plate": "KV2417"})])
    (parts.settings.data_dir / "plate_key.json").unlink()
    parts.plate_keys._key = None
    (hit,) = client.post(PLATE, json={"plate": "KV2417", "reason": "found"}, headers=headers).json()
    assert hit["category"] == "plate_hit"


def test_a_hash_that_was_forgotten_is_not_found(client: TestClient, as_role: Headers, parts: Services) -> None:
    with parts.store.write() as work:
        take(parts, work, [observation(category="parking", attributes={"plate": "KV2417"})])
    with parts.store.write() as work:
        assert screening.forget(work, now=parts.clock.now() + timedelta(days=365)) == 1
    wanted = {"plate": "KV2417", "reason": "why not"}
    assert client.post(PLATE, json=wanted, headers=as_role(Role.COORDINATOR)).json() == []


@pytest.mark.parametrize("wanted", [{"plate": "KV2417", "reason": " "}, {"plate": "--", "reason": "why"}])
def test_a_plate_without_letters_or_a_reason_is_not_looked_for(
    client: TestClient, as_role: Headers, wanted: dict[str, str]
) -> None:
    assert client.post(PLATE, json=wanted, headers=as_role(Role.COORDINATOR)).status_code == 422
    assert client.get("/api/v1/audit", headers=as_role(Role.SUPERVISOR)).json() == []


def test_who_may_not_see_the_watch_list_may_not_search_for_plates(client: TestClient, as_role: Headers) -> None:
    wanted = {"plate": "KV2417", "reason": "why not"}
    assert client.post(PLATE, json=wanted, headers=as_role(Role.PILOT)).status_code == 403
    assert "search/plate" not in client.get("/incidents/search", headers=as_role(Role.PILOT)).text


def test_the_page_shows_what_was_found_with_its_incident(client: TestClient, as_role: Headers, incident: str) -> None:
    headers = as_role(Role.COORDINATOR)
    assert 'action="/incidents/search"' in client.get("/incidents", headers=headers).text
    text = client.get("/incidents/search", params={"q": "masina"}, headers=headers).text
    assert f'href="/incidents/{incident}#entry-2"' in text
    assert "balta mašīna &lt;b&gt;" in text
    assert "Nothing was found" in client.get("/incidents/search?q=velosipeds", headers=headers).text
    told = client.get(
        "/incidents/search", params={"since": "2026-11-22T14:00", "until": "2026-11-22T14:01"}, headers=headers
    )
    assert told.text.count('class="hit"') == 1  # by the town's clock
    refused = client.get("/incidents/search", params={"area": "1,1"}, headers=headers)
    assert (refused.status_code, "this is no area" in refused.text) == (422, True)


def test_the_page_looks_for_a_plate_or_says_why_not(client: TestClient, as_role: Headers, incident: str) -> None:
    headers = as_role(Role.COORDINATOR)
    told = client.post("/incidents/search/plate", data={"plate": "KV2417", "reason": ""}, headers=headers)
    assert (told.status_code, "say why the plate is looked for" in told.text) == (422, True)
    told = client.post("/incidents/search/plate", data={"plate": "KV2417", "reason": "theft"}, headers=headers)
    assert (told.status_code, "Nothing was found" in told.text) == (200, True)
